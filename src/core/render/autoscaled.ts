import { type Fields, asFields, asString, at } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";

/** `group|Kind|namespace/name` of every workload that an autoscaler of the application scales. */
export function autoscaledTargets(objects: readonly KubeObject[]): ReadonlySet<string> {
  const targets = new Set<string>();
  for (const object of objects) {
    const reference = asFields(scaleTarget(object));
    const { apiVersion, kind, name } = reference as { apiVersion?: unknown; kind?: unknown; name?: unknown };
    if (typeof name !== "string") continue;
    const group = typeof apiVersion === "string" ? groupOf(apiVersion) : "apps";
    const known = asString(kind) ?? "Deployment";
    targets.add(`${legacyGroup(group, known)}|${known}|${object.metadata.namespace ?? ""}/${name}`);
  }
  return targets;
}

function scaleTarget(object: KubeObject): Fields | null {
  const isHpa = object.kind === "HorizontalPodAutoscaler" && groupOf(object.apiVersion) === "autoscaling";
  const isKeda = object.kind === "ScaledObject" && groupOf(object.apiVersion) === "keda.sh";
  return isHpa || isKeda ? asFields(at(object, "spec", "scaleTargetRef")) : null;
}

/** HPAs on DeploymentConfigs were written with the version `v1`, which names no group. */
function legacyGroup(group: string, kind: string): string {
  return group === "" && kind === "DeploymentConfig" ? "apps.openshift.io" : group;
}

export function isAutoscaled(object: KubeObject, targets: ReadonlySet<string>): boolean {
  if (targets.size === 0) return false;
  const { apiVersion, kind, metadata } = object;
  return targets.has(`${groupOf(apiVersion)}|${kind}|${metadata.namespace ?? ""}/${metadata.name}`);
}
