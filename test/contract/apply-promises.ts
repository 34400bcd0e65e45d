import assert from "node:assert/strict";
import { it } from "node:test";

import { at } from "../../src/core/model/fields.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";

import {
  APPLY_PATCH,
  configMap,
  configMapRef,
  deployment,
  deploymentRef,
  faultOf,
  managersOf,
  MERGE_PATCH,
  mustGet,
  newName,
  raw,
} from "./cluster-under-test.ts";
import type { Contract, RawAnswer } from "./cluster-under-test.ts";

type Open = () => Contract;

export function promisesOfApply(contract: Open): void {
  ownership(contract);
  conflicts(contract);
  lists(contract);
  preconditions(contract);
  refusals(contract);
}

/** A change by somebody else's hand: `manager` owns what the merge patch sets. */
function changeAs(contract: Contract, manager: string, object: KubeObject): Promise<RawAnswer> {
  const { namespace, name } = object.metadata;
  const path =
    object.kind === "Deployment"
      ? `/apis/apps/v1/namespaces/${namespace}/deployments`
      : `/api/v1/namespaces/${namespace}/configmaps`;
  return raw(contract, `PATCH ${path}/${name}?fieldManager=${manager}`, { body: object, contentType: MERGE_PATCH });
}

function applyAs(contract: Contract, manager: string, object: KubeObject): Promise<RawAnswer> {
  const { namespace, name } = object.metadata;
  const path = `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=${manager}`;
  return raw(contract, `PATCH ${path}`, { body: object, contentType: APPLY_PATCH });
}

function ownership(contract: Open): void {
  it("creates what is not there and owns it", async () => {
    const { port, namespace } = contract();
    const created = await port.apply(configMap(namespace, newName("apply")));
    assert.deepEqual(managersOf(created), ["drover/Apply/"]);
    const [entry] = created.metadata["managedFields"] as Record<string, unknown>[];
    assert.deepEqual(entry?.["fieldsV1"], { "f:data": { "f:key": {} } });
    assert.deepEqual([entry?.["apiVersion"], entry?.["fieldsType"]], ["v1", "FieldsV1"]);
  });

  it("changes nothing when applied again", async () => {
    const { port, namespace } = contract();
    const object = deployment(namespace, newName("again"));
    const first = await port.apply(object);
    const second = await port.apply(object);
    assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
  });

  it("removes what it owned and no longer says, and leaves what others set", async () => {
    const { port, namespace } = contract();
    const name = newName("remove");
    await port.apply(configMap(namespace, name, { mine: "1", gone: "1" }));
    await changeAs(contract(), "kubectl-edit", configMap(namespace, name, { theirs: "1" }));
    const applied = await port.apply(configMap(namespace, name, { mine: "2" }));
    assert.deepEqual(applied["data"], { mine: "2", theirs: "1" });
    assert.deepEqual(managersOf(applied), ["drover/Apply/", "kubectl-edit/Update/"]);
  });

  it("shares a field that two say alike, and it stays while one still says it", async () => {
    const { port, namespace } = contract();
    const name = newName("share");
    await port.apply(configMap(namespace, name, { shared: "1", mine: "1" }));
    assert.equal((await applyAs(contract(), "argocd", configMap(namespace, name, { shared: "1" }))).status, 200);
    const applied = await port.apply(configMap(namespace, name, { mine: "1" }));
    assert.deepEqual(applied["data"], { mine: "1", shared: "1" });
  });

  it("takes over what an ordinary client created, field by field", async () => {
    const { port, namespace } = contract();
    const name = newName("adopt");
    const path = `/api/v1/namespaces/${namespace}/configmaps?fieldManager=helm`;
    await raw(contract(), `POST ${path}`, { body: configMap(namespace, name, { a: "1", b: "1" }) });
    const applied = await port.apply(configMap(namespace, name, { a: "1" }));
    assert.deepEqual([applied["data"], managersOf(applied)], [{ a: "1", b: "1" }, ["drover/Apply/", "helm/Update/"]]);
    const released = await port.apply(configMap(namespace, name, {}));
    assert.deepEqual(released["data"], { a: "1", b: "1" });
  });

  it("does not touch replicas that it does not mention", async () => {
    const { port, namespace } = contract();
    const name = newName("replicas");
    const object = deployment(namespace, name, { replicas: undefined, paused: true });
    await port.apply(object);
    await port.patch(deploymentRef(namespace, name), { spec: { replicas: 0 } }, { subresource: "scale" });
    const applied = await port.apply({ ...object, metadata: { ...object.metadata, labels: { again: "yes" } } });
    assert.equal(at(applied, "spec", "replicas"), 0);
  });
}

