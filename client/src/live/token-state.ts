import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';

const ANSWERED_WITHIN: Duration = 10 * SECOND;

/** The server tells by HTTP what a browser hides about a refused WebSocket: whether it knows this token. */
export async function tokenState(token: string): Promise<'dead' | 'alive' | 'unknown'> {
  try {
    const response = await fetch('/api/session', {
      headers: { authorization: `Bearer ${token}` },
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWERED_WITHIN),
    });
    // A living device may not read sessions, and is told exactly that.
    if (response.status === 401) return 'dead';
    return response.status === 403 ? 'alive' : 'unknown';
  } catch {
    return 'unknown';
  }
}
