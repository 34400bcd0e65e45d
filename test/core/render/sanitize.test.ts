import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../../src/core/model/fields.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { configMap, route, serverMeta, serviceAccount } from "./live-objects.ts";
import { sanitize } from "./sanitizing.ts";

test("metadata keeps name, namespace, labels and annotations only, and the captured object stays untouched", () => {
  const live = configMap(
    "a",
    { k: "v" },
    { labels: { app: "a" }, ownerReferences: [], finalizers: ["x/y"], selfLink: "/a", generateName: "a-" },
  );
  const before = structuredClone(live);
  const { object, rules } = sanitize(live);
  assert.deepEqual(at(object, "metadata"), { name: "a", namespace: "shop", labels: { app: "a" } });
  assert.equal(rules["finalizers"], 1);
  assert.equal(rules["owner-references"], 1);
  assert.equal(rules["server-metadata"], 7);
  assert.deepEqual(live, before);
});

const DROPPED_ANNOTATIONS: readonly (readonly [string, string])[] = [
  ["kubectl.kubernetes.io/last-applied-configuration", "annotation-last-applied"],
  ["deployment.kubernetes.io/revision", "annotation-controller"],
  ["control-plane.alpha.kubernetes.io/leader", "annotation-controller"],
  ["argocd.argoproj.io/tracking-id", "annotation-delivery"],
  ["argocd.argoproj.io/sync-wave", "annotation-delivery"],
  ["kustomize.toolkit.fluxcd.io/name", "annotation-delivery"],
  ["config.kubernetes.io/local-config", "annotation-delivery"],
  ["internal.config.kubernetes.io/index", "annotation-delivery"],
  ["openshift.io/internal-registry-pull-secret-ref", "annotation-platform"],
  ["service.beta.openshift.io/serving-cert-signed-by", "annotation-platform"],
  ["olm.operatorGroup", "annotation-platform"],
  ["field.cattle.io/projectId", "annotation-platform"],
  ["stork.libopenstorage.org/migrationReplicas", "annotation-protection"],
  ["migration.openshift.io/preQuiesceReplicas", "annotation-protection"],
  ["backup.velero.io/backup-volumes", "annotation-protection"],
  ["drover.dev/epoch", "annotation-drover"],
  ["drover.dev/original-replicas", "annotation-drover"],
];

for (const [key, rule] of DROPPED_ANNOTATIONS) {
  test(`annotation ${key} goes by rule ${rule}`, () => {
    const { object, rules } = sanitize(configMap("a", {}, { annotations: { [key]: "x", "example.com/kept": "y" } }));
    assert.deepEqual(at(object, "metadata", "annotations"), { "example.com/kept": "y" });
    assert.equal(rules[rule], 1);
  });
}

for (const key of [
  "kubernetes.io/change-cause",
  "service.beta.openshift.io/serving-cert-secret-name",
  "meta.helm.sh/release-name",
  "image.openshift.io/triggers",
]) {
  test(`annotation ${key} stays`, () => {
    const { object } = sanitize(configMap("a", {}, { annotations: { [key]: "x" } }));
    assert.deepEqual(at(object, "metadata", "annotations"), { [key]: "x" });
  });
}

test("labels of controllers and tools go, unless a selector uses them", () => {
  const labels = {
    app: "a",
    "pod-template-hash": "x",
    "stork.libopenstorage.org/migrated": "true",
    "kapp.k14s.io/app": "1",
  };
  const { object, rules } = sanitize(configMap("a", {}, { labels }), {}, ["kapp.k14s.io/app"]);
  assert.deepEqual(at(object, "metadata", "labels"), { app: "a", "kapp.k14s.io/app": "1" });
  assert.deepEqual([rules["label-controller"], rules["label-tool"]], [1, 1]);
});

test("Route: hosts are mapped, generated ones and inline keys go", () => {
  const mapped = sanitize(route("web"), { hosts: { "shop.east.example.com": "shop.west.example.com" } });
  assert.deepEqual(at(mapped.object, "spec"), {
    host: "shop.west.example.com",
    port: { targetPort: "http" },
    to: { kind: "Service", name: "web" },
  });
  const generated = sanitize(route("web", {}, { annotations: { "openshift.io/host.generated": "true" } }));
  assert.equal(at(generated.object, "spec", "host"), undefined);
  assert.equal(at(generated.object, "metadata", "annotations"), undefined);
  const tls = {
    termination: "edge",
    key: "KEY",
    certificate: "CERT",
    caCertificate: "CA",
    destinationCACertificate: "DEST",
  };
  const inline = sanitize(route("web", { tls }));
  assert.deepEqual(at(inline.object, "spec", "tls"), { termination: "edge", destinationCACertificate: "DEST" });
  assert.equal(inline.rules["route-inline-certificate"], 3);
});

test("ServiceAccount: generated references go, a person's stay", () => {
  const live = serviceAccount("builder", {
    secrets: [{ name: "builder-token-abc" }, { name: "builder-dockercfg-x" }, { name: "vault" }],
    imagePullSecrets: [{ name: "builder-dockercfg-x" }],
    automountServiceAccountToken: false,
  });
  const { object } = sanitize(live);
  assert.deepEqual(object, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "builder", namespace: "shop" },
    secrets: [{ name: "vault" }],
    automountServiceAccountToken: false,
  });
});

test("ConfigMap: injected bundles go, binary data stays", () => {
  const annotations = { "service.beta.openshift.io/inject-cabundle": "true" };
  const injected = { ...configMap("ca", { "service-ca.crt": "PEM" }, { annotations }), binaryData: { b: "AAE=" } };
  const { object } = sanitize(injected);
  assert.deepEqual(object, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "ca", namespace: "shop", annotations },
    binaryData: { b: "AAE=" },
  });
  const labels = { "config.openshift.io/inject-trusted-cabundle": "true" };
  assert.deepEqual(at(sanitize(configMap("ca", { "ca-bundle.crt": "PEM", own: "x" }, { labels })).object, "data"), {
    own: "x",
  });
});

test("Secret: the form only; a token that a person asked for goes without what the standby fills in", () => {
  const token: KubeObject = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: serverMeta("robot", {
      annotations: { "kubernetes.io/service-account.name": "ci", "kubernetes.io/service-account.uid": "77" },
    }),
    type: "kubernetes.io/service-account-token",
    data: { token: "eA==", "ca.crt": "eA==", namespace: "eA==" },
  };
  assert.deepEqual(sanitize(token).object, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "robot", namespace: "shop", annotations: { "kubernetes.io/service-account.name": "ci" } },
    type: "kubernetes.io/service-account-token",
  });
  const plain = { ...token, metadata: serverMeta("db"), type: "Opaque", data: { password: "eA==" } };
  assert.deepEqual(Object.keys(sanitize(plain).object as object), ["apiVersion", "kind", "data", "metadata"]);
});

test("status and nulls go at every depth", () => {
  const live: KubeObject = { ...configMap("a", { k: "v" }), status: { x: 1 }, immutable: null };
  const { object, rules } = sanitize({ ...live, metadata: serverMeta("a", { managedFields: null }) });
  assert.deepEqual(object, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "shop" },
    data: { k: "v" },
  });
  assert.equal(rules["null-field"], 2);
});
