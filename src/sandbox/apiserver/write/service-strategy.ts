import { asFields, asList, asString, at } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext } from "../api-context.ts";
import { invalid, invalidValue } from "../api-error.ts";
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

/** Node ports of all other services. */
function takenPorts(context: ApiContext, service: KubeObject): Set<unknown> {
  const others = context.store.list("services").filter(({ metadata }) => metadata.uid !== service.metadata.uid);
  const ports = others.flatMap((other) => asList(at(other, "spec", "ports")));
  return new Set(ports.map((port) => at(port, "nodePort")).filter((port) => port !== undefined));
}

function refuseTaken(service: KubeObject, ports: readonly unknown[], taken: ReadonlySet<unknown>): void {
  const causes = ports.flatMap((port, index) => {
    const wanted = at(port, "nodePort");
    if (wanted === undefined || !taken.has(wanted)) return [];
    return [invalidValue(`spec.ports[${index}].nodePort`, wanted, "provided port is already allocated")];
  });
  if (causes.length > 0) throw invalid({ group: "", kind: "Service" }, service.metadata.name, causes);
}

function withNodePorts(context: ApiContext, service: KubeObject, spec: Fields): Fields {
  if (spec["type"] !== "NodePort" && spec["type"] !== "LoadBalancer") return spec;
  const taken = takenPorts(context, service);
  const wanted = asList(spec["ports"]);
  refuseTaken(service, wanted, taken);
  const ports = wanted.map((port) => {
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
  const spec = withNodePorts(context, object, withAddress(context, asFields(object["spec"])));
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
