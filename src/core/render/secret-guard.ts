import { asFields, asList, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, describeRef, refOf } from "../model/kube-object.ts";
import { bytesOfText, decodeBase64, textOfBytes } from "./byte-text.ts";
import { type Needle, type NeedleIndex, SHORTEST_NEEDLE, findNeedle, indexNeedles } from "./needle-index.ts";
import { REFUSAL_RULES, type RefusalRule } from "./render-rules.ts";
import type { RenderRefusal } from "./render-result.ts";
import { isSecretLiteral, mayHoldPattern, secretPattern } from "./secret-patterns.ts";
import type { SecretNeedles } from "./secret-values.ts";
import { escapeText } from "./yaml-scalar.ts";

/** What must not be found in the bytes of any file, however it was written there. */
export interface SecretGuard {
  /** In the strings of an object. */
  readonly inStrings: NeedleIndex;
  /** The same in the text of a file: also as YAML escapes it, and by one line where a block spreads it over several. */
  readonly inText: NeedleIndex;
  /** Some needle has no line that is long enough to be looked for, so that every block has to be read. */
  readonly readsBlocks: boolean;
  /** In decoded bytes, one unit for each. Made when somebody asks: few applications have any. */
  readonly inBytes: NeedleIndex;
}

/** A file to be committed, with the object that it was made from where it was made from one. */
export interface GuardedFile {
  readonly path: string;
  readonly text: string;
  readonly object: KubeObject | null;
  /** Exactly these bytes are on the branch. */
  readonly committed: boolean;
}

/** Where something secret stands. `what` names the Secret whose value it is, when that is known. */
interface Leak {
  readonly rule: RefusalRule;
  readonly path: string;
  readonly what: string | null;
}

export function createGuard({ texts: needles, bytes }: SecretNeedles): SecretGuard {
  const inText = needles.flatMap(textForms);
  const readsBlocks = needles.some(({ text }) => text.includes("\n") && longestLine(text).length < SHORTEST_NEEDLE);
  let inBytes: NeedleIndex | null = null;
  return {
    inStrings: indexNeedles(needles),
    inText: indexNeedles(inText),
    readsBlocks,
    get inBytes() {
      return (inBytes ??= indexNeedles([
        ...needles.map(({ text, label }) => ({ text: bytesOfText(text), label })),
        ...bytes,
      ]));
    },
  };
}

function textForms(needle: Needle): readonly Needle[] {
  const { text, label } = needle;
  const escaped = escapeText(text);
  if (escaped === text) return [needle];
  const line = text.includes("\n") ? [{ text: longestLine(text), label }] : [];
  return [needle, { text: escaped, label }, ...line];
}

function longestLine(text: string): string {
  return text.split("\n").reduce((longest, line) => (line.length > longest.length ? line : longest), "");
}

/**
 * Refusals for everything in a file that must not be in git. One walk over its final bytes decides whether there is
 * anything to see; only then the object is looked through, to say in which field it stands.
 */
export function guardFile(file: GuardedFile, guard: SecretGuard): readonly RenderRefusal[] {
  const { text, object } = file;
  const literals = object === null ? [] : [...literalsIn(object), ...binaryLeaks(object, guard)];
  const needle = findNeedle(text, guard.inText);
  const block = guard.readsBlocks && /: \|-?\n|- \|-?\n/.test(text);
  if (needle === null && !block && !mayHoldPattern(text)) return literals.map((leak) => refusal(file, leak));
  const found = [...(object === null ? [] : leaksIn(object, "", guard.inStrings)), ...literals];
  // The file's own bytes have the last word, whatever the object says: a block's line alone proves nothing.
  const inBytes = found.length > 0 ? [] : leaksInText(text, "", guard.inStrings);
  return unique([...found, ...inBytes]).map((leak) => refusal(file, leak));
}

function leaksIn(value: unknown, path: string, needles: NeedleIndex): readonly Leak[] {
  if (typeof value === "string") return leaksInText(value, path, needles);
  if (Array.isArray(value)) return value.flatMap((item, index) => leaksIn(item, `${path}/${index}`, needles));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, nested]) => {
    const inKey = leaksInText(key, path, needles);
    return inKey.length > 0 ? inKey : leaksIn(nested, `${path}/${key}`, needles);
  });
}

