import { mediaTypes, tableOf } from "../scenario.ts";
import type { Scenario } from "../scenario.ts";

const { merge, strategic } = mediaTypes;
const pods = "/api/v1/namespaces/NS/pods";

const spec = {
  containers: [
    {
      name: "c",
      image: "busybox",
      resources: { limits: { cpu: "1000m", memory: "1024Mi" }, requests: { cpu: 0.5 } },
      livenessProbe: { httpGet: { port: 80 } },
      volumeMounts: [{ name: "v", mountPath: "/v" }],
    },
  ],
  volumes: [{ name: "v" }, { name: "cm", configMap: { name: "x" } }, { name: "s", secret: { secretName: "x" } }],
};

function pod(name: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { ...spec, ...more } };
}

const running = {
  phase: "Running",
  conditions: [{ type: "Ready", status: "True" }],
  podIP: "10.0.0.1",
  podIPs: [{ ip: "10.0.0.1" }],
};

export const podScenario: Scenario = {
  name: "pods",
  steps: [
    { send: `POST ${pods}`, body: pod("p") },
    { send: `PATCH ${pods}/p/status`, type: strategic, body: { status: running } },
    { send: `GET ${pods}?fieldSelector=status.phase%3DRunning` },
    { send: `GET ${pods}?fieldSelector=spec.foo%3DRunning` },
    { send: `GET ${pods}?labelSelector=%3D%3D`, loosely: "the parser's own words" },
    { send: `POST ${pods}`, body: pod("q", { nodeName: "n1" }) },
    { send: `DELETE ${pods}/q` },
    { send: `DELETE ${pods}/q`, body: { gracePeriodSeconds: 0 } },
    { send: `GET ${pods}/q` },
    { send: `PATCH ${pods}/p`, type: merge, body: { spec: { nodeName: "n2" } } },
    { send: `PATCH ${pods}/p`, type: merge, body: { metadata: { finalizers: ["example.com/a"] } } },
    { send: `DELETE ${pods}/p`, body: { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid: "nope" } } },
    { send: `DELETE ${pods}/p` },
    { send: `DELETE ${pods}/p` },
    { send: `GET ${pods}/p` },
    tableOf(`${pods}`),
    { send: `PATCH ${pods}/p`, type: merge, body: { metadata: { finalizers: ["example.com/a", "example.com/b"] } } },
    { send: `PATCH ${pods}/p`, type: merge, body: { metadata: { finalizers: null } } },
    { send: `GET ${pods}/p` },
  ],
};
