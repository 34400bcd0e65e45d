import { asFields, asList, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext } from "../api-context.ts";
import { isEmptyMap } from "../json-value.ts";
import type { Strategy } from "./strategy.ts";

const firstNodePort = 30000;
const lastNodePort = 32767;
const addressesPerRange = 65_534;

function clusterIps(context: ApiContext): ReadonlySet<string> {
  return new Set(context.store.list("services").flatMap((service) => asString(at(service, "spec", "clusterIP")) ?? []));
}

/** The first free address of 10.96.0.0/16; the first one of all belongs to the service `kubernetes`. */
function freeAddress(context: ApiContext): string {
  const taken = clusterIps(context);
  for (let number = 1; number <= addressesPerRange; number++) {
    const address = `10.96.${number >> 8}.${number & 0xff}`;
    if (!taken.has(address)) return address;
  }
  return "";
}

function nodePorts(context: ApiContext): Set<number> {
  const ports = context.store.list("services").flatMap((service) => asList(at(service, "spec", "ports")));
  return new Set(
    ports.flatMap((port) => (typeof at(port, "nodePort") === "number" ? [Number(at(port, "nodePort"))] : [])),
  );
}

function withNodePorts(context: ApiContext, spec: Fields): Fields {
  if (spec["type"] !== "NodePort" && spec["type"] !== "LoadBalancer") return spec;
  const taken = nodePorts(context);
  const ports = asList(spec["ports"]).map((port) => {
    if (at(port, "nodePort") !== undefined) return port;
    let candidate = firstNodePort;
    while (taken.has(candidate) && candidate < lastNodePort) candidate += 1;
    taken.add(candidate);
    return { ...asFields(port), nodePort: candidate };
  });
  return { ...spec, ports };
}

function withAddress(context: ApiContext, spec: Fields): Fields {
  if (spec["type"] === "ExternalName") return spec;
  const clusterIP = asString(spec["clusterIP"]) || freeAddress(context);
  const anyFamily = clusterIP === "None" && isEmptyMap(asFields(spec["selector"]));
  return {
    ...spec,
    clusterIP,
    clusterIPs: spec["clusterIPs"] ?? [clusterIP],
    ipFamilies: spec["ipFamilies"] ?? (anyFamily ? ["IPv4", "IPv6"] : ["IPv4"]),
    ipFamilyPolicy: spec["ipFamilyPolicy"] ?? (anyFamily ? "RequireDualStack" : "SingleStack"),
  };
}

function allocated(context: ApiContext, object: KubeObject): KubeObject {
  const spec = withNodePorts(context, withAddress(context, asFields(object["spec"])));
  return { ...object, spec, status: object["status"] ?? { loadBalancer: {} } };
}

const keptAddresses = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"];

/** Services get addresses and node ports; an update that leaves them out keeps them. */
export const serviceStrategy: Strategy = {
  create: allocated,
  update: (context, next, live) => {
    const spec: Record<string, unknown> = { ...asFields(next["spec"]) };
    const before = asFields(live["spec"]);
    if (spec["type"] !== "ExternalName")
      for (const key of keptAddresses)
        if (spec[key] === undefined && before[key] !== undefined) spec[key] = before[key];
    return allocated(context, { ...next, spec });
  },
};
