import { type Fields, asFields, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, refOf } from "../model/kube-object.ts";
import { compareBytes } from "../render/byte-order.ts";
import type { CaptureInput } from "../render/capture-input.ts";
import { omitRule } from "../render/omit-object.ts";
import { inOrder } from "../render/record-objects.ts";
import { omitContext } from "../render/render-application.ts";
import { labelsInSelectors } from "../render/render-objects.ts";
import type { Change } from "../render/render-result.ts";
import type { ChangeRule } from "../render/render-rules.ts";
import { sanitizeObject } from "../render/sanitize-object.ts";
import { needsSealing, sealedPath } from "../render/sealed-objects.ts";
import { KEY_SELECTOR, SECRET_SELECTOR } from "./seal-document.ts";

/** One object on its way into an encrypted file, as it is wanted on the standby. */
export interface Sealable {
  readonly path: string;
  readonly object: KubeObject;
  readonly selector: string;
  readonly changes: readonly Change[];
}

/** Everything of a capture that has to be encrypted, after the rules of omission and sanitation; in a stable order. */
export function prepareSealing(input: CaptureInput): readonly Sealable[] {
  if (!input.objects.some(needsSealing)) return [];
  const objects = inOrder(input.objects);
  const context = omitContext(input, objects);
  const secret = objects.filter((object) => needsSealing(object) && omitRule(object, context) === null);
  const selectorLabels = labelsInSelectors(objects);
  return secret.map((live) => sealable(live, input, selectorLabels));
}

function sealable(live: KubeObject, input: CaptureInput, selectorLabels: ReadonlySet<string>): Sealable {
  const counts = new Map<ChangeRule, number>();
  const note = (rule: ChangeRule, count = 1): void => void counts.set(rule, (counts.get(rule) ?? 0) + count);
  const { target } = input.render;
  const namespaces = new Set(input.namespaces);
  const clean = sanitizeObject(live, { target, namespaces, selectorLabels, generatedSecrets: new Set(), note });
  const isSecret = live.kind === "Secret";
  // The rule for a Route in clear takes the key out. Here it goes along, with the certificates that belong to it.
  if (!isSecret) counts.delete("route-inline-certificate");
  const changes = [...counts]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([rule, count]): Change => ({ object: refOf(live), rule, count }));
  return {
    path: sealedPath(live, input.digest),
    object: (isSecret ? withoutStringData(clean) : withKey(clean, live)) as KubeObject,
    selector: isSecret ? SECRET_SELECTOR : KEY_SELECTOR,
    changes,
  };
}

/**
 * `stringData` becomes `data`: an encrypted text is no base64, so that an API server refuses it in `data` when somebody
 * applies the file as it is, while in `stringData` it would become the password.
 */
function withoutStringData({ stringData, ...clean }: Fields): Fields {
  if (!isFields(stringData)) return clean;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, base64(asString(value) ?? "")]);
  return { ...clean, data: { ...asFields(clean["data"]), ...Object.fromEntries(encoded) } };
}

function base64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function withKey(clean: Fields, live: KubeObject): Fields {
  const own = ["key", "certificate", "caCertificate"].flatMap((field) => {
    const value = at(live, "spec", "tls", field);
    return value === undefined || value === null ? [] : [[field, value]];
  });
  const spec = asFields(clean["spec"]);
  return { ...clean, spec: { ...spec, tls: { ...asFields(spec["tls"]), ...Object.fromEntries(own) } } };
}
