import assert from "node:assert/strict";
import { it } from "node:test";

import { asList, at } from "../../src/core/model/fields.ts";

import { configMap, configMapRef, deployment, deploymentRef, faultOf, newName, raw } from "./cluster-under-test.ts";
import type { Contract } from "./cluster-under-test.ts";

type Open = () => Contract;

export function promisesOfValidation(contract: Open): void {
  validation(contract);
  fieldValidation(contract);
  serverSideFields(contract);
}

function validation(contract: Open): void {
  it("names the field of an invalid object, and no value", async () => {
    const { port, namespace } = contract();
    const name = newName("immutable");
    await port.create(deployment(namespace, name));
    const selector = { matchLabels: { app: "hunter2" } };
    const patch = { spec: { selector, template: { metadata: { labels: selector.matchLabels } } } };
    const { message } = await faultOf(port.patch(deploymentRef(namespace, name), patch), "invalid");
    assert.match(message, /spec\.selector.*immutable/);
    assert.doesNotMatch(message, /hunter2/);
  });

  it("refuses what lacks a required field or has an impossible name", async () => {
    const { port, namespace } = contract();
    const name = newName("required");
    await faultOf(port.create(deployment(namespace, name, { selector: undefined })), "invalid");
    await faultOf(port.create(deployment(namespace, name, { selector: { matchLabels: { app: "other" } } })), "invalid");
    await faultOf(port.create(deployment(namespace, name, { replicas: -1 })), "invalid");
    await faultOf(port.create(configMap(namespace, "Not_A_Name")), "invalid");
    const object = configMap(namespace, name);
    await faultOf(
      port.create({ ...object, metadata: { ...object.metadata, labels: { "not a label": "x" } } }),
      "invalid",
    );
    assert.equal(await port.get(deploymentRef(namespace, name)), null);
  });

  it("lets a StatefulSet mount what its claim templates will provide", async () => {
    const { port, namespace } = contract();
    const name = newName("claims");
    const containers = [
      { name: "db", image: "registry.example.com/db:1", volumeMounts: [{ name: "data", mountPath: "/data" }] },
    ];
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const created = await port.create({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name, namespace },
      spec: {
        replicas: 0,
        serviceName: name,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers } },
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
      },
    });
    const [template] = asList(at(created, "spec", "volumeClaimTemplates"));
    assert.deepEqual(
      [at(template, "kind"), at(template, "spec", "volumeMode")],
      ["PersistentVolumeClaim", "Filesystem"],
    );
    const elsewhere = { template: { metadata: { labels: { app: name } }, spec: { containers } } };
    await faultOf(
      port.create(deployment(namespace, name, { ...elsewhere, selector: { matchLabels: { app: name } } })),
      "invalid",
    );
  });

  it("does not change an immutable ConfigMap", async () => {
    const { port, namespace } = contract();
    const name = newName("sealed");
    await port.create({ ...configMap(namespace, name), immutable: true });
    await faultOf(port.patch(configMapRef(namespace, name), { data: { key: "other" } }), "invalid");
  });
}

function fieldValidation(contract: Open): void {
  it("refuses unknown fields in every write of the port", async () => {
    const { port, namespace } = contract();
    const name = newName("unknown");
    const { message } = await faultOf(port.create(deployment(namespace, name, { replicaz: 2 })), "invalid");
    assert.match(message, /replicaz/);
    await faultOf(port.apply(deployment(namespace, name, { replicaz: 2 })), "invalid");
    await port.create(deployment(namespace, name));
    await faultOf(port.patch(deploymentRef(namespace, name), { spec: { replicaz: 2 } }), "invalid");
  });

  it("warns about them, or drops them silently, when a client asks for that", async () => {
    const { namespace } = contract();
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const post = (validate: string): ReturnType<typeof raw> =>
      raw(contract(), `POST ${path}${validate}`, { body: deployment(namespace, newName("lenient"), { replicaz: 2 }) });
    const warned = await post("?fieldValidation=Warn");
    assert.equal(warned.status, 201);
    assert.match(warned.headers["warning"] ?? "", /^299 - .*unknown field.*replicaz/);
    const byDefault = await post("");
    assert.match(byDefault.headers["warning"] ?? "", /replicaz/);
    const ignored = await post("?fieldValidation=Ignore");
    assert.deepEqual(
      [ignored.status, ignored.headers["warning"], ignored.json.spec.replicaz],
      [201, undefined, undefined],
    );
  });
}

function serverSideFields(contract: Open): void {
  it("fills in defaults and what only the server can choose", async () => {
    const { port, namespace } = contract();
    const name = newName("defaults");
    const created = await port.create(deployment(namespace, name, { replicas: undefined, paused: true }));
    assert.equal(at(created, "spec", "replicas"), 1);
    assert.equal(at(created, "spec", "strategy", "type"), "RollingUpdate");
    const [container] = at(created, "spec", "template", "spec", "containers") as Record<string, unknown>[];
    assert.deepEqual(
      [container?.["imagePullPolicy"], container?.["terminationMessagePath"]],
      ["IfNotPresent", "/dev/termination-log"],
    );
    await port.patch(deploymentRef(namespace, name), { spec: { replicas: 0 } });
    const spec = { selector: { app: name }, ports: [{ port: 80 }] };
    const service = await port.create({ apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec });
    assert.match(String(at(service, "spec", "clusterIP")), /^10\./);
    assert.deepEqual([at(service, "spec", "type"), at(service, "spec", "sessionAffinity")], ["ClusterIP", "None"]);
  });

  it("keeps a Secret's stringData as data", async () => {
    const { port, namespace } = contract();
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: newName("secret"), namespace },
      stringData: { a: "b" },
    };
    const created = await port.create(secret);
    assert.deepEqual([created["data"], created["stringData"], created["type"]], [{ a: "Yg==" }, undefined, "Opaque"]);
  });

  it("labels and opens a new namespace", async () => {
    const { port } = contract();
    const name = newName("space");
    const created = await port.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    assert.equal(created.metadata.labels?.["kubernetes.io/metadata.name"], name);
    assert.deepEqual([at(created, "status", "phase"), at(created, "spec", "finalizers")], ["Active", ["kubernetes"]]);
  });
}
