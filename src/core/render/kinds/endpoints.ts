import { type Draft, draftAt, draftsIn, drop, dropEqual } from "../draft.ts";
import type { SanitizeContext } from "../pod-template.ts";
import { sanitizeService } from "../sanitize-service.ts";
import { type KindRule, type Sanitizer, same } from "./kind-rule.ts";
import { mapAddress, mapAddresses } from "./map-values.ts";

const PORT_DEFAULTS = { protocol: "TCP" };
const SITE_FIELDS = ["nodeName", "zone", "targetRef", "deprecatedTopology", "hints"];

/** Endpoints that a person keeps for a Service without a selector; those of a controller are never captured. */
const sanitizeEndpoints: Sanitizer = (draft, context) => {
  for (const subset of draftsIn(draft, "subsets")) {
    for (const field of ["addresses", "notReadyAddresses"])
      for (const address of draftsIn(subset, field)) {
        drop(address, SITE_FIELDS, { rule: "pod-placement", note: context.note });
        mapAddress(address, "ip", context);
      }
    dropPortDefaults(subset, context);
  }
};

const sanitizeEndpointSlice: Sanitizer = (draft, context) => {
  for (const endpoint of draftsIn(draft, "endpoints")) {
    drop(endpoint, SITE_FIELDS, { rule: "pod-placement", note: context.note });
    mapAddresses(endpoint, "addresses", context);
  }
  dropPortDefaults(draft, context);
};

function dropPortDefaults(draft: Draft, { note }: SanitizeContext): void {
  for (const port of draftsIn(draft, "ports")) {
    dropEqual(port, PORT_DEFAULTS, { rule: "server-default", note });
    dropEqual(port, { name: "" }, { rule: "server-default", note });
  }
}

/** The ranges of another site differ. Nothing is dropped: a missing policy opens traffic or closes it. */
const sanitizeNetworkPolicy: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  for (const [direction, side] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const)
    for (const rule of draftsIn(spec, direction)) {
      for (const port of draftsIn(rule, "ports"))
        dropEqual(port, PORT_DEFAULTS, { rule: "server-default", note: context.note });
      for (const peer of draftsIn(rule, side)) {
        mapAddress(draftAt(peer, "ipBlock"), "cidr", context);
        mapAddresses(draftAt(peer, "ipBlock"), "except", context);
      }
    }
};

const V1 = ["v1"];

export const NETWORK: readonly KindRule[] = [
  { group: "", kind: "Service", versions: V1, sanitize: sanitizeService, standby: same },
  { group: "", kind: "Endpoints", versions: V1, sanitize: sanitizeEndpoints, standby: same },
  { group: "discovery.k8s.io", kind: "EndpointSlice", versions: V1, sanitize: sanitizeEndpointSlice, standby: same },
  { group: "networking.k8s.io", kind: "NetworkPolicy", versions: V1, sanitize: sanitizeNetworkPolicy, standby: same },
];
