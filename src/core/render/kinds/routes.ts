import { draftAt, draftsIn, drop, dropEqual, mapString } from "../draft.ts";
import { type KindRule, type Sanitizer, kindsOf, same } from "./kind-rule.ts";
import { mapAddress, mapHost, mapHosts } from "./map-values.ts";

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const GENERATED_HOST = "openshift.io/host.generated";

const sanitizeIngress: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  const classes = { map: context.target.ingressClasses, rule: "target-ingress-class", note: context.note } as const;
  mapString(spec, "ingressClassName", classes);
  mapString(draftAt(draft, "metadata", "annotations"), CLASS_ANNOTATION, classes);
  for (const rule of draftsIn(spec, "rules")) mapHost(rule, "host", context);
  for (const tls of draftsIn(spec, "tls")) mapHosts(tls, "hosts", context);
};

/**
 * A generated host contains the domain of the source's router (openshift-velero-plugin, route restore). An inline key is
 * a secret in a plain object: it is dropped with its certificates, and the Route becomes a requirement.
 */
const sanitizeRoute: Sanitizer = (draft, context) => {
  const { note } = context;
  const spec = draftAt(draft, "spec");
  const annotations = draftAt(draft, "metadata", "annotations");
  const generated = { rule: "route-generated-host", note } as const;
  if (annotations[GENERATED_HOST] === "true") drop(spec, ["host"], generated);
  drop(annotations, [GENERATED_HOST], generated);
  mapHost(spec, "host", context);
  const tls = draftAt(spec, "tls");
  if (Object.hasOwn(tls, "key"))
    drop(tls, ["key", "certificate", "caCertificate"], { rule: "route-inline-certificate", note });
  const how = { rule: "server-default", note } as const;
  dropEqual(spec, { wildcardPolicy: "None" }, how);
  dropEqual(draftAt(spec, "to"), { weight: 100 }, how);
  for (const backend of draftsIn(spec, "alternateBackends")) dropEqual(backend, { weight: 100 }, how);
};

const sanitizeGateway: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  const classes = { map: context.target.ingressClasses, rule: "target-ingress-class", note: context.note } as const;
  mapString(spec, "gatewayClassName", classes);
  for (const address of draftsIn(spec, "addresses")) {
    mapAddress(address, "value", context);
    mapHost(address, "value", context);
  }
  const how = { rule: "server-default", note: context.note } as const;
  for (const listener of draftsIn(spec, "listeners")) {
    mapHost(listener, "hostname", context);
    dropEqual(listener, { allowedRoutes: { namespaces: { from: "Same" } } }, how);
    for (const reference of draftsIn(draftAt(listener, "tls"), "certificateRefs"))
      dropEqual(reference, { group: "", kind: "Secret" }, how);
  }
};

/** HTTPRoute, GRPCRoute, TLSRoute and their like: `v1` and the versions before it share these fields. */
const sanitizeGatewayRoute: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  mapHosts(spec, "hostnames", context);
  const how = { rule: "server-default", note: context.note } as const;
  for (const parent of draftsIn(spec, "parentRefs"))
    dropEqual(parent, { group: "gateway.networking.k8s.io", kind: "Gateway" }, how);
  for (const rule of draftsIn(spec, "rules"))
    for (const backend of draftsIn(rule, "backendRefs"))
      dropEqual(backend, { group: "", kind: "Service", weight: 1 }, how);
};

/** Istio's own kinds, which name hosts inside the mesh and outside of it. */
const sanitizeMesh: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  mapHosts(spec, "hosts", context);
  mapHost(spec, "host", context);
  for (const server of draftsIn(spec, "servers")) mapHosts(server, "hosts", context);
  for (const kind of ["http", "tls", "tcp"])
    for (const rule of draftsIn(spec, kind))
      for (const route of draftsIn(rule, "route")) mapHost(draftAt(route, "destination"), "host", context);
};

const ROUTES_V1 = { versions: null, sanitize: sanitizeGatewayRoute, standby: same } as const;
const MESH = { versions: null, sanitize: sanitizeMesh, standby: same } as const;

export const ROUTES: readonly KindRule[] = [
  { group: "networking.k8s.io", kind: "Ingress", versions: ["v1"], sanitize: sanitizeIngress, standby: same },
  { group: "route.openshift.io", kind: "Route", versions: ["v1"], sanitize: sanitizeRoute, standby: same },
  {
    group: "gateway.networking.k8s.io",
    kind: "Gateway",
    versions: ["v1", "v1beta1"],
    sanitize: sanitizeGateway,
    standby: same,
  },
  ...kindsOf("gateway.networking.k8s.io", ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"], ROUTES_V1),
  ...kindsOf(
    "networking.istio.io",
    ["VirtualService", "DestinationRule", "Gateway", "ServiceEntry", "Sidecar", "WorkloadEntry", "EnvoyFilter"],
    MESH,
  ),
  ...kindsOf("security.istio.io", ["PeerAuthentication", "AuthorizationPolicy", "RequestAuthentication"], MESH),
];
