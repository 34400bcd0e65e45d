const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Bytes of a Kubernetes quantity such as `10Gi`, `1.5G` or `2e9`, rounded up; null when it is none. */
export function bytesOf(quantity: unknown): number | null {
  if (typeof quantity !== "string" || quantity.length > 40) return null;
  const [, digits, exponent, suffix] =
    /^(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d{1,3})|(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/.exec(quantity) ?? [];
  if (digits === undefined) return null;
  const bytes = Math.ceil(Number(`${digits}${exponent ?? ""}`) * (FACTORS[suffix ?? ""] ?? 1));
  return Number.isFinite(bytes) ? bytes : null;
}
