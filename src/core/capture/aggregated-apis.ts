import type { Discovery } from "../model/api-resource.ts";
import { asList, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";

/** Kinds of OpenShift that an extension server serves and really stores; the others of these groups are views of them. */
const STORED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["apps.openshift.io", new Set(["DeploymentConfig"])],
  ["build.openshift.io", new Set(["BuildConfig"])],
  ["image.openshift.io", new Set(["ImageStream"])],
  ["route.openshift.io", new Set(["Route"])],
  ["template.openshift.io", new Set(["Template"])],
  ["security.openshift.io", new Set(["SecurityContextConstraints"])],
]);

/**
 * Groups that an extension API server answers for, from the cluster's APIServices (`apiregistration.k8s.io/v1`): those
 * that name a Service.
 */
export function aggregatedGroups(apiServices: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(apiServices.filter(isExtension).map(groupOfService));
}

/**
 * Group versions of extension API servers that discovery says nothing of, not even that they do not answer, and that are
 * not available either: a server that was never reached is left out of what some versions of Kubernetes list.
 */
export function unheardOf(apiServices: readonly KubeObject[], { resources, stale }: Discovery): readonly string[] {
  const known = new Set([...resources.map(({ apiVersion }) => groupOf(apiVersion)), ...stale.map(groupOf)]);
  return apiServices
    .filter((service) => isExtension(service) && !isAvailable(service) && !known.has(groupOfService(service)))
    .map((service) => `${groupOfService(service)}/${asString(at(service, "spec", "version")) ?? ""}`);
}

function isExtension(apiService: KubeObject): boolean {
  return isFields(at(apiService, "spec", "service"));
}

function groupOfService(apiService: KubeObject): string {
  return asString(at(apiService, "spec", "group")) ?? "";
}

function isAvailable(apiService: KubeObject): boolean {
  return asList(at(apiService, "status", "conditions")).some(
    (condition) => at(condition, "type") === "Available" && at(condition, "status") === "True",
  );
}

/**
 * What an aggregated group does with objects of a kind: `view` is known to be computed and is not even listed; of an
 * `unknown` one what there is gets named in the report, since it may be somebody's configuration.
 */
export function aggregatedKind(group: string, kind: string): "stored" | "view" | "unknown" {
  const stored = STORED.get(group);
  if (stored === undefined) return "unknown";
  return stored.has(kind) ? "stored" : "view";
}
