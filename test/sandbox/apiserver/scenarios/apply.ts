import { mediaTypes } from "../scenario.ts";
import type { Scenario, Step } from "../scenario.ts";
import { deployment } from "./workloads.ts";

const { apply, json, merge, strategic } = mediaTypes;
const web = "/apis/apps/v1/namespaces/NS/deployments/web";

function applied(manager: string, body: unknown, force = false): Step {
  return { send: `PATCH ${web}?fieldManager=${manager}${force ? "&force=true" : ""}`, type: apply, body };
}

function partial(spec: unknown, metadata: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", ...metadata },
    ...(spec === undefined ? {} : { spec }),
  };
}

const second = {
  replicas: 5,
  template: {
    spec: {
      containers: [
        { name: "web", env: [{ name: "Z", value: "9" }] },
        { name: "two", image: "two" },
      ],
    },
  },
};
const smaller = {
  selector: { matchLabels: { app: "web" } },
  template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } },
};

export const applyScenario: Scenario = {
  name: "apply",
  steps: [
    applied("one", deployment()),
    applied("one", deployment()),
    applied("two", partial({ replicas: 5 })),
    applied("two", partial({ replicas: 2 })),
    applied("two", partial(second, { labels: { two: "x" } }), true),
    { send: `PATCH ${web}`, type: merge, body: { spec: { replicas: 7, template: { spec: { containers: null } } } } },
    {
      send: `PATCH ${web}?fieldManager=upd`,
      type: strategic,
      body: { spec: { replicas: 7, template: { spec: { containers: [{ name: "web", image: "upd" }] } } } },
    },
    applied("one", deployment()),
    applied("one", deployment(), true),
    applied("two", partial(undefined)),
    applied("one", partial(smaller)),
    applied("one", partial({ foo: 1 })),
    applied("one", partial({ replicas: "x" })),
    { send: `PATCH ${web}`, type: apply, body: deployment() },
    applied("one", { ...deployment(), metadata: { name: "web", resourceVersion: "1" } }),
    {
      send: "PATCH /apis/apps/v1/namespaces/NS/deployments/new?fieldManager=one",
      type: apply,
      body: { ...deployment("new"), metadata: { name: "new", uid: "abc" } },
    },
    {
      send: `PATCH ${web}/status?fieldManager=st`,
      type: apply,
      body: { ...(partial(undefined) as object), status: { replicas: 1 } },
    },
    { send: `PATCH ${web}`, type: json, body: [{ op: "replace", path: "/metadata/managedFields", value: [{}] }] },
    applied("kubectl", partial(undefined, { annotations: { x: "y" }, finalizers: ["a.example.com/x"] })),
    { send: `PATCH ${web}/scale?fieldManager=scaler`, type: merge, body: { spec: { replicas: 9 } } },
    applied("one", partial({ replicas: 3 })),
  ],
};

function config(manager: string, data: unknown): Step {
  const metadata = { name: "cm" };
  return {
    send: `PATCH /api/v1/namespaces/NS/configmaps/cm?fieldManager=${manager}`,
    type: apply,
    body: { apiVersion: "v1", kind: "ConfigMap", metadata, ...(data === undefined ? {} : { data }) },
  };
}

function service(manager: string, spec: unknown): Step {
  return {
    send: `PATCH /api/v1/namespaces/NS/services/svc?fieldManager=${manager}`,
    type: apply,
    body: { apiVersion: "v1", kind: "Service", metadata: { name: "svc" }, spec },
  };
}

const http = { port: 80, name: "http" };
const https = { port: 443, name: "https" };

export const sharedScenario: Scenario = {
  name: "shared",
  steps: [
    config("a", {}),
    config("b", {}),
    config("a", { x: "1", y: "2" }),
    config("b", { x: "1", z: "2" }),
    config("b", { x: "9", y: "8" }),
    config("a", undefined),
    config("b", undefined),
    service("a", { selector: { a: "b" }, ports: [http, https] }),
    service("b", { ports: [{ port: 9090, name: "m" }, https] }),
    service("a", { selector: { a: "c" }, ports: [https] }),
    {
      send: "PATCH /api/v1/namespaces/NS/services/svc?fieldManager=a",
      type: apply,
      body: "apiVersion: v1\nkind: Service\nmetadata:\n  name: svc\n  labels: {}\nspec:\n  selector: {}\n",
    },
    {
      send: "PATCH /api/v1/namespaces/NS/configmaps/old?fieldManager=a",
      type: apply,
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "old", resourceVersion: "1" } },
    },
  ],
};
