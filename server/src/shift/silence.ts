import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';

/** However long this process slept between two looks, the server was not listened to for longer than this. */
const LONGEST_LOOK: Duration = 10 * SECOND;

/** How long the server has not been heard, counted only while somebody was listening. */
export class Silence {
  #lookedAt: Instant;
  #lasted: Duration = 0;

  constructor(now: Instant) {
    this.#lookedAt = now;
  }

  heard(): void {
    this.#lasted = 0;
  }

  look(now: Instant): Duration {
    this.#lasted += Math.min(Math.max(now - this.#lookedAt, 0), LONGEST_LOOK);
    this.#lookedAt = now;
    return this.#lasted;
  }
}
