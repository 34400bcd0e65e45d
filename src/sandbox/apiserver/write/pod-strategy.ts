import { asFields, asList, asString, at, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext } from "../api-context.ts";
import { isEmptyMap } from "../json-value.ts";
import type { Strategy } from "./strategy.ts";

const counted = ["cpu", "memory"];

/** `Guaranteed`, `Burstable` or `BestEffort`, from the containers' cpu and memory (Kubernetes, "Pod QoS classes"). */
export function qosClass(pod: KubeObject): string {
  const containers = [...asList(at(pod, "spec", "containers")), ...asList(at(pod, "spec", "initContainers"))];
  const resources = containers.map((container) => ({
    requests: asFields(at(container, "resources", "requests")),
    limits: asFields(at(container, "resources", "limits")),
  }));
  if (resources.every(({ requests, limits }) => isEmptyMap(requests) && isEmptyMap(limits))) return "BestEffort";
  const guaranteed = resources.every(({ requests, limits }) =>
    counted.every((name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name]),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}

function toleration(taint: string): Fields {
  return { key: `node.kubernetes.io/${taint}`, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 };
}

/** What the admission plugins Priority and DefaultTolerationSeconds write into a pod. */
function admitted(context: ApiContext, spec: Fields): Fields {
  const name = asString(spec["priorityClassName"]);
  const priority = name === null ? undefined : context.store.get("priorityclasses.scheduling.k8s.io", null, name);
  const own = asList(spec["tolerations"]);
  const missing = ["not-ready", "unreachable"]
    .map(toleration)
    .filter(({ key }) => !own.some((entry) => at(entry, "key") === key || at(entry, "key") === undefined));
  return {
    ...spec,
    priority: spec["priority"] ?? priority?.["value"] ?? 0,
    preemptionPolicy: spec["preemptionPolicy"] ?? priority?.["preemptionPolicy"] ?? "PreemptLowerPriority",
    tolerations: [...own, ...missing],
  };
}

/** New pods are pending; a pod's QoS class never changes. */
export const podStrategy: Strategy = {
  create: (context, object) => ({
    ...object,
    spec: admitted(context, asFields(object["spec"])),
    status: { phase: "Pending", qosClass: qosClass(object) },
  }),
  update: (_context, next, live) => {
    const qos = asString(at(live, "status", "qosClass"));
    return isFields(next["status"]) && qos !== null ? { ...next, status: { ...next["status"], qosClass: qos } } : next;
  },
};
