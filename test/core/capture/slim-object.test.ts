import assert from "node:assert/strict";
import { test } from "node:test";
import { unlistedOwners } from "../../../src/core/capture/owners.ts";
import { slimObject } from "../../../src/core/capture/slim-object.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { readPod } from "../../../src/core/observed/application-facts.ts";
import { isUnstoppable } from "../../../src/core/observed/workload.ts";
import { pod } from "../../builders/live-objects.ts";

function owned(object: KubeObject, kind: string, uid = "u1"): KubeObject {
  const owner = { apiVersion: "apps/v1", kind, name: "o", uid, controller: true };
  return { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } };
}

function withManagers(object: KubeObject, ...managers: readonly string[]): KubeObject {
  const managedFields = managers.map((manager) => ({
    manager,
    operation: "Update",
    fieldsV1: { "f:spec": { "f:x": {} } },
  }));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

const MAP: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "shop" },
  data: { k: "v" },
};

test("what pods are judged by survives", () => {
  const whole = owned(pod("shop", "db-0", { claims: ["data-db-0"] }), "StatefulSet");
  const before = readPod(whole);
  const slim = slimObject(whole);
  assert.deepEqual(readPod(slim), before);
  assert.equal((slim["spec"] as Record<string, unknown>)["containers"], undefined);
});

test("children of controllers keep their identity and count for nothing, as before", () => {
  const set = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web-1", namespace: "shop" },
    spec: { replicas: 3 },
  };
  const slim = slimObject(owned(set, "Deployment"));
  assert.deepEqual([Object.keys(slim), slim["spec"]], [["apiVersion", "kind", "metadata", "spec"], { replicas: 3 }]);
  assert.equal(isUnstoppable(slim), false);
  assert.deepEqual(slimObject(set), set);
});

test("a child of an owner that may not be captured is captured itself, whole", () => {
  const whole = owned(pod("shop", "main-0"), "Database");
  assert.deepEqual(slimObject(structuredClone(whole)), whole);
});

test("field ownership is kept where a rule reads it, elsewhere only who wrote", () => {
  const fields = (object: KubeObject): boolean => JSON.stringify(object).includes("fieldsV1");
  assert.equal(fields(slimObject(withManagers(MAP, "kubectl"))), false);
  assert.match(JSON.stringify(slimObject(withManagers(MAP, "kubectl"))), /"manager":"kubectl"/);
  assert.equal(fields(slimObject(withManagers(MAP, "kubectl", "kube-controller-manager"))), true);
  assert.equal(fields(slimObject(withManagers({ ...MAP, kind: "Service" }, "kubectl"))), true);
});

test("Helm's journal is not held", () => {
  const journal = { ...MAP, kind: "Secret", type: "helm.sh/release.v1", data: { release: "eA==" } };
  assert.deepEqual(slimObject(journal)["data"], {});
});

test("owners are asked for when no list had them and their kind is no controller of Kubernetes", () => {
  const uids = unlistedOwners([
    { ...MAP, metadata: { ...MAP.metadata, uid: "here" } },
    owned(MAP, "Database", "here"),
    owned(MAP, "Database", "elsewhere"),
    owned({ ...MAP, kind: "Secret" }, "Database", "elsewhere"),
    owned(MAP, "ReplicaSet", "gone"),
    owned(MAP, "Pod", "gone"),
  ]).map(({ uid, namespace }) => `${namespace}/${uid}`);
  assert.deepEqual(uids, ["shop/elsewhere"]);
});
