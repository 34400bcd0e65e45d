import { asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, refOf } from "../model/kube-object.ts";
import { compareBytes } from "../render/byte-order.ts";
import { bytesOfText } from "../render/byte-text.ts";
import type { CaptureInput } from "../render/capture-input.ts";
import { type Draft, draftAt } from "../render/draft.ts";
import { omitRule } from "../render/omit-object.ts";
import { inOrder } from "../render/record-objects.ts";
import { omitContext } from "../render/render-application.ts";
import { labelsInSelectors } from "../render/render-objects.ts";
import type { Change, RenderRefusal } from "../render/render-result.ts";
import type { ChangeRule } from "../render/render-rules.ts";
import { sanitizeObject } from "../render/sanitize-object.ts";
import { needsSealing, sealedPath } from "../render/sealed-objects.ts";
import { type PreparedRules, type RuleFailure, applyRules, prepareRules, ruleRefusals } from "../render/user-rules.ts";
import { KEY_SELECTOR, SECRET_SELECTOR } from "./seal-document.ts";

/** One object on its way into an encrypted file, as it is wanted on the standby. */
export interface Sealable {
  readonly path: string;
  readonly object: KubeObject;
  readonly selector: string;
  readonly changes: readonly Change[];
}

export interface Prepared {
  readonly sealable: readonly Sealable[];
  /** Rules of the user that do not fit: then nothing may be sealed. */
  readonly refusals: readonly RenderRefusal[];
}

/** Everything of a capture that has to be encrypted, after the rules of omission and sanitation; in a stable order. */
export function prepareSealing(input: CaptureInput): Prepared {
  if (!input.objects.some(needsSealing)) return { sealable: [], refusals: [] };
  const objects = inOrder(input.objects);
  const context = omitContext(input, objects);
  const secret = objects.filter((object) => needsSealing(object) && omitRule(object, context) === null);
  const knowledge = {
    selectorLabels: labelsInSelectors(objects),
    namespaces: new Set(input.namespaces),
    rules: prepareRules(input.render, input.standbyCluster),
  };
  const prepared = secret.map((live) => ({ live, ...prepare(live, input, knowledge) }));
  return {
    sealable: prepared.map(({ sealable }) => sealable),
    refusals: ruleRefusals(prepared, input.render.rulesFile),
  };
}

interface Knowledge {
  readonly selectorLabels: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  readonly rules: PreparedRules;
}

/** Rules of the user come last: they see what is sealed, in its form on the standby. */
function prepare(
  live: KubeObject,
  input: CaptureInput,
  knowledge: Knowledge,
): { readonly sealable: Sealable; readonly failure: RuleFailure | null } {
  const counts = new Map<ChangeRule, number>();
  const note = (rule: ChangeRule, count = 1): void => void counts.set(rule, (counts.get(rule) ?? 0) + count);
  const { target } = input.render;
  const draft = sanitizeObject(live, { target, ...knowledge, generatedSecrets: new Set(), note });
  const isSecret = live.kind === "Secret";
  if (isSecret) {
    encodeStringData(draft);
  } else {
    // The rule for a Route in clear takes the key out. Here it goes along, with the certificates that belong to it.
    keepKey(draft, live);
    counts.delete("route-inline-certificate");
  }
  const failure = applyRules(draft, live, { rules: knowledge.rules, note });
  const changes = [...counts]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([rule, count]): Change => ({ object: refOf(live), rule, count }));
  const selector = isSecret ? SECRET_SELECTOR : KEY_SELECTOR;
  const object = draft as unknown as KubeObject;
  return { sealable: { path: sealedPath(live, input.digest), object, selector, changes }, failure };
}

/**
 * `stringData` becomes `data`: an encrypted text is no base64, so that an API server refuses it in `data` when somebody
 * applies the file as it is, while in `stringData` it would become the password.
 */
function encodeStringData(draft: Draft): void {
  const { stringData } = draft;
  delete draft["stringData"];
  if (!isFields(stringData)) return;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, btoa(bytesOfText(asString(value) ?? ""))]);
  draft["data"] = { ...draftAt(draft, "data"), ...Object.fromEntries(encoded) };
}

function keepKey(draft: Draft, live: KubeObject): void {
  const tls = draftAt(draft, "spec", "tls");
  for (const field of ["key", "certificate", "caCertificate"]) {
    const value = asString(at(live, "spec", "tls", field));
    if (value !== null) tls[field] = value;
  }
}
