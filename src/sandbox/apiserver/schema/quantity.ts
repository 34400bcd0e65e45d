import { badRequest } from "../api-error.ts";

export const quantityDefinition = "io.k8s.apimachinery.pkg.api.resource.Quantity";

const pattern = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|[eE]([+-]?\d{1,3}))?$/;
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const nano = 1_000_000_000n;

interface Parts {
  readonly negative: boolean;
  readonly digits: string;
  readonly suffix: string;
  readonly exponent: string | undefined;
}

/** Digits with a decimal point, as a count of 1e-9, rounded up as Kubernetes does with what is smaller. */
function inNano(digits: string): bigint {
  const [whole = "", fraction = ""] = digits.split(".");
  const padded = fraction.slice(0, 9).padEnd(9, "0");
  const rest = /[1-9]/.test(fraction.slice(9)) ? 1n : 0n;
  return BigInt(whole === "" ? "0" : whole) * nano + BigInt(padded) + rest;
}

function scaled(parts: Parts): bigint {
  const base = inNano(parts.digits);
  const binary = binarySuffixes.indexOf(parts.suffix);
  if (parts.suffix !== "" && binary > 0) return base * 1024n ** BigInt(binary);
  const power = parts.exponent === undefined ? (decimalSuffixes.indexOf(parts.suffix) - 3) * 3 : Number(parts.exponent);
  return power >= 0 ? base * 10n ** BigInt(power) : (base + 10n ** BigInt(-power) - 1n) / 10n ** BigInt(-power);
}

function asBinary(value: bigint): string | null {
  if (value % nano !== 0n) return null;
  let whole = value / nano;
  let suffix = 0;
  while (whole !== 0n && whole % 1024n === 0n && suffix < binarySuffixes.length - 1) {
    whole /= 1024n;
    suffix += 1;
  }
  return `${whole}${binarySuffixes[suffix]}`;
}

function asDecimal(value: bigint, exponentForm: boolean): string {
  let mantissa = value;
  let index = 0;
  while (mantissa !== 0n && mantissa % 1000n === 0n && index < decimalSuffixes.length - 1) {
    mantissa /= 1000n;
    index += 1;
  }
  if (mantissa === 0n) return "0";
  const power = (index - 3) * 3;
  if (exponentForm) return power === 0 ? String(mantissa) : `${mantissa}e${power}`;
  return `${mantissa}${decimalSuffixes[index]}`;
}

/**
 * A resource quantity as Kubernetes writes it back (`resource.Quantity`, canonical form): the largest suffix without a
 * fraction, in the family that was used. `1000m` becomes `1`, `0.5` becomes `500m`, `1024Mi` becomes `1Gi`.
 */
export function canonicalQuantity(value: unknown, path: string): string {
  const text = typeof value === "string" ? value : String(value);
  const match = pattern.exec(text);
  if (match === null || text.length > 64)
    throw badRequest(
      `${path}: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    );
  const [, sign, digits = "0", suffix = "", exponent] = match;
  const parts: Parts = { negative: sign === "-", digits, suffix, exponent };
  const amount = scaled(parts);
  const binary = suffix.endsWith("i") && amount >= 1024n * nano ? asBinary(amount) : null;
  const result = binary ?? asDecimal(amount, exponent !== undefined);
  return parts.negative && result !== "0" ? `-${result}` : result;
}
