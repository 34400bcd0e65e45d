import { asFields, asString } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";
import { type Draft, draftAt, draftOf, drop, dropEqual, keepItems, mapString } from "./draft.ts";
import type { SanitizeContext } from "./pod-template.ts";
import type { ChangeRule } from "./render-rules.ts";
import { sanitizeService } from "./sanitize-service.ts";
import { sanitizeDeployment, sanitizeStatefulSet } from "./sanitize-workload.ts";
import { cleanMetadata } from "./tool-metadata.ts";

type KindRule = (draft: Draft, live: KubeObject, context: SanitizeContext) => void;

/** Rules by group and kind. A kind is rendered when it stands here. */
const KIND_RULES: ReadonlyMap<string, { readonly apiVersion: string; readonly rule: KindRule }> = new Map([
  ["apps|Deployment", { apiVersion: "apps/v1", rule: (draft, _, context) => sanitizeDeployment(draft, context) }],
  ["apps|StatefulSet", { apiVersion: "apps/v1", rule: (draft, _, context) => sanitizeStatefulSet(draft, context) }],
  ["|Service", { apiVersion: "v1", rule: sanitizeService }],
  ["|ConfigMap", { apiVersion: "v1", rule: (draft, _, context) => sanitizeConfigMap(draft, context) }],
  ["|ServiceAccount", { apiVersion: "v1", rule: (draft, _, context) => sanitizeServiceAccount(draft, context) }],
  [
    "route.openshift.io|Route",
    { apiVersion: "route.openshift.io/v1", rule: (draft, _, context) => sanitizeRoute(draft, context) },
  ],
]);

const KEPT_METADATA: ReadonlySet<string> = new Set(["name", "namespace", "labels", "annotations"]);
const METADATA_RULES: Readonly<Record<string, ChangeRule>> = {
  ownerReferences: "owner-references",
  finalizers: "finalizers",
};

/** True when the renderer knows the object's kind in exactly this version. */
export function isRendered(object: KubeObject): boolean {
  return KIND_RULES.get(`${groupOf(object.apiVersion)}|${object.kind}`)?.apiVersion === object.apiVersion;
}

/** The object as it is wanted elsewhere: without what the server, a controller, a tool or this site wrote into it. */
export function sanitizeObject(live: KubeObject, context: SanitizeContext): Draft {
  const { note } = context;
  const draft = draftOf(live, note);
  const metadata = draftAt(draft, "metadata");
  // The rules of a kind read generated annotations, so they come before the annotations go.
  KIND_RULES.get(`${groupOf(live.apiVersion)}|${live.kind}`)?.rule(draft, live, context);
  for (const key of Object.keys(metadata).filter((field) => !KEPT_METADATA.has(field))) {
    drop(metadata, [key], { rule: METADATA_RULES[key] ?? "server-metadata", note });
  }
  cleanMetadata(metadata, context.selectorLabels, note);
  return draft;
}

/** OpenShift injects certificate bundles into ConfigMaps that ask for them; the standby's platform injects its own. */
function sanitizeConfigMap(draft: Draft, { note }: SanitizeContext): void {
  const metadata = draftAt(draft, "metadata");
  const data = draftAt(draft, "data");
  const how = { rule: "injected-ca", note } as const;
  if (draftAt(metadata, "annotations")["service.beta.openshift.io/inject-cabundle"] === "true")
    drop(data, ["service-ca.crt"], how);
  if (draftAt(metadata, "labels")["config.openshift.io/inject-trusted-cabundle"] === "true")
    drop(data, ["ca-bundle.crt"], how);
  for (const field of ["data", "binaryData"]) dropEqual(draft, { [field]: {} }, { rule: "empty-struct", note });
}

function sanitizeServiceAccount(draft: Draft, { generatedSecrets, note }: SanitizeContext): void {
  const { name, namespace } = draftAt(draft, "metadata") as { name?: unknown; namespace?: unknown };
  const isOwn = (item: unknown): boolean => {
    const secret = asString(asFields(item)["name"]) ?? "";
    const generated = [`${String(name)}-token-`, `${String(name)}-dockercfg-`].some((prefix) =>
      secret.startsWith(prefix),
    );
    return generated || generatedSecrets.has(`${String(namespace)}/${secret}`);
  };
  const how = { keep: (item: unknown) => !isOwn(item), rule: "service-account-generated", note } as const;
  keepItems(draft, "secrets", how);
  keepItems(draft, "imagePullSecrets", how);
}

/**
 * A generated host contains the domain of the source's router (openshift-velero-plugin, route restore). An inline key is
 * a secret in a plain object: it is dropped with its certificates, and the Route becomes a requirement.
 */
function sanitizeRoute(draft: Draft, { target, note }: SanitizeContext): void {
  const spec = draftAt(draft, "spec");
  const annotations = draftAt(draft, "metadata", "annotations");
  const generated = { rule: "route-generated-host", note } as const;
  if (annotations["openshift.io/host.generated"] === "true") drop(spec, ["host"], generated);
  drop(annotations, ["openshift.io/host.generated"], generated);
  mapString(spec, "host", { map: target.hosts, rule: "target-host", note });
  const tls = draftAt(spec, "tls");
  if (Object.hasOwn(tls, "key"))
    drop(tls, ["key", "certificate", "caCertificate"], { rule: "route-inline-certificate", note });
  const how = { rule: "server-default", note } as const;
  dropEqual(spec, { wildcardPolicy: "None" }, how);
  dropEqual(draftAt(spec, "to"), { weight: 100 }, how);
}
