/** Numbers that look random and are the same for the same seed on every machine: a shift can be played again. */
export interface SeededRandom {
  /** In [0, 1). */
  unit(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** One of the given things; throws `RangeError` when there is none. */
  oneOf<Thing>(things: readonly Thing[]): Thing;
}

/**
 * sfc32 ("small fast counting", Chris Doty-Humphrey's PractRand): 128 bits of state, a period of at least 2^32, passes
 * PractRand. Not for secrets. `streams` part one seed into independent sequences, so that what is drawn for one call
 * does not shift what is drawn for the next.
 */
export function seededRandom(seed: number, ...streams: readonly string[]): SeededRandom {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = textHash(streams.join('\u0000'));
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first outputs still show the seed; the generator's author discards twelve (fifteen with short seeds).
  for (let round = 0; round < 15; round++) next();
  const unit = () => next() / 2 ** 32;
  const below = (limit: number) => Math.floor(unit() * limit);
  return {
    unit,
    below,
    oneOf(things) {
      const thing = things[below(things.length)];
      if (thing === undefined) throw new RangeError('nothing to choose from');
      return thing;
    },
  };
}

/** FNV-1a over UTF-16 units: spreads similar texts over all 32 bits. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash | 0;
}
