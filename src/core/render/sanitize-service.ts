import { asFields, asList, asNumber, asString, at, isFields } from "../model/fields.ts";
import type { KubeObject } from "../model/kube-object.ts";
import { type Draft, draftAt, draftsIn, drop, dropEqual } from "./draft.ts";
import { mapAddresses, mapHost } from "./kinds/map-values.ts";
import type { SanitizeContext } from "./pod-template.ts";

const SERVICE_DEFAULTS = {
  sessionAffinity: "None",
  internalTrafficPolicy: "Cluster",
  externalTrafficPolicy: "Cluster",
  allocateLoadBalancerNodePorts: true,
};
const PORT_DEFAULTS = { protocol: "TCP" };
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Rules of Service: what the allocator of this cluster chose goes, what a person chose stays. A node port is a person's
 * when it stands in kubectl's last applied object or some field manager owns it; allocated ones are owned by nobody.
 */
export function sanitizeService(draft: Draft, context: SanitizeContext, live: KubeObject): void {
  const { note } = context;
  const spec = draftAt(draft, "spec");
  const allocated = { rule: "service-allocation", note } as const;
  if (spec["clusterIP"] !== "None") drop(spec, ["clusterIP"], allocated);
  drop(spec, ["clusterIPs"], allocated);
  dropAllocatedPorts(spec, live, context);
  if (!isOwned(live, ["f:ipFamilies"]) && !isOwned(live, ["f:ipFamilyPolicy"]) && isSingleStack(spec)) {
    drop(spec, ["ipFamilies", "ipFamilyPolicy"], allocated);
  }
  const site = { rule: "service-load-balancer", note } as const;
  drop(spec, ["loadBalancerIP"], site);
  if (spec["type"] === "LoadBalancer") drop(spec, ["externalIPs"], site);
  mapAddresses(spec, "externalIPs", context);
  mapAddresses(spec, "loadBalancerSourceRanges", context);
  mapHost(spec, "externalName", context);
  dropServiceDefaults(spec, context);
}

function isSingleStack(spec: Draft): boolean {
  return spec["ipFamilyPolicy"] === undefined || spec["ipFamilyPolicy"] === "SingleStack";
}

function dropServiceDefaults(spec: Draft, { note }: SanitizeContext): void {
  const how = { rule: "server-default", note } as const;
  dropEqual(spec, SERVICE_DEFAULTS, how);
  for (const port of draftsIn(spec, "ports")) {
    dropEqual(port, PORT_DEFAULTS, how);
    if (port["targetPort"] === port["port"]) drop(port, ["targetPort"], how);
  }
}

function dropAllocatedPorts(spec: Draft, live: KubeObject, { note }: SanitizeContext): void {
  const how = { rule: "service-allocation", note } as const;
  const applied = lastApplied(live);
  const explicit = new Set(
    asList(at(applied, "spec", "ports"))
      .filter((port) => (asNumber(at(port, "nodePort")) ?? 0) > 0)
      .map(portKey),
  );
  for (const port of draftsIn(spec, "ports")) {
    if (!explicit.has(portKey(port)) && !isPortOwned(live, port)) drop(port, ["nodePort"], how);
  }
  const chosen = at(applied, "spec", "healthCheckNodePort") !== undefined || isOwned(live, ["f:healthCheckNodePort"]);
  if (!chosen) drop(spec, ["healthCheckNodePort"], how);
}

/** Ports match by name, unnamed ones by number. */
function portKey(port: unknown): string {
  const name = asString(at(port, "name")) ?? "";
  return name === "" ? `#${asNumber(at(port, "port")) ?? ""}` : name;
}

function lastApplied(live: KubeObject): unknown {
  try {
    return JSON.parse(live.metadata.annotations?.[LAST_APPLIED] ?? "null");
  } catch {
    return null;
  }
}

function specFields(live: KubeObject): readonly unknown[] {
  return asList(live.metadata["managedFields"]).map((entry) => at(entry, "fieldsV1", "f:spec"));
}

function isOwned(live: KubeObject, path: readonly string[]): boolean {
  return specFields(live).some((fields) => at(fields, ...path) !== undefined);
}

function isPortOwned(live: KubeObject, port: Draft): boolean {
  return specFields(live).some((fields) =>
    Object.entries(asFields(at(fields, "f:ports"))).some(
      ([key, owned]) => at(owned, "f:nodePort") !== undefined && namesPort(key, port),
    ),
  );
}

/** A list key such as `k:{"port":80,"protocol":"TCP"}`. */
function namesPort(key: string, port: Draft): boolean {
  if (!key.startsWith("k:")) return false;
  try {
    const named: unknown = JSON.parse(key.slice(2));
    return isFields(named) && named["port"] === port["port"] && named["protocol"] === (port["protocol"] ?? "TCP");
  } catch {
    return false;
  }
}
