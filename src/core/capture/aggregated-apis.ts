import { asString, at } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";

/**
 * Kinds of OpenShift that an extension server serves and really stores. Everything else that is aggregated is taken for a
 * computed view and left alone: what can't be created again elsewhere is no configuration.
 */
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
  return new Set(
    apiServices
      .filter(
        (service) => typeof at(service, "spec", "service") === "object" && at(service, "spec", "service") !== null,
      )
      .map((service) => asString(at(service, "spec", "group")) ?? ""),
  );
}

/** Whether an aggregated group is known to store objects of this kind. */
export function isStored(group: string, kind: string): boolean {
  return STORED.get(group)?.has(kind) ?? false;
}

/**
 * Whether a group version that does not answer hides anything that is captured. A view that is down (metrics, packages)
 * is no loss; a group that nobody knows may hold anything.
 */
export function mayHoldCaptured(apiVersion: string, aggregated: ReadonlySet<string>): boolean {
  const group = groupOf(apiVersion);
  return STORED.has(group) || !aggregated.has(group);
}
