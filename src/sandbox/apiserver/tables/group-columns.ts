import { asList, asString, at } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import {
  ageColumn,
  boolean,
  createdColumn,
  integer,
  nameColumn,
  numberAt,
  selectorText,
  text,
  textAt,
  wide,
} from "./column.ts";
import type { Column } from "./column.ts";

function subjects(kind: string): (binding: KubeObject) => string {
  return (binding) =>
    asList(binding["subjects"])
      .filter((subject) => at(subject, "kind") === kind)
      .map((subject) => {
        const name = textAt(subject, ["name"]);
        return kind === "ServiceAccount" ? `${textAt(subject, ["namespace"])}/${name}` : name;
      })
      .join(", ");
}

const binding: readonly Column[] = [
  nameColumn,
  text("Role", (object) => `${textAt(object, ["roleRef", "kind"])}/${textAt(object, ["roleRef", "name"])}`),
  ageColumn,
  wide(text("Users", subjects("User"))),
  wide(text("Groups", subjects("Group"))),
  wide(text("ServiceAccounts", subjects("ServiceAccount"))),
];

function hosts(ingress: KubeObject): string {
  const all = asList(at(ingress, "spec", "rules"))
    .map((rule) => textAt(rule, ["host"]))
    .filter((host) => host !== "");
  if (all.length === 0) return "*";
  return all.length > 3 ? `${all.slice(0, 3).join(",")} + ${all.length - 3} more...` : all.join(",");
}

function ingressAddress(ingress: KubeObject): string {
  return asList(at(ingress, "status", "loadBalancer", "ingress"))
    .map((entry) => asString(at(entry, "ip")) ?? textAt(entry, ["hostname"]))
    .join(",");
}

const ingress: readonly Column[] = [
  nameColumn,
  text("Class", (object) => textAt(object, ["spec", "ingressClassName"], "<none>")),
  text("Hosts", hosts),
  text("Address", ingressAddress),
  text("Ports", (object) => (asList(at(object, "spec", "tls")).length > 0 ? "80, 443" : "80")),
  ageColumn,
];

const disruptionBudget: readonly Column[] = [
  nameColumn,
  text("Min Available", (object) => textAt(object, ["spec", "minAvailable"], "N/A")),
  text("Max Unavailable", (object) => textAt(object, ["spec", "maxUnavailable"], "N/A")),
  integer("Allowed Disruptions", (object) => numberAt(object, "status", "disruptionsAllowed")),
  ageColumn,
];

function targets(autoscaler: KubeObject): string {
  const current = asList(at(autoscaler, "status", "currentMetrics"));
  const all = asList(at(autoscaler, "spec", "metrics")).map((metric, index) => {
    const name = textAt(metric, ["resource", "name"]);
    const measured = textAt(current[index], ["resource", "current", "averageUtilization"]);
    const wanted = textAt(metric, ["resource", "target", "averageUtilization"], "<unknown>");
    return `${name === "" ? "" : `${name}: `}${measured === "" ? "<unknown>" : `${measured}%`}/${wanted}%`;
  });
  return all.length === 0 ? "<none>" : all.join(", ");
}

const autoscaler: readonly Column[] = [
  nameColumn,
  text(
    "Reference",
    (object) =>
      `${textAt(object, ["spec", "scaleTargetRef", "kind"])}/${textAt(object, ["spec", "scaleTargetRef", "name"])}`,
  ),
  text("Targets", targets),
  text("MinPods", (object) => textAt(object, ["spec", "minReplicas"], "<unset>")),
  text("MaxPods", (object) => numberAt(object, "spec", "maxReplicas")),
  text("Replicas", (object) => numberAt(object, "status", "currentReplicas")),
  ageColumn,
];

const priorityClass: readonly Column[] = [
  nameColumn,
  integer("Value", (object) => numberAt(object, "value")),
  boolean("Global-Default", (object) => object["globalDefault"] === true),
  ageColumn,
  text("PreemptionPolicy", (object) => textAt(object, ["preemptionPolicy"])),
];

/** Columns of the other groups by storage key. */
export const groupColumns: Readonly<Record<string, readonly Column[]>> = {
  "ingresses.networking.k8s.io": ingress,
  "networkpolicies.networking.k8s.io": [
    nameColumn,
    text("Pod-Selector", (object) => selectorText(at(object, "spec", "podSelector"))),
    ageColumn,
  ],
  "roles.rbac.authorization.k8s.io": [nameColumn, createdColumn],
  "clusterroles.rbac.authorization.k8s.io": [nameColumn, createdColumn],
  "rolebindings.rbac.authorization.k8s.io": binding,
  "clusterrolebindings.rbac.authorization.k8s.io": binding,
  "poddisruptionbudgets.policy": disruptionBudget,
  "horizontalpodautoscalers.autoscaling": autoscaler,
  "leases.coordination.k8s.io": [
    nameColumn,
    text("Holder", (object) => textAt(object, ["spec", "holderIdentity"])),
    ageColumn,
  ],
  "priorityclasses.scheduling.k8s.io": priorityClass,
  "customresourcedefinitions.apiextensions.k8s.io": [nameColumn, createdColumn],
};
