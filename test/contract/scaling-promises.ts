import assert from "node:assert/strict";
import { it } from "node:test";

import { at } from "../../src/core/model/fields.ts";

import { deployment, deploymentRef, managersOf, MERGE_PATCH, mustGet, newName, raw } from "./cluster-under-test.ts";
import type { Contract } from "./cluster-under-test.ts";

type Open = () => Contract;

export function promisesOfScaling(contract: Open): void {
  it("scales through the scale subresource, whose owner is recorded apart", async () => {
    const { port, namespace } = contract();
    const name = newName("scale");
    const ref = deploymentRef(namespace, name);
    await port.create(deployment(namespace, name, { paused: true }));
    const scale = await port.patch(ref, { spec: { replicas: 2 } }, { subresource: "scale" });
    assert.deepEqual([scale.apiVersion, scale.kind, at(scale, "spec", "replicas")], ["autoscaling/v1", "Scale", 2]);
    assert.equal(at(scale, "status", "selector"), `app=${name}`);
    const scaled = await mustGet(port, ref);
    assert.deepEqual([at(scaled, "spec", "replicas"), scaled.metadata.generation], [2, 2]);
    assert.ok(managersOf(scaled).includes("drover/Update/scale"), managersOf(scaled).join());
  });

  it("scales to zero without an owner: nobody holds a zero that the scale subresource wrote", async () => {
    const { port, namespace } = contract();
    const name = newName("zero");
    const ref = deploymentRef(namespace, name);
    await port.create(deployment(namespace, name, { replicas: 1, paused: true }));
    await port.patch(ref, { spec: { replicas: 2 } }, { subresource: "scale" });
    const scale = await port.patch(ref, { spec: { replicas: 0 } }, { subresource: "scale" });
    assert.deepEqual(scale["spec"], {});
    const scaled = await mustGet(port, ref);
    assert.equal(at(scaled, "spec", "replicas"), 0);
    assert.ok(!managersOf(scaled).includes("drover/Update/scale"), managersOf(scaled).join());
  });

  it("records no owner of a scale where nobody owned the replicas before", async () => {
    const { port, namespace } = contract();
    const name = newName("unowned");
    const ref = deploymentRef(namespace, name);
    await port.apply(deployment(namespace, name, { replicas: undefined, paused: true }));
    await port.patch(ref, { spec: { replicas: 2 } }, { subresource: "scale" });
    const scaled = await mustGet(port, ref);
    assert.equal(at(scaled, "spec", "replicas"), 2);
    assert.ok(!managersOf(scaled).includes("drover/Update/scale"), managersOf(scaled).join());
  });

  it("refuses to scale on an older version", async () => {
    const { port, namespace } = contract();
    const name = newName("scale");
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale`;
    const { metadata } = await port.create(deployment(namespace, name));
    await port.patch(deploymentRef(namespace, name), { metadata: { labels: { a: "b" } } });
    const body = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { replicas: 0 } };
    const answer = await raw(contract(), `PATCH ${path}`, { body, contentType: MERGE_PATCH });
    assert.deepEqual([answer.status, answer.json.reason], [409, "Conflict"]);
  });
}
