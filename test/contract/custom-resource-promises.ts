import assert from "node:assert/strict";
import { after, before, it } from "node:test";

import { asList, at } from "../../src/core/model/fields.ts";
import type { KubeObject, ObjectRef } from "../../src/core/model/kube-object.ts";

import {
  APPLY_PATCH,
  eventually,
  faultOf,
  managersOf,
  mustGet,
  newName,
  raw,
  STRATEGIC_PATCH,
} from "./cluster-under-test.ts";
import type { Contract } from "./cluster-under-test.ts";

type Open = () => Contract;

const GROUP = "contract.drover.dev";

/** A kind without status subresource and with any content, as Stork defines its own (`x-kubernetes-preserve-unknown-fields`). */
const OPEN = { kind: "OpenThing", plural: "openthings" } as const;

/** A kind with schema, defaults, status and scale. */
const STRICT = { kind: "StrictThing", plural: "strictthings" } as const;

export function promisesOfCustomResources(contract: Open): void {
  before(async () => {
    await define(contract(), OPEN, { schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } });
    await define(contract(), STRICT, {
      schema: STRICT_SCHEMA,
      subresources: {
        status: {},
        scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
      },
    });
  });
  after(async () => {
    for (const { plural } of [OPEN, STRICT]) await contract().port.delete(definitionRef(plural));
  });
  openContent(contract);
  schemas(contract);
  subresources(contract);
  definitions(contract);
}

const STRICT_SCHEMA = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "integer", minimum: 1 },
        mode: { type: "string", enum: ["slow", "fast"], default: "slow" },
        replicas: { type: "integer" },
        parts: {
          type: "array",
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string" }, value: { type: "string" } },
          },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
        },
      },
    },
    status: { type: "object", properties: { phase: { type: "string" }, replicas: { type: "integer" } } },
  },
};

function definitionRef(plural: string): ObjectRef {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    namespace: null,
    name: `${plural}.${GROUP}`,
  };
}

interface Definition {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly subresources?: Readonly<Record<string, unknown>>;
}

async function define(
  contract: Contract,
  names: { readonly kind: string; readonly plural: string },
  { schema, subresources }: Definition,
): Promise<void> {
  const { port } = contract;
  const ref = definitionRef(names.plural);
  const { apiVersion, kind, name } = ref;
  const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } };
  await port.create({
    apiVersion,
    kind,
    metadata: { name },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: { ...names, singular: names.kind.toLowerCase() },
      versions: [subresources === undefined ? version : { ...version, subresources }],
    },
  });
  const query = { apiVersion: `${GROUP}/v1`, kind: names.kind, namespace: contract.namespace };
  await eventually(contract, `${names.kind} is established and served`, async () => {
    const conditions = asList(at(await port.get(ref), "status", "conditions"));
    const established = conditions.some((one) => at(one, "type") === "Established" && at(one, "status") === "True");
    return (
      established &&
      (await port.list(query).then(
        () => true,
        () => false,
      ))
    );
  });
}

function thing(contract: Contract, kind: string, content: Readonly<Record<string, unknown>>): KubeObject {
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: { name: newName("thing"), namespace: contract.namespace },
    ...content,
  };
}

