import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../../src/core/model/fields.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { defaultPullPolicy, mapImage, splitImage } from "../../../src/core/render/image-name.ts";
import { bytesOf } from "../../../src/core/render/quantity.ts";
import { deployment, podTemplate, statefulSet } from "./live-objects.ts";
import { sanitize } from "./sanitizing.ts";

test("server defaults of a Deployment and its pods go, other values stay", () => {
  const { object } = sanitize(deployment("web", 3));
  assert.deepEqual(at(object, "spec"), {
    replicas: 3,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        containers: [
          { name: "web", image: "registry.east.example.com/shop/web:1.4", ports: [{ containerPort: 8080 }] },
        ],
      },
    },
  });
  const changed = deployment("web", 3);
  const spec = {
    ...(changed["spec"] as object),
    progressDeadlineSeconds: 60,
    revisionHistoryLimit: 2,
    strategy: { type: "Recreate" },
    paused: true,
  };
  const kept = sanitize({ ...changed, spec }).object;
  assert.equal(at(kept, "spec", "progressDeadlineSeconds"), 60);
  assert.equal(at(kept, "spec", "revisionHistoryLimit"), 2);
  assert.deepEqual(at(kept, "spec", "strategy"), { type: "Recreate" });
  assert.equal(at(kept, "spec", "paused"), true);
});

test("pod templates: probes, volumes, environment, scheduler, service account, pull secrets", () => {
  const template = podTemplate("web", {
    schedulerName: "stork",
    nodeName: "node-3",
    serviceAccount: "web",
    serviceAccountName: "web",
    imagePullSecrets: [{ name: "web-dockercfg-x7k2p" }, { name: "mirror" }],
    priorityClassName: "east-high",
    volumes: [
      { name: "c", configMap: { name: "settings", defaultMode: 420 } },
      { name: "s", secret: { secretName: "db", defaultMode: 256 } },
      { name: "h", hostPath: { path: "/x", type: "" } },
      { name: "e", emptyDir: {} },
      {
        name: "p",
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { path: "t", expirationSeconds: 3600 } },
            { downwardAPI: { items: [{ path: "n", fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } }] } },
          ],
        },
      },
    ],
    containers: [
      {
        name: "web",
        image: "web",
        imagePullPolicy: "Always",
        env: [
          { name: "N", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
          { name: "STAKATER_DB_SECRET", value: "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12" },
        ],
        readinessProbe: {
          httpGet: { path: "/", port: 8080, scheme: "HTTP" },
          timeoutSeconds: 1,
          periodSeconds: 5,
          successThreshold: 1,
          failureThreshold: 3,
        },
        lifecycle: { preStop: { httpGet: { path: "/stop", port: 1, scheme: "HTTP" } } },
      },
    ],
  });
  const live: KubeObject = { ...deployment("web", 1), spec: { replicas: 1, selector: {}, template } };
  const { object, rules } = sanitize(live, { priorityClasses: { "east-high": "west-high" } });
  assert.deepEqual(at(object, "spec", "template", "spec"), {
    serviceAccountName: "web",
    imagePullSecrets: [{ name: "mirror" }],
    priorityClassName: "west-high",
    volumes: [
      { name: "c", configMap: { name: "settings" } },
      { name: "s", secret: { secretName: "db", defaultMode: 256 } },
      { name: "h", hostPath: { path: "/x" } },
      { name: "e", emptyDir: {} },
      {
        name: "p",
        projected: {
          sources: [
            { serviceAccountToken: { path: "t" } },
            { downwardAPI: { items: [{ path: "n", fieldRef: { fieldPath: "metadata.name" } }] } },
          ],
        },
      },
    ],
    containers: [
      {
        name: "web",
        image: "web",
        env: [{ name: "N", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 5 },
        lifecycle: { preStop: { httpGet: { path: "/stop", port: 1 } } },
      },
    ],
  });
  assert.equal(rules["pod-placement"], 2);
  assert.equal(rules["pull-secret-generated"], 1);
  assert.equal(rules["target-priority-class"], 1);
});

test("StatefulSet: claim templates lose what the server wrote and get the mapped class", () => {
  const { object, rules } = sanitize(statefulSet("db", 2), { storageClasses: { "east-ssd": "west-ssd" } });
  assert.deepEqual(at(object, "spec", "volumeClaimTemplates"), [
    {
      metadata: { name: "data" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "10Gi" } },
        storageClassName: "west-ssd",
      },
    },
  ]);
  assert.equal(at(object, "spec", "updateStrategy"), undefined);
  assert.equal(rules["target-storage-class"], 1);
});

test("image names map by whole components, the longest first, tag and digest kept", () => {
  const map = {
    "registry.east": "registry.west",
    "registry.east/shop": "mirror.west/s",
    "localhost:5000": "r.west:5000",
    busybox: "r.west/busybox",
  };
  const cases: readonly (readonly [string, string])[] = [
    ["registry.east/other/web:1", "registry.west/other/web:1"],
    ["registry.east/shop/web@sha256:abc", "mirror.west/s/web@sha256:abc"],
    ["registry.eastern/shop/web:1", "registry.eastern/shop/web:1"],
    ["localhost:5000/web:1", "r.west:5000/web:1"],
    ["busybox:1.36@sha256:abc", "r.west/busybox:1.36@sha256:abc"],
    ["constructor/x", "constructor/x"],
  ];
  for (const [image, expected] of cases) assert.equal(mapImage(image, map), expected);
  assert.deepEqual(splitImage("r:5000/a/b"), { name: "r:5000/a/b", rest: "" });
  assert.deepEqual(["a", "a:latest", "a:1", "a@sha256:x", "r:5000/a"].map(defaultPullPolicy), [
    "Always",
    "Always",
    "IfNotPresent",
    "IfNotPresent",
    "Always",
  ]);
});

test("quantities in bytes", () => {
  const cases: readonly (readonly [unknown, number | null])[] = [
    ["10Gi", 10 * 2 ** 30],
    ["1.5G", 1_500_000_000],
    ["2e9", 2_000_000_000],
    ["100", 100],
    ["1500m", 2],
    ["1E", 1e18],
    [".5Ki", 512],
    ["", null],
    ["ten", null],
    [10, null],
    ["-1", null],
  ];
  for (const [quantity, bytes] of cases) assert.equal(bytesOf(quantity), bytes, String(quantity));
});
