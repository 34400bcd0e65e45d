/** One text to look for, and what it is called in a message: never the text itself. */
export interface Needle {
  readonly text: string;
  readonly label: string;
}

/**
 * Finds any of many texts in one walk over a haystack, however many there are, after Wu and Manber ("A fast algorithm for
 * multi-pattern searching", 1994): most steps jump by nearly the length of the shortest needle.
 */
export interface NeedleIndex {
  /** Units of every needle that the walk looks at. */
  readonly window: number;
  /** By hash of three units: how far the window may move when they are its last ones. A power of two in length. */
  readonly shifts: Uint8Array;
  /** First `window` units to the lengths of the needles that begin with them. */
  readonly lengths: ReadonlyMap<string, readonly number[]>;
  readonly byText: ReadonlyMap<string, Needle>;
}

/** Needles are at least this long; shorter ones are words, not secrets. */
export const SHORTEST_NEEDLE = 6;

const LONGEST_WINDOW = 64;
const BLOCK = 3;
const SMALLEST_TABLE = 2 ** 12;
const LARGEST_TABLE = 2 ** 20;

export function indexNeedles(needles: readonly Needle[]): NeedleIndex {
  const byText = new Map<string, Needle>();
  let window = LONGEST_WINDOW;
  for (const needle of needles) {
    if (needle.text.length < SHORTEST_NEEDLE || byText.has(needle.text)) continue;
    byText.set(needle.text, needle);
    window = Math.min(window, needle.text.length);
  }
  const lengths = new Map<string, number[]>();
  const shifts = new Uint8Array(tableSize(byText.size * window)).fill(window - BLOCK + 1);
  for (const text of byText.keys()) {
    lowerShifts(shifts, text, window);
    const start = text.slice(0, window);
    const known = lengths.get(start);
    if (known === undefined) lengths.set(start, [text.length]);
    else if (!known.includes(text.length)) known.push(text.length);
  }
  return { window, shifts, lengths, byText };
}

/** The first needle in the order of where they begin; null when there is none. */
export function findNeedle(text: string, { window, shifts, lengths, byText }: NeedleIndex): Needle | null {
  if (byText.size === 0) return null;
  const mask = shifts.length - 1;
  let end = window - 1;
  while (end < text.length) {
    const shift = shifts[blockHash(text, end) & mask] ?? 1;
    if (shift > 0) {
      end += shift;
      continue;
    }
    const start = end - window + 1;
    for (const length of lengths.get(text.slice(start, end + 1)) ?? []) {
      const found = byText.get(text.slice(start, start + length));
      if (found !== undefined) return found;
    }
    end += 1;
  }
  return null;
}

/** Several entries for each block of the needles, so that most of the table still says "jump". */
function tableSize(blocks: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, blocks * 8)));
  return Math.min(LARGEST_TABLE, Math.max(SMALLEST_TABLE, wanted));
}

function lowerShifts(shifts: Uint8Array, text: string, window: number): void {
  const mask = shifts.length - 1;
  for (let end = BLOCK - 1; end < window; end += 1) {
    const slot = blockHash(text, end) & mask;
    shifts[slot] = Math.min(shifts[slot] ?? 0, window - 1 - end);
  }
}

/** A number for the three units that end at a position. */
function blockHash(text: string, end: number): number {
  const hash = Math.imul(text.charCodeAt(end - 2), 0x9e3779b1) ^ Math.imul(text.charCodeAt(end - 1), 0x85ebca6b);
  const mixed = Math.imul(hash ^ text.charCodeAt(end), 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}
