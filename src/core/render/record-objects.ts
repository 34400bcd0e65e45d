import { asList, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, refKey, refOf } from "../model/kube-object.ts";
import { isTerminating } from "../observed/application-facts.ts";
import { compareBytes, sortedMap } from "./byte-order.ts";
import type { RecordedClaim, RecordedNamespace, RecordedVolume } from "./folder-record.ts";
import { bytesOf } from "./quantity.ts";
import { labelRule } from "./tool-metadata.ts";

const SCC_PREFIX = "openshift.io/sa.scc.";
const LABEL_SYNCERS: ReadonlySet<string> = new Set([
  "pod-security-admission-label-synchronization-controller",
  "cluster-policy-controller",
]);

/** The protected namespaces that exist and stay, as they must be created on the standby. */
export function recordNamespaces(
  objects: readonly KubeObject[],
  namespaces: ReadonlySet<string>,
): readonly RecordedNamespace[] {
  return objects
    .filter(
      (object) => object.apiVersion === "v1" && object.kind === "Namespace" && namespaces.has(object.metadata.name),
    )
    .filter((object) => !isTerminating(object))
    .map((object) => ({
      name: object.metadata.name,
      labels: sortedMap(kept(object.metadata.labels, (key) => isKeptLabel(key, object))),
      annotations: sortedMap(kept(object.metadata.annotations, (key) => key.startsWith(SCC_PREFIX))),
    }))
    .sort((a, b) => compareBytes(a.name, b.name));
}

function kept(
  map: Readonly<Record<string, string>> | undefined,
  keep: (key: string) => boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keep(key)));
}

function isKeptLabel(key: string, namespace: KubeObject): boolean {
  if (key === "kubernetes.io/metadata.name" || key.startsWith("argocd.argoproj.io/")) return false;
  if (key.startsWith("pod-security.kubernetes.io/")) return !isSynchronised(key, namespace);
  return labelRule(key) === null;
}

/** OpenShift computes these labels from the namespace's grants; only a person's choice travels. */
function isSynchronised(label: string, namespace: KubeObject): boolean {
  const owners = asList(namespace.metadata["managedFields"])
    .filter((entry) => at(entry, "fieldsV1", "f:metadata", "f:labels", `f:${label}`) !== undefined)
    .map((entry) => asString(at(entry, "manager")) ?? "");
  return owners.length > 0 && owners.every((owner) => LABEL_SYNCERS.has(owner));
}

/** The claims, with the larger of requested and real size: a restore needs at least the real one. */
export function recordClaims(claims: readonly KubeObject[]): readonly RecordedClaim[] {
  return claims
    .map((claim) => ({
      namespace: claim.metadata.namespace ?? "",
      name: claim.metadata.name,
      volume: asString(at(claim, "spec", "volumeName")),
      storageClass: storageClassOf(claim),
      bytes: larger(
        bytesOf(at(claim, "spec", "resources", "requests", "storage")),
        bytesOf(at(claim, "status", "capacity", "storage")),
      ),
      accessModes: asList(at(claim, "spec", "accessModes"))
        .filter((mode) => typeof mode === "string")
        .sort(compareBytes),
    }))
    .sort((a, b) => compareBytes(a.namespace, b.namespace) || compareBytes(a.name, b.name));
}

/** The annotation from before Kubernetes 1.6; where it stands the field is ignored. */
export const BETA_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class";

/** The storage class that a claim, or the template of one, asks for; null: none, or the default one. */
export function storageClassOf(claim: unknown): string | null {
  const annotation = asString(at(claim, "metadata", "annotations", BETA_STORAGE_CLASS));
  return annotation ?? asString(at(claim, "spec", "storageClassName"));
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

/** The volumes bound to recorded claims. Handles and attributes of the storage are not recorded. */
export function recordVolumes(
  volumes: readonly KubeObject[],
  claims: readonly RecordedClaim[],
): readonly RecordedVolume[] {
  const byName = new Map(claims.map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
  return volumes
    .flatMap((volume) => {
      const reference = at(volume, "spec", "claimRef");
      const claim = byName.get(
        `${asString(at(reference, "namespace")) ?? ""}/${asString(at(reference, "name")) ?? ""}`,
      );
      if (claim?.volume !== volume.metadata.name) return [];
      return [
        {
          name: volume.metadata.name,
          claim: { namespace: claim.namespace, name: claim.name },
          driver: driverOf(volume),
        },
      ];
    })
    .sort((a, b) => compareBytes(a.name, b.name));
}

const NOT_A_PLUGIN: ReadonlySet<string> = new Set(["capacity", "claimRef", "nodeAffinity"]);

/** The CSI driver, or the name of the in-tree plugin: the one nested mapping that is not something else. */
function driverOf(volume: KubeObject): string | null {
  const csi = asString(at(volume, "spec", "csi", "driver"));
  if (csi !== null) return csi;
  const spec = at(volume, "spec");
  const plugins = Object.entries(isFields(spec) ? spec : {}).filter(
    ([key, value]) => isFields(value) && !NOT_A_PLUGIN.has(key),
  );
  return plugins[0]?.[0] ?? null;
}

/** Objects once each, in the order of their identity: a duplicate is the same object listed twice. */
export function inOrder(objects: readonly KubeObject[]): readonly KubeObject[] {
  const byKey = new Map<string, KubeObject>();
  for (const object of objects) {
    const key = `${refKey(refOf(object))}|${object.apiVersion}`;
    const known = byKey.get(key);
    if (known === undefined || compareBytes(JSON.stringify(object), JSON.stringify(known)) < 0) byKey.set(key, object);
  }
  return [...byKey].sort(([a], [b]) => compareBytes(a, b)).map(([, object]) => object);
}
