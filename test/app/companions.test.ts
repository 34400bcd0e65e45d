import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { applyExitCode } from "../../src/entry/exit-codes.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";

const RBAC = "rbac.authorization.k8s.io";

describe("what stands around an application", () => {
  let story: Story;
  before(async () => {
    story = await createStory({ seed: 6, ledger: false, forge: false });
    await story.put({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
  });
  after(() => story.close());

  const portTo = (name: string) => createClusterPort({ name, transport: story.world.site(name).transport });
  const onWest = (kind: string, name: string): Promise<KubeObject | null> =>
    portTo("west").get({ apiVersion: `${RBAC}/v1`, kind, namespace: null, name });

  test("rights for the whole cluster reach the standby, with the application's accounts alone", async () => {
    const east = portTo("east");
    const account = (namespace: string) => ({ kind: "ServiceAccount", name: "teller", namespace });
    await east.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "teller", namespace: "appns" } });
    await east.create({
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRole",
      metadata: { name: "node-reader" },
      rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }],
    });
    await east.create({
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "node-readers" },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "node-reader" },
      subjects: [account("appns"), account("somebody-else")],
    });
    const result = await story.apply();
    assert.equal(applyExitCode(result), 0, JSON.stringify([...result.refused]));
    assert.ok((await onWest("ClusterRole", "node-reader")) !== null);
    assert.equal(await onWest("ClusterRoleBinding", "node-readers"), null);
    const narrowed = (await onWest("ClusterRoleBinding", "drover-appns-node-readers")) ?? assert.fail();
    assert.deepEqual(narrowed["subjects"], [account("appns")]);
    assert.equal(applyExitCode(await story.apply()), 0);
    const { plan } = await story.look();
    assert.deepEqual(plan.steps, [], "a second pass finds nothing to do");
  });
});
