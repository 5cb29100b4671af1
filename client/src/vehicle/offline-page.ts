const WORKER = '/vehicle-worker.js';
const SCOPE = '/vehicle';

/** From the second visit on the page opens without a network. Browsers allow it to secure origins only. */
export async function keepPageOffline(): Promise<void> {
  // The development server's modules change with every key that is pressed; only a built page is worth keeping.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  } catch (error) {
    // The page works without it as long as it stays open.
    reportError(error);
  }
}
