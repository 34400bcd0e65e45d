/** Seeded chance: the same seed gives the same run. Its whole state is one number, so that a snapshot can hold it. */
export interface Random {
  /** The next number, from 0 up to but without 1. */
  next(): number;
  /** The next whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  state(): number;
  restore(state: number): void;
}

/**
 * A generator of 32 bits of state (the published mulberry32 recurrence): small and fast, and good enough for jitter.
 * Never for anything that must be unguessable.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    state: () => state,
    restore: (saved) => {
      state = saved >>> 0;
    },
  };
}
