import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../../src/core/model/fields.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { service } from "./live-objects.ts";
import { sanitize } from "./sanitizing.ts";

const SERVICE_CASES: readonly {
  readonly name: string;
  readonly live: KubeObject;
  readonly spec: Record<string, unknown>;
}[] = [
  {
    name: "an allocated address goes",
    live: service("web"),
    spec: { ports: [{ name: "http", port: 80, targetPort: 8080 }], selector: { app: "web" }, type: "ClusterIP" },
  },
  {
    name: "a headless service stays headless",
    live: service("db", {
      clusterIP: "None",
      clusterIPs: ["None"],
      ports: [{ port: 9042, targetPort: 9042, protocol: "TCP" }],
    }),
    spec: { clusterIP: "None", ports: [{ port: 9042 }], selector: { app: "db" }, type: "ClusterIP" },
  },
  {
    name: "an allocated node port goes",
    live: service("web", {
      type: "NodePort",
      externalTrafficPolicy: "Cluster",
      ports: [{ name: "http", port: 80, targetPort: 80, nodePort: 31234 }],
    }),
    spec: { type: "NodePort", selector: { app: "web" }, ports: [{ name: "http", port: 80 }] },
  },
  {
    name: "a node port in kubectl's last applied object stays, by port name",
    live: service(
      "web",
      {
        type: "NodePort",
        ports: [
          { name: "http", port: 80, nodePort: 31234 },
          { name: "admin", port: 81, nodePort: 31235 },
        ],
      },
      {
        annotations: {
          "kubectl.kubernetes.io/last-applied-configuration":
            '{"spec":{"ports":[{"name":"http","port":80,"nodePort":31234}]}}',
        },
      },
    ),
    spec: {
      type: "NodePort",
      selector: { app: "web" },
      ports: [
        { name: "http", port: 80, nodePort: 31234 },
        { name: "admin", port: 81 },
      ],
    },
  },
  {
    name: "a node port that a field manager owns stays",
    live: service(
      "web",
      {
        type: "NodePort",
        ports: [
          { port: 80, protocol: "TCP", nodePort: 31234 },
          { port: 80, protocol: "UDP", nodePort: 31235 },
        ],
      },
      {
        managedFields: [
          {
            manager: "argocd-controller",
            fieldsV1: { "f:spec": { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { "f:nodePort": {} } } } },
          },
        ],
      },
    ),
    spec: {
      type: "NodePort",
      selector: { app: "web" },
      ports: [
        { port: 80, nodePort: 31234 },
        { port: 80, protocol: "UDP" },
      ],
    },
  },
  {
    name: "addresses of the site's load balancer go, ranges are mapped",
    live: service("web", {
      type: "LoadBalancer",
      loadBalancerIP: "203.0.113.7",
      externalIPs: ["203.0.113.8"],
      healthCheckNodePort: 32000,
      externalTrafficPolicy: "Local",
      allocateLoadBalancerNodePorts: true,
      loadBalancerSourceRanges: ["10.1.0.0/16", "10.9.0.0/16"],
      ports: [],
    }),
    spec: {
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      loadBalancerSourceRanges: ["10.2.0.0/16", "10.9.0.0/16"],
      selector: { app: "web" },
      ports: [],
    },
  },
  {
    name: "dual stack was chosen by somebody",
    live: service("web", { ipFamilyPolicy: "PreferDualStack", ports: [] }),
    spec: {
      type: "ClusterIP",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "PreferDualStack",
      selector: { app: "web" },
      ports: [],
    },
  },
];

for (const { name, live, spec } of SERVICE_CASES) {
  test(`Service: ${name}`, () => {
    assert.deepEqual(at(sanitize(live, { cidrs: { "10.1.0.0/16": "10.2.0.0/16" } }).object, "spec"), spec);
  });
}

test("Service of type ExternalName follows the host mapping; broken last-applied is no reason to fail", () => {
  const live = service(
    "ext",
    { type: "ExternalName", externalName: "db.east.example.com" },
    { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{broken" } },
  );
  const { object } = sanitize(live, { hosts: { "db.east.example.com": "db.west.example.com" } });
  assert.equal(at(object, "spec", "externalName"), "db.west.example.com");
});
