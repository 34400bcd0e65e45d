import { asFields, asList, asString, at } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { ageColumn, createdColumn, labelText, nameColumn, numberAt, text, textAt, wide } from "./column.ts";
import type { Column } from "./column.ts";
import { age } from "./cell-text.ts";

function dataCount(object: KubeObject): number {
  return Object.keys({ ...asFields(object["data"]), ...asFields(object["binaryData"]) }).length;
}

function nodeStatus(node: KubeObject): string {
  const ready = asList(at(node, "status", "conditions")).find((condition) => at(condition, "type") === "Ready");
  const status = ready === undefined ? "Unknown" : at(ready, "status") === "True" ? "Ready" : "NotReady";
  return at(node, "spec", "unschedulable") === true ? `${status},SchedulingDisabled` : status;
}

const rolePrefix = "node-role.kubernetes.io/";

function nodeRoles(node: KubeObject): string {
  const roles = Object.keys(node.metadata.labels ?? {})
    .filter((label) => label.startsWith(rolePrefix))
    .map((label) => label.slice(rolePrefix.length));
  return roles.length === 0 ? "<none>" : roles.toSorted().join(",");
}

function address(type: string): (node: KubeObject) => string {
  return (node) => {
    const found = asList(at(node, "status", "addresses")).find((entry) => at(entry, "type") === type);
    return textAt(found, ["address"], "<none>");
  };
}

function nodeInfo(field: string): (node: KubeObject) => string {
  return (node) => textAt(node, ["status", "nodeInfo", field], "<unknown>");
}

const node: readonly Column[] = [
  nameColumn,
  text("Status", nodeStatus),
  text("Roles", nodeRoles),
  ageColumn,
  text("Version", (object) => textAt(object, ["status", "nodeInfo", "kubeletVersion"])),
  wide(text("Internal-IP", address("InternalIP"))),
  wide(text("External-IP", address("ExternalIP"))),
  wide(text("OS-Image", nodeInfo("osImage"))),
  wide(text("Kernel-Version", nodeInfo("kernelVersion"))),
  wide(text("Container-Runtime", nodeInfo("containerRuntimeVersion"))),
];

function externalAddress(service: KubeObject): string {
  const type = textAt(service, ["spec", "type"]);
  if (type === "ExternalName") return textAt(service, ["spec", "externalName"]);
  const given = asList(at(service, "spec", "externalIPs")).map(String);
  const balanced = asList(at(service, "status", "loadBalancer", "ingress")).map(
    (entry) => asString(at(entry, "ip")) ?? textAt(entry, ["hostname"]),
  );
  const all = [...balanced, ...given];
  if (all.length > 0) return all.join(",");
  return type === "LoadBalancer" ? "<pending>" : "<none>";
}

function portsText(service: KubeObject): string {
  const ports = asList(at(service, "spec", "ports")).map((port) => {
    const outside = numberAt(port, "nodePort");
    return `${numberAt(port, "port")}${outside === 0 ? "" : `:${outside}`}/${textAt(port, ["protocol"], "TCP")}`;
  });
  return ports.length === 0 ? "<none>" : ports.join(",");
}

const service: readonly Column[] = [
  nameColumn,
  text("Type", (object) => textAt(object, ["spec", "type"])),
  text("Cluster-IP", (object) => textAt(object, ["spec", "clusterIP"], "<none>")),
  text("External-IP", externalAddress),
  text("Port(s)", portsText),
  ageColumn,
  wide(text("Selector", (object) => labelText(at(object, "spec", "selector")))),
];

function endpointsText(object: KubeObject): string {
  const all = asList(object["subsets"]).flatMap((subset) => {
    const ports = asList(at(subset, "ports")).map((port) => `:${numberAt(port, "port")}`);
    return asList(at(subset, "addresses")).flatMap((entry) =>
      (ports.length === 0 ? [""] : ports).map((port) => textAt(entry, ["ip"]) + port),
    );
  });
  const shown = all.slice(0, 3).join(",");
  if (all.length === 0) return "<none>";
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}

function lastSeen(event: KubeObject, now: number): string {
  const times = [at(event, "series", "lastObservedTime"), event["lastTimestamp"], event["eventTime"]];
  return age(asString(times.find((time) => typeof time === "string")) ?? undefined, now);
}

function sourceText(event: KubeObject): string {
  const component = textAt(event, ["source", "component"]) || textAt(event, ["reportingComponent"]);
  const host = textAt(event, ["source", "host"]);
  return host === "" ? component : `${component}, ${host}`;
}

function subjectText(event: KubeObject): string {
  return `${textAt(event, ["involvedObject", "kind"]).toLowerCase()}/${textAt(event, ["involvedObject", "name"])}`;
}

const event: readonly Column[] = [
  text("Last Seen", lastSeen),
  text("Type", (object) => textAt(object, ["type"])),
  text("Reason", (object) => textAt(object, ["reason"])),
  text("Object", subjectText),
  wide(text("Subobject", (object) => textAt(object, ["involvedObject", "fieldPath"]))),
  wide(text("Source", sourceText)),
  text("Message", (object) => textAt(object, ["message"]).trim()),
  wide(text("First Seen", (object, now) => age(asString(object["firstTimestamp"]) ?? undefined, now))),
  wide(text("Count", (object) => Math.max(1, numberAt(object, "count")))),
  wide(nameColumn),
];

function quotaText(prefix: "requests" | "limits"): (quota: KubeObject) => string {
  return (quota) => {
    const hard = asFields(at(quota, "status", "hard"));
    const names = Object.keys(hard).filter((name) => name.startsWith("limits.") === (prefix === "limits"));
    return names
      .toSorted()
      .map((name) => `${name}: ${textAt(quota, ["status", "used", name], "0")}/${String(hard[name])}`)
      .join(", ");
  };
}

/** Columns of the core group by storage key, without pods and storage. */
export const coreColumns: Readonly<Record<string, readonly Column[]>> = {
  configmaps: [nameColumn, text("Data", dataCount), ageColumn],
  secrets: [nameColumn, text("Type", (object) => textAt(object, ["type"])), text("Data", dataCount), ageColumn],
  namespaces: [nameColumn, text("Status", (object) => textAt(object, ["status", "phase"])), ageColumn],
  serviceaccounts: [nameColumn, ageColumn],
  nodes: node,
  services: service,
  endpoints: [nameColumn, text("Endpoints", endpointsText), ageColumn],
  events: event,
  limitranges: [nameColumn, createdColumn],
  resourcequotas: [nameColumn, text("Request", quotaText("requests")), text("Limit", quotaText("limits")), ageColumn],
};
