import { type Fields, isFields } from "../model/fields.ts";
import { compareBytes } from "../render/byte-order.ts";

/** SOPS' names of the types that an encrypted value can have in a Kubernetes object (sops 3.13, aes/cipher.go). */
export type ScalarType = "str" | "int" | "float" | "bool";

export interface Scalar {
  readonly type: ScalarType;
  /** The text that SOPS encrypts and hashes for this value. */
  readonly text: string;
  /** Path elements, each followed by a colon; the position in a list is none: `data:password:`. */
  readonly path: string;
  /** True when some element of the path is selected. */
  readonly selected: boolean;
}

/**
 * A copy of an object in which a visitor decides about each scalar, in the order of the emitted file: the order in which
 * SOPS reads and hashes it. Nulls are no scalars for SOPS, and are left out as the emitter leaves them out.
 */
export function mapScalars(
  object: Fields,
  selector: string,
  visit: (scalar: Scalar, value: unknown) => unknown,
): Fields {
  const expression = new RegExp(selector, "u");
  const mapping = (fields: Fields, at: Place, order: readonly string[]): Fields => {
    const copy: Record<string, unknown> = {};
    for (const key of documentOrder(fields, order)) {
      const place = { path: `${at.path}${key}:`, selected: at.selected || expression.test(key) };
      const nested = order === OBJECT_ORDER && key === "metadata" ? METADATA_ORDER : NO_ORDER;
      const value = fields[key];
      setOwn(copy, key, isFields(value) ? mapping(value, place, nested) : valueAt(value, place));
    }
    return copy;
  };
  const valueAt = (value: unknown, at: Place): unknown => {
    if (Array.isArray(value)) return value.map((item) => valueAt(item, at));
    if (isFields(value)) return mapping(value, at, NO_ORDER);
    const scalar = scalarOf(value);
    return scalar === null ? value : visit({ ...scalar, ...at }, value);
  };
  return mapping(object, { path: "", selected: false }, OBJECT_ORDER);
}

interface Place {
  readonly path: string;
  readonly selected: boolean;
}

const OBJECT_ORDER: readonly string[] = ["apiVersion", "kind", "metadata"];
const METADATA_ORDER: readonly string[] = ["name", "namespace", "labels", "annotations"];
const NO_ORDER: readonly string[] = [];

/** The order in which `emitObject` writes keys; a test holds the two together. */
function documentOrder(fields: Fields, order: readonly string[]): readonly string[] {
  const keys = Object.keys(fields).filter((key) => fields[key] !== null && fields[key] !== undefined);
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return keys.sort((a, b) => rank(a) - rank(b) || compareBytes(a, b));
}

/** A key such as `__proto__` is a key like any other. */
function setOwn(copy: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
}

function scalarOf(value: unknown): Pick<Scalar, "type" | "text"> | null {
  switch (typeof value) {
    case "string":
      return { type: "str", text: value };
    case "boolean":
      return { type: "bool", text: value ? "True" : "False" };
    case "bigint":
      return { type: "int", text: value.toString() };
    case "number":
      return Number.isInteger(value)
        ? { type: "int", text: BigInt(value).toString() }
        : { type: "float", text: withoutExponent(value) };
    default:
      return null;
  }
}

/** Go's `FormatFloat(value, 'f', -1, 64)`: the shortest digits that read back, and never an exponent. */
function withoutExponent(value: number): string {
  const [digits = "", exponent = "0"] = String(value).split("e");
  const shift = Number(exponent);
  if (shift >= 0) return digits;
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  return `${value < 0 ? "-" : ""}0.${"0".repeat(-shift - whole.length)}${whole}${fraction}`;
}
