import { isCustomGroup } from "../../capture/platform-groups.ts";
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

/** A custom resource that nobody described: nobody knows how to keep it from running, so the standby has none. */
const CUSTOM: KindRule = { group: "", kind: "", versions: null, sanitize: clean, standby: activeOnly };

/** The rule of an object's kind; null when its kind, or this version of it, is not understood. */
export function kindRule(object: Pick<KubeObject, "apiVersion" | "kind">): KindRule | null {
  const { apiVersion, kind } = object;
  const group = groupOf(apiVersion);
  const rule = KINDS.get(`${group}|${kind}`);
  if (rule === undefined) return isCustomGroup(group) ? CUSTOM : null;
  return rule.versions === null || isVersion(rule.versions, apiVersion, group) ? rule : null;
}

function isVersion(versions: readonly string[], apiVersion: string, group: string): boolean {
  return versions.includes(group === "" ? apiVersion : apiVersion.slice(group.length + 1));
}
