import type { CompileExpression, Expression } from "../cel/expression.ts";
import type { RenderRule, RuleChange } from "../desired/protected-application.ts";
import { asFields, at, isFields } from "../model/fields.ts";
import { type KubeObject, describeRef, refOf } from "../model/kube-object.ts";
import { IDEMPOTENT_JOB, MARK_PREFIX } from "../model/marks.ts";
import { applyInPlace } from "./apply-patch.ts";
import type { RenderOptions } from "./capture-input.ts";
import { sameValue } from "./check-emission.ts";
import { type Draft, type Note, copyOf } from "./draft.ts";
import { excludes } from "./omit-object.ts";
import type { RenderRefusal } from "./render-result.ts";

/** A rule, ready to be applied to many objects. */
interface PreparedRule {
  readonly rule: RenderRule;
  readonly apply: (draft: Draft) => string | null;
}

/** By kind, the rules that may match it; the empty string stands for every kind that no rule names. */
export type PreparedRules = ReadonlyMap<string, readonly PreparedRule[]>;

/** Why a rule could not be applied to an object. */
export interface RuleFailure {
  readonly rule: string;
  readonly reason: string;
}

/**
 * The rules that are for one standby, compiled once and sorted by kind, so that an object only meets those that may match
 * it.
 */
export function prepareRules(
  { rules, compile }: Pick<RenderOptions, "rules" | "compile">,
  standby: string,
): PreparedRules {
  const own = rulesFor(rules, standby);
  const prepared = own.map((rule): PreparedRule => ({ rule, apply: applierOf(rule.change, compile) }));
  const kinds = new Set(own.map(({ match }) => match.kind ?? ""));
  const of = (kind: string): readonly PreparedRule[] =>
    prepared.filter(({ rule }) => rule.match.kind === null || rule.match.kind === kind);
  return new Map([...(own.length === 0 ? [] : [""]), ...kinds].map((kind) => [kind, of(kind)]));
}

function rulesFor(rules: readonly RenderRule[], standby: string): readonly RenderRule[] {
  return rules.filter(({ clusters }) => clusters.length === 0 || clusters.includes(standby));
}

/** Names of the rules for one standby that match none of the objects rendered for it: most likely misspelt. */
export function idleRules(
  rules: readonly RenderRule[],
  standby: string,
  rendered: readonly { readonly live: KubeObject }[],
): readonly string[] {
  const isIdle = ({ match }: RenderRule): boolean =>
    !rendered.some(({ live }) => excludes(match, refOf(live), live.metadata.labels ?? {}));
  return rulesFor(rules, standby)
    .filter(isIdle)
    .map(({ name }) => name);
}

/**
 * Applies every rule that matches the captured object to its draft, in the documents' order. The draft is in its active
 * form; the standby form comes after, so that no rule can start anything on a standby.
 */
export function applyRules(
  draft: Draft,
  live: KubeObject,
  how: { readonly rules: PreparedRules; readonly note: Note },
): RuleFailure | null {
  if (how.rules.size === 0) return null;
  const candidates = how.rules.get(live.kind) ?? how.rules.get("") ?? [];
  if (candidates.length === 0) return null;
  const ref = refOf(live);
  for (const { rule, apply } of candidates) {
    if (!excludes(rule.match, ref, live.metadata.labels ?? {})) continue;
    const before = copyOf(draft);
    const reason = apply(draft) ?? forbiddenChange(draft, live);
    if (reason !== null) {
      replaceBy(draft, before);
      return { rule: rule.name, reason };
    }
    if (!sameValue(before, draft)) how.note("user-rule");
  }
  return null;
}

function applierOf(change: RuleChange, compile: CompileExpression | null): PreparedRule["apply"] {
  if (change.type === "patch") return (draft) => applyInPlace(draft, change.operations);
  const compiled = compile?.(change.expression, ["object"]) ?? { ok: false, reason: "there is no evaluator" };
  if (!compiled.ok) return () => `cel: ${compiled.reason}`;
  return (draft) => applyExpression(draft, compiled.evaluate, change.path);
}

function applyExpression(draft: Draft, evaluate: Expression, path: string | null): string | null {
  const result = evaluate({ object: draft });
  if (!result.ok) return `cel: ${result.reason}`;
  if (path !== null) {
    if (result.value === null) return removeIfThere(draft, path);
    return applyInPlace(draft, [{ op: "add", path, value: result.value }]);
  }
  if (!isFields(result.value)) return "cel: without path the result must be a whole object";
  replaceBy(draft, copyOf(result.value));
  return null;
}

function replaceBy(draft: Draft, other: Draft): void {
  for (const key of Object.keys(draft)) delete draft[key];
  Object.assign(draft, other);
}

function removeIfThere(draft: Draft, path: string): string | null {
  return applyInPlace(copyOf(draft), [{ op: "remove", path }]) === null
    ? applyInPlace(draft, [{ op: "remove", path }])
    : null;
}

/** Rules never change what an object is, nor what Drover remembers in it. */
function forbiddenChange(draft: Draft, live: KubeObject): string | null {
  const { name, namespace } = asFields(draft["metadata"]) as { name?: unknown; namespace?: unknown };
  if (draft["apiVersion"] !== live.apiVersion || draft["kind"] !== live.kind) return "it changes apiVersion or kind";
  if (name !== live.metadata.name || namespace !== live.metadata.namespace)
    return "it changes metadata.name or metadata.namespace";
  return brokenAnnotations(draft) ?? brokenSpec(draft, live);
}

function brokenAnnotations(draft: Draft): string | null {
  const annotations = at(draft, "metadata", "annotations");
  if (annotations !== undefined && !isFields(annotations)) return "metadata.annotations is no mapping any more";
  const mark = Object.keys(asFields(annotations)).find((key) => key.startsWith(MARK_PREFIX) && key !== IDEMPOTENT_JOB);
  return mark === undefined ? null : `it writes Drover's own annotation ${mark}`;
}

/** The standby form needs a `spec` to switch off, and a count to remember. */
function brokenSpec(draft: Draft, live: KubeObject): string | null {
  if (isFields(live["spec"]) && !isFields(draft["spec"])) return "it removes spec";
  const replicas = at(draft, "spec", "replicas");
  if (replicas === undefined || at(live, "spec", "replicas") === undefined) return null;
  return Number.isSafeInteger(replicas) && Number(replicas) >= 0 ? null : "spec.replicas is no count any more";
}

/** A rule that does not fit refuses the whole render: half of what a person asked for is not what was asked for. */
export function ruleRefusals(
  rendered: readonly { readonly live: KubeObject; readonly failure: RuleFailure | null }[],
  file: string,
): readonly RenderRefusal[] {
  return rendered.flatMap(({ live, failure }): readonly RenderRefusal[] => {
    if (failure === null) return [];
    const object = refOf(live);
    const message = `${file}: the rule ${failure.rule} does not fit ${describeRef(object)}: ${failure.reason}.`;
    const remedy = "Correct spec.render.rules, or narrow the rule's match so that it leaves the object out.";
    return [{ rule: "user-rule", file, object, message, remedy }];
  });
}