function refTo({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  return { apiVersion, kind, namespace: metadata.namespace ?? null, name: metadata.name };
}

function openContent(contract: Open): void {
  it("keeps any content of an open kind, nulls and empty values included", async () => {
    const { port } = contract();
    const object = thing(contract(), OPEN.kind, {
      spec: { anything: { goes: [1, "two", { three: false }] }, empty: {}, none: [], blank: "" },
      status: { stage: "Final" },
    });
    const created = await port.create(object);
    assert.deepEqual([created["spec"], created["status"]], [object["spec"], object["status"]]);
    assert.equal(created.metadata.generation, 1);
    const read = await port.get(refTo(object));
    assert.deepEqual(read?.["spec"], object["spec"]);
  });

  it("counts every change of content as a generation where status is no subresource", async () => {
    const { port } = contract();
    const object = await port.create(thing(contract(), OPEN.kind, { spec: { a: 1 } }));
    const ref = refTo(object);
    assert.equal((await port.patch(ref, { metadata: { labels: { x: "y" } } })).metadata.generation, 1);
    assert.equal((await port.patch(ref, { spec: { a: 2 } })).metadata.generation, 2);
    const changed = await port.patch(ref, { status: { stage: "Done" } });
    assert.deepEqual([changed.metadata.generation, changed["status"]], [3, { stage: "Done" }]);
    await faultOf(port.patch(ref, { status: { stage: "x" } }, { subresource: "status" }), "not-found");
  });

  it("applies to open content field by field, with lists as a whole", async () => {
    const { port } = contract();
    const object = thing(contract(), OPEN.kind, { spec: { mine: { a: "1" }, list: ["x"] } });
    const first = await port.apply(object);
    assert.deepEqual(managersOf(first), ["drover/Apply/"]);
    const path = `/apis/${GROUP}/v1/namespaces/${contract().namespace}/${OPEN.plural}/${object.metadata.name}`;
    const theirs = { ...object, spec: { mine: { b: "2" } } };
    const other = await raw(contract(), `PATCH ${path}?fieldManager=other`, { body: theirs, contentType: APPLY_PATCH });
    assert.deepEqual([other.status, other.json.spec], [200, { mine: { a: "1", b: "2" }, list: ["x"] }]);
    const applied = await port.apply({ ...object, spec: { mine: { a: "3" }, list: ["y", "z"] } });
    assert.deepEqual(applied["spec"], { mine: { a: "3", b: "2" }, list: ["y", "z"] });
  });

  it("has no strategic merge for custom kinds", async () => {
    const object = await contract().port.create(thing(contract(), OPEN.kind, {}));
    const path = `/apis/${GROUP}/v1/namespaces/${contract().namespace}/${OPEN.plural}/${object.metadata.name}`;
    assert.equal((await raw(contract(), `PATCH ${path}`, { body: {}, contentType: STRATEGIC_PATCH })).status, 415);
  });
}

function schemas(contract: Open): void {
  it("fills in defaults, refuses what the schema refuses and what it does not know", async () => {
    const { port, namespace } = contract();
    const created = await port.create(thing(contract(), STRICT.kind, { spec: { size: 1 } }));
    assert.deepEqual(created["spec"], { size: 1, mode: "slow" });
    const refused = (spec: Readonly<Record<string, unknown>>): Promise<unknown> =>
      faultOf(port.create(thing(contract(), STRICT.kind, { spec })), "invalid");
    await refused({});
    await refused({ size: 0 });
    await refused({ size: "1" });
    await refused({ size: 1, mode: "warp" });
    await refused({ size: 1, unknown: true });
    const path = `/apis/${GROUP}/v1/namespaces/${namespace}/${STRICT.plural}?fieldValidation=Ignore`;
    const pruned = await raw(contract(), `POST ${path}`, {
      body: thing(contract(), STRICT.kind, { spec: { size: 1, unknown: true } }),
    });
    assert.deepEqual([pruned.status, pruned.json.spec], [201, { size: 1, mode: "slow" }]);
  });

  it("merges lists by the keys that the schema names", async () => {
    const { port, namespace } = contract();
    const object = thing(contract(), STRICT.kind, { spec: { size: 1, parts: [{ name: "a", value: "1" }] } });
    await port.apply(object);
    const path = `/apis/${GROUP}/v1/namespaces/${namespace}/${STRICT.plural}/${object.metadata.name}?fieldManager=other`;
    const theirs = { ...object, spec: { size: 1, parts: [{ name: "b", value: "2" }] } };
    const answer = await raw(contract(), `PATCH ${path}`, { body: theirs, contentType: APPLY_PATCH });
    assert.deepEqual(answer.json.spec.parts, [
      { name: "a", value: "1" },
      { name: "b", value: "2" },
    ]);
    const applied = await port.apply({ ...object, spec: { size: 1 } });
    assert.deepEqual(at(applied, "spec", "parts"), [{ name: "b", value: "2" }]);
  });
}

function subresources(contract: Open): void {
  it("keeps specification and status apart where status is a subresource", async () => {
    const { port } = contract();
    const object = await port.create(
      thing(contract(), STRICT.kind, { spec: { size: 1 }, status: { phase: "Made up" } }),
    );
    assert.equal(object["status"], undefined);
    const ref = refTo(object);
    const reported = await port.patch(
      ref,
      { spec: { size: 9 }, status: { phase: "Ready" } },
      { subresource: "status" },
    );
    assert.deepEqual(
      [at(reported, "spec", "size"), reported["status"], reported.metadata.generation],
      [1, { phase: "Ready" }, 1],
    );
    const changed = await port.patch(ref, { spec: { size: 2 }, status: { phase: "Lost" } });
    assert.deepEqual([changed["status"], changed.metadata.generation], [{ phase: "Ready" }, 2]);
    assert.ok(managersOf(changed).includes("drover/Update/status"), managersOf(changed).join());
  });

  it("scales a custom kind along the paths that it names", async () => {
    const { port } = contract();
    const object = await port.create(thing(contract(), STRICT.kind, { spec: { size: 1, replicas: 1 } }));
    const scale = await port.patch(refTo(object), { spec: { replicas: 3 } }, { subresource: "scale" });
    assert.deepEqual([scale.kind, at(scale, "spec", "replicas")], ["Scale", 3]);
    assert.equal(at(await port.get(refTo(object)), "spec", "replicas"), 3);
  });
}

function definitions(contract: Open): void {
  it("finds a kind that was defined after the port first looked, and discovers it", async () => {
    const { port, namespace } = contract();
    const late = { kind: "LateThing", plural: "latethings" };
    const query = { apiVersion: `${GROUP}/v1`, kind: late.kind, namespace };
    await faultOf(port.list(query), "not-found");
    await define(contract(), late, { schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } });
    assert.deepEqual((await mustGet(port, definitionRef(late.plural))).metadata.finalizers ?? [], []);
    assert.deepEqual((await port.list(query)).items, []);
    assert.ok((await port.discover()).resources.some((resource) => resource.kind === late.kind && resource.namespaced));
    await port.create(thing(contract(), late.kind, {}));
    await port.delete(definitionRef(late.plural));
    // What it held is gone with it, and asking is a fault, not an empty answer.
    await eventually(contract(), "the kind goes", () =>
      port.list(query).then(
        () => false,
        () => true,
      ),
    );
    await eventually(
      contract(),
      "its definition goes",
      async () => (await port.get(definitionRef(late.plural))) === null,
    );
    await faultOf(port.get({ ...query, name: "x" }), "not-found");
  });

  it("refuses a definition whose name is not its plural and group", async () => {
    const { port } = contract();
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `wrong.${GROUP}` },
      spec: {
        group: GROUP,
        scope: "Namespaced",
        names: { kind: "Right", plural: "rights" },
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    };
    await faultOf(port.create(definition), "invalid");
  });
}
