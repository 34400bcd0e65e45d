/** What a duration looks like in a document (contracts.md section 1). */
export const DURATION_PATTERN = /^(\d+(ms|s|m|h|d))+$/;

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Milliseconds of a document's duration such as `1h30m`; parts add up in any order. null when the text is not one, or
 * so long that milliseconds are no longer exact.
 */
export function parseDuration(text: string): number | null {
  // Sixty characters hold every sensible duration; the limit keeps the pattern away from hostile lengths.
  if (text.length > 60 || !DURATION_PATTERN.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) {
    total += Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  }
  return Number.isSafeInteger(total) ? total : null;
}

/** The document form of milliseconds, `1h30m`; zero is `0s`. For every whole number ≥ 0, `parseDuration` reads it back. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.abs(Math.round(milliseconds));
  let text = "";
  for (const unit of ["d", "h", "m", "s", "ms"] as const) {
    const amount = Math.floor(rest / MILLISECONDS[unit]);
    rest -= amount * MILLISECONDS[unit];
    if (amount > 0) text += `${amount}${unit}`;
  }
  if (text === "") return "0s";
  return milliseconds < 0 ? `-${text}` : text;
}

/**
 * ISO 8601, for JSON: `PT1H30M`, zero `PT0S`, a quarter of a second `PT0.25S`. Days are written as hours, because an
 * ISO day has no fixed length. A negative span (clocks that disagree) gets a leading minus.
 */
export function formatIsoDuration(milliseconds: number): string {
  const whole = Math.abs(Math.round(milliseconds));
  if (whole === 0) return "PT0S";
  const hours = Math.floor(whole / MILLISECONDS.h);
  const minutes = Math.floor((whole % MILLISECONDS.h) / MILLISECONDS.m);
  const seconds = (whole % MILLISECONDS.m) / MILLISECONDS.s;
  const text = `${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${seconds > 0 ? `${seconds}S` : ""}`;
  return `${milliseconds < 0 ? "-" : ""}PT${text}`;
}
