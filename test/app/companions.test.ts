import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import { asList, at } from "../../src/core/model/fields.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { applyExitCode } from "../../src/entry/exit-codes.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";

const RBAC = "rbac.authorization.k8s.io";

describe("what stands around an application", () => {
  let story: Story;
  before(async () => {
    story = await createStory({ seed: 6, ledger: true, forge: false });
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

  test("a role that two applications share stays for the one that still needs it, and they do not fight over it", async () => {
    const east = portTo("east");
    const account = (namespace: string) => ({ kind: "ServiceAccount", name: "default", namespace });
    const binding = (application: string): KubeObject => ({
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: `nodes-of-${application}` },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "node-reader" },
      subjects: [account(application)],
    });
    // So many that what goes later is no suspicious part of them.
    for (const index of Array(40).keys()) {
      const metadata = { name: `page-${index}`, namespace: "ledger" };
      await east.create({ apiVersion: "v1", kind: "ConfigMap", metadata, data: {} });
    }
    await story.put(storyApplications());
    await east.create(binding("appns"));
    await east.create(binding("ledger"));
    const result = await story.apply();
    assert.equal(applyExitCode(result), 0, JSON.stringify([...result.refused]));
    const { plan } = await story.look();
    assert.deepEqual(plan.steps, [], "each finds what the other delivered as it wants it");
    assert.ok(plan.findings.every(({ code }) => code !== "shared-object-differs"));
    const before = await onWest("ClusterRole", "node-reader");
    const owners = asList(before?.metadata["managedFields"]).map((entry) => at(entry, "manager"));
    assert.deepEqual(owners, ["drover"]);

    const unbound = { apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", namespace: null, name: "nodes-of-ledger" };
    await east.delete(unbound);
    assert.equal(applyExitCode(await story.apply()), 0);
    await story.pull();
    const files = await story.repository.git(["ls-tree", "-r", "--name-only", "origin/dr/west"]);
    const roles = files.split("\n").filter((path) => path.endsWith("/node-reader.yaml"));
    assert.deepEqual(roles, [`applications/appns/cluster/clusterrole.${RBAC}/node-reader.yaml`]);
    assert.equal((await onWest("ClusterRole", "node-reader"))?.metadata.uid, before?.metadata.uid);
  });
});
