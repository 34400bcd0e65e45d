import fc from "fast-check";

/** Ranges of code points that UTF-8, UTF-16 or YAML treat differently; surrogates are no characters. */
const RANGES = [
  [0, 0x7f],
  [0x80, 0x7ff],
  [0x800, 0xd7ff],
  [0xe000, 0xffff],
  [0x1_0000, 0x10_ffff],
] as const;

/** One well-formed character, as the unit of texts. */
export const codePoint = fc.oneof(
  ...RANGES.map(([min, max]) => fc.integer({ min, max }).map((code) => String.fromCodePoint(code))),
);

/**
 * Well-formed text of any code points, its lengths counted in them. fast-check's own unit `binary` draws from the same
 * ones, and first makes a table of all the million, which takes longer than a test may.
 */
export function anyText(
  lengths: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<string> {
  return fc.string({ unit: codePoint, ...lengths });
}
