/** One text to look for, and what it is called in a message: never the text itself. */
export interface Needle {
  readonly text: string;
  readonly label: string;
}

/** Finds any of many texts in one walk over a haystack, however many there are. */
export interface NeedleIndex {
  readonly byStart: ReadonlyMap<number, readonly Needle[]>;
}

/** Needles are at least this long; shorter ones are words, not secrets. */
export const SHORTEST_NEEDLE = 6;

export function indexNeedles(needles: readonly Needle[]): NeedleIndex {
  const byStart = new Map<number, Needle[]>();
  for (const needle of needles) {
    if (needle.text.length < SHORTEST_NEEDLE) continue;
    const start = startOf(needle.text, 0);
    const known = byStart.get(start) ?? [];
    known.push(needle);
    byStart.set(start, known);
  }
  return { byStart };
}

export function findNeedle(text: string, { byStart }: NeedleIndex): Needle | null {
  if (byStart.size === 0) return null;
  for (let position = 0; position + SHORTEST_NEEDLE <= text.length; position += 1) {
    const candidates = byStart.get(startOf(text, position));
    const found = candidates?.find((needle) => text.startsWith(needle.text, position));
    if (found !== undefined) return found;
  }
  return null;
}

/** A number for the first six units at a position; equal texts have equal numbers. */
function startOf(text: string, position: number): number {
  let value = 0;
  for (let index = position; index < position + SHORTEST_NEEDLE; index += 1) {
    value = (Math.imul(value, 0x01000193) ^ text.charCodeAt(index)) | 0;
  }
  return value;
}
