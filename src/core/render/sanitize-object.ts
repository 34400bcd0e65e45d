import type { KubeObject } from "../model/kube-object.ts";
import { dropControllerFields } from "./controller-fields.ts";
import { type Draft, draftAt, draftOf } from "./draft.ts";
import { kindRule } from "./kinds/kind-registry.ts";
import type { SanitizeContext } from "./pod-template.ts";
import type { ChangeRule } from "./render-rules.ts";
import { cleanMetadata } from "./tool-metadata.ts";

const KEPT_METADATA: ReadonlySet<string> = new Set(["name", "namespace", "labels", "annotations"]);
const METADATA_RULES: ReadonlyMap<string, ChangeRule> = new Map([
  ["ownerReferences", "owner-references"],
  ["finalizers", "finalizers"],
]);

/** True when the renderer has a rule for the object's kind in this version. */
export function isRendered(object: KubeObject): boolean {
  return kindRule(object) !== null;
}

/** The object as it is wanted elsewhere: without what the server, a controller, a tool or this site wrote into it. */
export function sanitizeObject(live: KubeObject, context: SanitizeContext): Draft {
  const { note } = context;
  const draft = draftOf(live, note);
  dropControllerFields(draft, live, note);
  // The rules of a kind read generated annotations, so they come before the annotations go.
  kindRule(live)?.sanitize(draft, context, live);
  const metadata = draftAt(draft, "metadata");
  for (const key of Object.keys(metadata)) {
    if (KEPT_METADATA.has(key)) continue;
    delete metadata[key];
    note(METADATA_RULES.get(key) ?? "server-metadata");
  }
  cleanMetadata(metadata, context.selectorLabels, note);
  return draft;
}