function conflicts(contract: Open): void {
  it("names owner and field of a conflict, changes nothing, and wins by force", async () => {
    const { port, namespace } = contract();
    const name = newName("conflict");
    const ref = configMapRef(namespace, name);
    await port.apply(configMap(namespace, name, { key: "mine" }));
    await changeAs(contract(), "kubectl-edit", configMap(namespace, name, { key: "theirs" }));
    const { message } = await faultOf(port.apply(configMap(namespace, name, { key: "mine" })), "conflict");
    assert.match(message, /kubectl-edit/);
    assert.match(message, /\.data\.key/);
    assert.doesNotMatch(message, /theirs/);
    assert.deepEqual((await mustGet(port, ref))["data"], { key: "theirs" });
    const forced = await port.apply(configMap(namespace, name, { key: "mine" }), { force: true });
    assert.deepEqual([forced["data"], managersOf(forced)], [{ key: "mine" }, ["drover/Apply/"]]);
  });

  it("conflicts with replicas that were set through the scale subresource", async () => {
    const { port, namespace } = contract();
    const name = newName("scaled");
    await port.create(deployment(namespace, name, { paused: true }));
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale?fieldManager=autoscaler`;
    await raw(contract(), `PATCH ${path}`, { body: { spec: { replicas: 1 } }, contentType: MERGE_PATCH });
    const { message } = await faultOf(port.apply(deployment(namespace, name, { paused: true })), "conflict");
    assert.match(message, /\.spec\.replicas.*"autoscaler" with subresource "scale"/);
    await port.patch(deploymentRef(namespace, name), { spec: { replicas: 0 } });
  });

  it("answers an applied dry run with the conflict or the result, and keeps nothing", async () => {
    const { port, namespace } = contract();
    const name = newName("dry");
    await changeAs(contract(), "x", await port.apply(configMap(namespace, name, { key: "1" })));
    const before = await mustGet(port, configMapRef(namespace, name));
    const answer = await port.apply(configMap(namespace, name, { key: "2" }), { dryRun: true, force: true });
    assert.deepEqual(answer["data"], { key: "2" });
    assert.deepEqual(await mustGet(port, configMapRef(namespace, name)), before);
    await port.apply(configMap(namespace, newName("dry")), { dryRun: true });
    assert.equal(await port.get(configMapRef(namespace, newName("dry"))), null);
  });
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly command?: readonly string[];
}

function lists(contract: Open): void {
  const containersOf = (object: KubeObject): readonly Container[] =>
    at(object, "spec", "template", "spec", "containers") as readonly Container[];
  const withContainers = (name: string, containers: readonly unknown[]): KubeObject => {
    const labels = { app: name };
    const template = { metadata: { labels }, spec: { containers } };
    return deployment(contract().namespace, name, { template });
  };
  const web = { name: "web", image: "registry.example.com/web:1" };

  it("merges keyed lists by their key and takes atomic lists as a whole", async () => {
    const { port } = contract();
    const name = newName("lists");
    await port.apply(withContainers(name, [{ ...web, env: [{ name: "A", value: "1" }], command: ["a", "b"] }]));
    const theirs = {
      ...web,
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ],
      command: ["a", "b"],
    };
    const side = { name: "side", image: "registry.example.com/side:1" };
    assert.equal((await changeAs(contract(), "injector", withContainers(name, [theirs, side]))).status, 200);
    const applied = await port.apply(
      withContainers(name, [{ ...web, env: [{ name: "A", value: "1" }], command: ["c"] }]),
    );
    const containers = containersOf(applied);
    assert.deepEqual(
      containers.map((container) => container.name),
      ["web", "side"],
    );
    assert.deepEqual(containers[0]?.env, [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ]);
    assert.deepEqual(containers[0]?.command, ["c"]);
  });

  it("adds to a set without taking out what others added", async () => {
    const { port, namespace } = contract();
    const name = newName("set");
    const held = (finalizers: readonly string[]): KubeObject => ({
      ...configMap(namespace, name),
      metadata: { name, namespace, finalizers },
    });
    await port.apply(held(["drover.dev/one"]));
    await changeAs(contract(), "other", held(["drover.dev/one", "example.com/two"]));
    const applied = await port.apply(configMap(namespace, name));
    assert.deepEqual(applied.metadata.finalizers, ["example.com/two"]);
    await changeAs(contract(), "other", held([]));
  });
}

function preconditions(contract: Open): void {
  it("takes a resourceVersion as a precondition", async () => {
    const { port, namespace } = contract();
    const name = newName("precondition");
    const versioned = (resourceVersion: string | undefined, value: string): KubeObject => ({
      ...configMap(namespace, name, { key: value }),
      metadata: { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    });
    const first = await port.apply(versioned(undefined, "1"));
    const second = await port.apply(versioned(first.metadata.resourceVersion, "2"));
    assert.notEqual(second.metadata.resourceVersion, first.metadata.resourceVersion);
    await faultOf(port.apply(versioned(first.metadata.resourceVersion, "3")), "conflict");
    await faultOf(port.apply(versioned(first.metadata.resourceVersion, "3"), { force: true }), "conflict");
  });

  it("creates in spite of a resourceVersion, and not in spite of a uid", async () => {
    const { port, namespace } = contract();
    const versioned = configMap(namespace, newName("absent"));
    await port.apply({ ...versioned, metadata: { ...versioned.metadata, resourceVersion: "1" } });
    const identified = configMap(namespace, newName("absent"));
    const uid = "00000000-0000-4000-8000-000000000000";
    await faultOf(port.apply({ ...identified, metadata: { ...identified.metadata, uid } }), "conflict");
    assert.equal(await port.get(configMapRef(namespace, identified.metadata.name)), null);
  });

  it("refuses another object of the same name by its uid", async () => {
    const { port, namespace } = contract();
    const name = newName("uid");
    await port.apply(configMap(namespace, name));
    const metadata = { name, namespace, uid: "00000000-0000-4000-8000-000000000000" };
    await faultOf(port.apply({ ...configMap(namespace, name), metadata }), "conflict");
  });
}

function refusals(contract: Open): void {
  it("refuses an object that carries field ownership, and an apply without a manager", async () => {
    const { port, namespace } = contract();
    const name = newName("managed");
    const applied = await port.apply(configMap(namespace, name));
    await faultOf(port.apply({ ...configMap(namespace, name), metadata: applied.metadata }), "invalid");
    const path = `/api/v1/namespaces/${namespace}/configmaps/${name}` as const;
    const answer = await raw(contract(), `PATCH ${path}`, {
      body: configMap(namespace, name),
      contentType: APPLY_PATCH,
    });
    assert.equal(answer.status, 422);
  });

  it("refuses an object that names another place than the request", async () => {
    const { namespace } = contract();
    const path = `/api/v1/namespaces/${namespace}/configmaps/one?fieldManager=drover`;
    const answer = await raw(contract(), `PATCH ${path}`, {
      body: configMap(namespace, "two"),
      contentType: APPLY_PATCH,
    });
    assert.equal(answer.status, 400);
  });
}
