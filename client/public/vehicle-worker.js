/*
 * Lets the vehicle's page open where there is no network. It keeps that one page and the files it is made of, and never
 * an answer of the server: what the page knows stands in its own database.
 */
const CACHE = 'faultline-vehicle-page';
const PAGE = '/vehicle';
/** A network that has not brought the page by then is not worth waiting for in a vehicle, ms. */
const PAGE_WITHIN = 4_000;

self.addEventListener('install', (event) => {
  event.waitUntil(keepPage().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(pageFirstFromNetwork());
  else if (pathname.startsWith('/assets/')) event.respondWith(fileFirstFromCache(request));
});

/** Files have a hash of their content in their name: what is kept is right for ever. */
async function fileFirstFromCache(request) {
  const kept = await caches.match(request, { cacheName: CACHE });
  return kept ?? fetch(request);
}

async function pageFirstFromNetwork() {
  try {
    return await keepPage();
  } catch {
    const kept = await caches.match(PAGE, { cacheName: CACHE });
    return kept ?? Response.error();
  }
}

/** Keeps the page together with every file it names, and lets go of the files of the one before. */
async function keepPage() {
  const page = await fetch(PAGE, { cache: 'no-cache', signal: AbortSignal.timeout(PAGE_WITHIN) });
  if (!page.ok) throw new Error(`the page was answered by ${page.status}`);
  const cache = await caches.open(CACHE);
  const text = await page.clone().text();
  const files = [...new Set(text.match(/\/assets\/[\w.-]+/g) ?? [])];
  const missing = [];
  for (const file of files) if (!(await cache.match(file))) missing.push(file);
  await cache.addAll(missing);
  // Last, so that a page never stands here without its files.
  await cache.put(PAGE, page.clone());
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== PAGE && !files.includes(pathname)) await cache.delete(request);
  }
  return page;
}
