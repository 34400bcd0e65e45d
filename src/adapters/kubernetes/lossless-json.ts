/** Digits from which on an integer may be beyond 2^53, where `JSON.parse` rounds. */
const LARGE = 16;

/** What Node 24 has beyond TypeScript's library: the text of each number, and numbers as text (ECMA-262, JSON.rawJSON). */
const LOSSLESS = JSON as unknown as {
  readonly parse: (text: string, reviver: typeof keepDigits) => unknown;
  readonly rawJSON: (text: string) => unknown;
};

const ZERO = 48;
const NINE = 57;
const MINUS = 45;

/**
 * JSON whose integers keep all their digits: those beyond 2^53 come as `bigint`, everything else as `JSON.parse` gives it.
 * Kubernetes has 64-bit integers in custom resources. Throws what `JSON.parse` throws.
 */
export function parseLossless(text: string): unknown {
  return hasLargeInteger(text) ? LOSSLESS.parse(text, keepDigits) : (JSON.parse(text) as unknown);
}

/** The JSON text of a value that may hold `bigint`. */
export function stringifyLossless(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? LOSSLESS.rawJSON(String(each)) : each,
  );
}

function keepDigits(_: string, value: unknown, context: { readonly source?: string }): unknown {
  const { source } = context;
  if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/**
 * Whether a run of digits stands where a number can and is long enough. Every such run covers a position that is divisible
 * by its least length, so that few characters are looked at: this runs over every answer of a cluster.
 */
function hasLargeInteger(text: string): boolean {
  for (let position = 0; position < text.length; position += LARGE) {
    if (isDigit(text, position) && isLargeInteger(text, position)) return true;
  }
  return false;
}

function isLargeInteger(text: string, position: number): boolean {
  let start = position;
  while (start > 0 && isDigit(text, start - 1) && position - start < LARGE) start -= 1;
  let end = start;
  while (end - start < LARGE && isDigit(text, end)) end += 1;
  if (end - start < LARGE) return false;
  const before = text.charCodeAt(start - 1) === MINUS ? start - 2 : start - 1;
  return before < 0 || ":,[ \n\r\t0123456789".includes(text.charAt(before));
}

function isDigit(text: string, position: number): boolean {
  const code = text.charCodeAt(position);
  return code >= ZERO && code <= NINE;
}
