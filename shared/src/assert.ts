/** A broken assumption of our own code: never expected, never caught to go on as if nothing had happened. */
class BugError extends Error {
  override readonly name = 'BugError';
}

/** Stays on in production: a wrong verdict is worse than a stopped request. */
export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new BugError(`assumption broken: ${claim}`);
}

/** Closes a `switch` over a union, so that a new member does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new BugError(`unhandled case: ${JSON.stringify(value)}`);
}
