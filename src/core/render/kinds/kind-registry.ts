import { type KubeObject, groupOf } from "../../model/kube-object.ts";
import { ADMISSION } from "./admission.ts";
import { AUTOSCALERS } from "./autoscalers.ts";
import { CERTIFICATES } from "./certificates.ts";
import { CONFIGURATION } from "./configuration.ts";
import { NETWORK } from "./endpoints.ts";
import { JOBS } from "./jobs.ts";
import { type KindRule, activeOnly, clean } from "./kind-rule.ts";
import { KUBEVIRT } from "./kubevirt.ts";
import { MONITORING } from "./monitoring.ts";
import { OPENSHIFT } from "./openshift.ts";
import { OPERATORS } from "./operators.ts";
import { RBAC } from "./rbac.ts";
import { ROUTES } from "./routes.ts";
import { WORKLOADS } from "./workloads.ts";

const KINDS: ReadonlyMap<string, KindRule> = new Map(
  [
    ...WORKLOADS,
    ...JOBS,
    ...NETWORK,
    ...ROUTES,
    ...RBAC,
    ...CONFIGURATION,
    ...AUTOSCALERS,
    ...ADMISSION,
    ...OPENSHIFT,
    ...KUBEVIRT,
    ...OPERATORS,
    ...CERTIFICATES,
    ...MONITORING,
  ].map((rule) => [`${rule.group}|${rule.kind}`, rule]),
);

/** Groups that Kubernetes and OpenShift serve themselves: a kind of theirs without a rule is not understood. */
const PLATFORM_GROUPS: ReadonlySet<string> = new Set([
  "",
  "apps",
  "autoscaling",
  "batch",
  "extensions",
  "policy",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);
const OPENSHIFT_SUFFIX = ".openshift.io";

/** A custom resource that nobody described: nobody knows how to keep it from running, so the standby has none. */
const CUSTOM: KindRule = { group: "", kind: "", versions: null, sanitize: clean, standby: activeOnly };

/** The rule of an object's kind; null when its kind, or this version of it, is not understood. */
export function kindRule(object: Pick<KubeObject, "apiVersion" | "kind">): KindRule | null {
  const { apiVersion, kind } = object;
  const group = groupOf(apiVersion);
  const rule = KINDS.get(`${group}|${kind}`);
  if (rule === undefined) return isCustom(group) ? CUSTOM : null;
  return rule.versions === null || isVersion(rule.versions, apiVersion, group) ? rule : null;
}

function isVersion(versions: readonly string[], apiVersion: string, group: string): boolean {
  return versions.includes(group === "" ? apiVersion : apiVersion.slice(group.length + 1));
}

function isCustom(group: string): boolean {
  return !PLATFORM_GROUPS.has(group) && !group.endsWith(OPENSHIFT_SUFFIX);
}

/** Every kind that has a rule of its own, as `Kind.group`, for documents and for tests that none is forgotten. */
export function describedKinds(): readonly string[] {
  return [...KINDS.values()].map(({ group, kind }) => (group === "" ? kind : `${kind}.${group}`));
}