function leaksInText(text: string, path: string, needles: NeedleIndex): readonly Leak[] {
  const needle = findNeedle(text, needles);
  if (needle !== null) return [{ rule: "secret-value", path, what: needle.label }];
  const rule = mayHoldPattern(text) ? secretPattern(text) : null;
  return rule === null ? [] : [{ rule, path, what: null }];
}

/**
 * What `binaryData` of a ConfigMap says once it is decoded. Values of Secrets are looked for in the bytes, whatever they
 * are; the other patterns only in text, since programs hold such headers without holding a key. An API server bounds the
 * whole object to 1 MiB, and the walk is linear: nothing is too long to be read.
 */
function binaryLeaks(object: KubeObject, guard: SecretGuard): readonly Leak[] {
  if (object.kind !== "ConfigMap") return [];
  return Object.entries(asFields(object["binaryData"])).flatMap(([key, encoded]): readonly Leak[] => {
    const binary = decodeBase64(asString(encoded) ?? "");
    if (binary === null || binary === "") return [];
    const path = `/binaryData/${key}`;
    const needle = findNeedle(binary, guard.inBytes);
    if (needle !== null) return [{ rule: "secret-value", path, what: needle.label }];
    const text = textOfBytes(binary);
    if (text === null) return [];
    const rule = secretPattern(text) ?? (isSecretLiteral(key, text) ? "secret-literal" : null);
    return rule === null ? [] : [{ rule, path, what: null }];
  });
}

/** Environment variables and ConfigMap entries whose name says that their literal value is a secret. */
function literalsIn(object: KubeObject): readonly Leak[] {
  if (object.kind === "ConfigMap") return literalEntries(asFields(object["data"]));
  return POD_SPECS.flatMap((place) => {
    const spec = at(object, ...place);
    if (spec === undefined) return [];
    return ["containers", "initContainers"].flatMap((field) =>
      asList(at(spec, field)).flatMap((container) => literalVariables(container, `/${place.join("/")}/${field}`)),
    );
  });
}

/** Where the kinds with containers have their pods. */
const POD_SPECS: readonly (readonly string[])[] = [
  ["spec", "template", "spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
  ["spec"],
];

function literalEntries(data: Readonly<Record<string, unknown>>): readonly Leak[] {
  return Object.entries(data)
    .filter(([key, value]) => typeof value === "string" && isSecretLiteral(key, value))
    .map(([key]): Leak => ({ rule: "secret-literal", path: `/data/${key}`, what: null }));
}

function literalVariables(container: unknown, path: string): readonly Leak[] {
  return asList(at(container, "env"))
    .map((variable) => ({ name: asString(at(variable, "name")) ?? "", value: asString(at(variable, "value")) ?? "" }))
    .filter(({ name, value }) => isSecretLiteral(name, value))
    .map(({ name }): Leak => {
      const where = `${path}/${asString(at(container, "name")) ?? ""}/env/${name}`;
      return { rule: "secret-literal", path: where, what: null };
    });
}

function unique(leaks: readonly Leak[]): readonly Leak[] {
  return [...new Map(leaks.map((leak) => [`${leak.rule}|${leak.path}`, leak])).values()];
}

const MOVE = "Move the value into a Secret and refer to it, or leave the object out with render.exclude.";
const ROTATE =
  "This file is on the branch already, and so in its history: rotate the value, which is no secret any more.";

function refusal({ path: file, object, committed }: GuardedFile, { rule, path, what }: Leak): RenderRefusal {
  const where = path === "" ? file : `${file} at ${path}`;
  const whose = what === null ? "" : ` (${what})`;
  const subject = object === null ? "" : `${describeRef(refOf(object))}: `;
  return {
    rule,
    file,
    object: object === null ? null : refOf(object),
    message: `${subject}${REFUSAL_RULES[rule]} It would be written to ${where}${whose}.`,
    remedy: committed ? `${ROTATE} ${MOVE}` : MOVE,
  };
}
