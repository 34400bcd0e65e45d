import { asFields, asList, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, describeRef, refOf } from "../model/kube-object.ts";
import { type NeedleIndex, findNeedle } from "./needle-index.ts";
import { REFUSAL_RULES, type RefusalRule } from "./render-rules.ts";
import type { RenderRefusal } from "./render-result.ts";
import { isSecretLiteral, secretPattern } from "./secret-patterns.ts";

/** Where something secret stands. `what` names the Secret whose value it is, when that is known. */
interface Leak {
  readonly rule: RefusalRule;
  readonly path: string;
  readonly what: string | null;
}

/** Refusals for everything in an object that must not be in git. Looks at the strings, before YAML can wrap them. */
export function guardObject(file: string, object: KubeObject, needles: NeedleIndex): readonly RenderRefusal[] {
  const leaks = [...leaksIn(object, "", needles), ...literalsIn(object)];
  return unique(leaks).map((leak) => refusal(file, object, leak));
}

/** The same for the bytes of a finished file: the last look, whatever the file was made from. */
export function guardText(file: string, text: string, needles: NeedleIndex): readonly RenderRefusal[] {
  return leaksIn(text, "", needles).map((leak) => refusal(file, null, leak));
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
  const rule = secretPattern(text);
  return rule === null ? [] : [{ rule, path, what: null }];
}

/** Environment variables and ConfigMap entries whose name says that their literal value is a secret. */
function literalsIn(object: KubeObject): readonly Leak[] {
  const entries = object.kind === "ConfigMap" ? Object.entries(asFields(object["data"])) : [];
  const inData = entries
    .filter(([key, value]) => typeof value === "string" && isSecretLiteral(key, value))
    .map(([key]): Leak => ({ rule: "secret-literal", path: `/data/${key}`, what: null }));
  const spec = at(object, "spec", "template", "spec");
  const inPods = ["containers", "initContainers"].flatMap((field) =>
    asList(at(spec, field)).flatMap((container) => literalVariables(container, field)),
  );
  return [...inData, ...inPods];
}

function literalVariables(container: unknown, field: string): readonly Leak[] {
  return asList(at(container, "env"))
    .map((variable) => ({ name: asString(at(variable, "name")) ?? "", value: asString(at(variable, "value")) ?? "" }))
    .filter(({ name, value }) => isSecretLiteral(name, value))
    .map(({ name }): Leak => {
      const path = `/spec/template/spec/${field}/${asString(at(container, "name")) ?? ""}/env/${name}`;
      return { rule: "secret-literal", path, what: null };
    });
}

function unique(leaks: readonly Leak[]): readonly Leak[] {
  return [...new Map(leaks.map((leak) => [`${leak.rule}|${leak.path}`, leak])).values()];
}

function refusal(file: string, object: KubeObject | null, { rule, path, what }: Leak): RenderRefusal {
  const where = path === "" ? file : `${file} at ${path}`;
  const whose = what === null ? "" : ` (${what})`;
  const subject = object === null ? "" : `${describeRef(refOf(object))}: `;
  return {
    rule,
    file,
    object: object === null ? null : refOf(object),
    message: `${subject}${REFUSAL_RULES[rule]} It would be written to ${where}${whose}.`,
    remedy: "Move the value into a Secret and refer to it, or leave the object out with render.exclude.",
  };
}
