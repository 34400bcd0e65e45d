import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { createSealer } from "../../src/adapters/sops/create-sealer.ts";
import { ensureSealKey, readSealKey } from "../../src/app/seal-key.ts";
import { type Sealing, sealSecrets } from "../../src/app/seal-secrets.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import { buildPlan } from "../../src/core/plan/build-plan.ts";
import type { PlanInput } from "../../src/core/plan/plan-input.ts";
import { ClusterFault } from "../../src/ports/cluster.ts";
import { type WorldSpec, world } from "../builders/plan-world.ts";
import { readSops } from "../builders/sops-reader.ts";
import { type FakeCluster, fakeCluster } from "../fakes/cluster.ts";

const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const gone = await identityToRecipient(await generateX25519Identity());
const SECRET: KubeObject = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "login", namespace: "shop", uid: "1", resourceVersion: "5" },
  type: "Opaque",
  data: { password: Buffer.from("correct-horse-battery").toString("base64") },
};
const SEAL = { apiVersion: "v1", kind: "Secret", namespace: "drover-system", name: "drover-seal" };
const FRESH = Buffer.alloc(32, 1).toString("base64");
const THEIRS = Buffer.alloc(32, 2).toString("base64");

function sealKeySecret(data: Record<string, string>): KubeObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name: SEAL.name, namespace: SEAL.namespace }, data };
}

/** Shop on east with one Secret, and Flux on both clusters. */
function flux(age: readonly string[] = [recipient], more: Partial<WorldSpec> = {}): PlanInput {
  const cluster = { delivery: { type: "flux" }, secrets: { age } };
  return world({
    apps: [{ spec: { render: { secrets: "sops" } }, east: { more: [SECRET] }, folder: "none" }],
    documentsOf: { east: cluster, west: cluster },
    renderOnly: true,
    ...more,
  });
}

function sealing(east: FakeCluster, createKey = true): Sealing {
  return { sealer: createSealer(), clusters: new Map([["east", east]]), createKey };
}

async function sealed(input: PlanInput, how: Sealing): Promise<PlanInput> {
  return { ...input, sealed: await sealSecrets(input, how) };
}

/** The folder that a plan would commit to the branch of west. */
function folderIn(input: PlanInput): ReadonlyMap<string, string> {
  const step = buildPlan(input).steps.find(({ action }) => action === "render");
  assert.ok(step?.operation.type === "commit-folder", JSON.stringify(buildPlan(input).applications));
  return step.operation.files;
}

function onBranch(input: PlanInput, files: ReadonlyMap<string, string>): PlanInput {
  const west = { branch: "dr/west", tip: "1".repeat(40), folders: new Map([["shop", files]]) };
  return { ...input, branches: new Map([...input.branches, ["west", west]]) };
}

describe("the key of the fingerprints", () => {
  test("is created once, with its namespace, and then read", async () => {
    const cluster = fakeCluster("east");
    assert.deepEqual(await ensureSealKey(cluster, () => FRESH), { state: "read", key: FRESH });
    assert.deepEqual(await ensureSealKey(cluster, () => THEIRS), { state: "read", key: FRESH });
    assert.deepEqual(cluster.writes, ["create Namespace drover-system", "create Secret drover-seal"]);
  });

  test("the loser of a race takes the winner's", async () => {
    const cluster = fakeCluster("east", [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "drover-system" } }]);
    cluster.before("create", () => cluster.put(sealKeySecret({ key: THEIRS })));
    assert.deepEqual(await ensureSealKey(cluster, () => FRESH), { state: "read", key: THEIRS });
  });

  test("a broken one is reported, not replaced", async () => {
    const cluster = fakeCluster("east", [sealKeySecret({ key: "c2hvcnQ=" })]);
    const found = await ensureSealKey(cluster, () => FRESH);
    assert.equal(found.state, "unreadable");
    assert.ok(found.state === "unreadable" && !found.why.includes("c2hvcnQ="));
    assert.deepEqual([cluster.writes, (await readSealKey(cluster)).state], [[], "unreadable"]);
  });
});

describe("sealing of a pass", () => {
  test("what is active is sealed for its standby, and the plan commits it", async () => {
    const files = folderIn(await sealed(flux(), sealing(fakeCluster("east"))));
    const text = files.get("secrets/shop/secret/login.sops.yaml") ?? "";
    assert.deepEqual((await readSops(text, identity))["data"], SECRET["data"]);
    assert.equal(JSON.stringify([...files]).includes("correct-horse"), false);
  });

  test("a second pass has nothing to do, and encrypts nothing", async () => {
    const east = fakeCluster("east");
    const files = folderIn(await sealed(flux(), sealing(east)));
    const again = await sealed(onBranch(flux(), files), {
      ...sealing(east),
      sealer: { ...createSealer(), documentKey: () => Promise.reject(new Error("nothing is to be encrypted")) },
    });
    assert.equal(
      buildPlan(again).steps.some(({ action }) => action === "render"),
      false,
    );
  });

  test("a preview writes nothing, and says the same whenever it looks", async () => {
    const east = fakeCluster("east");
    const text = async (): Promise<string> => {
      const plan = buildPlan(await sealed(flux(), sealing(east, false)));
      const steps = plan.steps.map(({ operation: { type }, ...step }) => ({ ...step, type }));
      return JSON.stringify({ ...plan, steps });
    };
    assert.equal(await text(), await text());
    assert.deepEqual(east.writes, []);
    assert.equal((await text()).includes("correct-horse"), false);
  });

  test("a removed recipient is named, with what it can still read", async () => {
    const east = fakeCluster("east");
    const files = folderIn(await sealed(flux([recipient, gone]), sealing(east)));
    const plan = buildPlan(await sealed(onBranch(flux(), files), sealing(east)));
    const finding = plan.findings.find(({ code }) => code === "recipient-removed");
    assert.equal(finding?.severity, "warning");
    assert.ok(finding.message.includes(gone) && /history of dr\/west can still be decrypted/.test(finding.message));
    assert.ok(plan.steps.some(({ action }) => action === "render"));
  });
});

test("without anything to seal no key is asked for, let alone made", async () => {
  const east = fakeCluster("east");
  const input = flux([recipient], { apps: [{ spec: { render: { secrets: "sops" } }, folder: "none" }] });
  assert.equal(
    [...folderIn(await sealed(input, sealing(east))).keys()].some((path) => path.includes("secret")),
    false,
  );
  assert.deepEqual(east.writes, []);
});

describe("what stops an application with sops, in words", () => {
  const messageOf = (input: PlanInput): string => JSON.stringify(buildPlan(input).applications[0]?.blockers ?? []);

  test("direct delivery", async () => {
    const direct = { delivery: { type: "direct" }, secrets: { age: [recipient] } };
    const input = flux([recipient], { documentsOf: { east: direct, west: direct } });
    const findings = input.desired.findings.map(({ code, severity }) => [code, severity]);
    assert.deepEqual(
      findings.filter(([code]) => code === "secrets-undeliverable"),
      [["secrets-undeliverable", "warning"]],
    );
    assert.match(messageOf(await sealed(input, sealing(fakeCluster("east")))), /delivery direct applies files/);
  });

  test("no right to read the key", async () => {
    const east = fakeCluster("east");
    east.before("get", () => {
      throw new ClusterFault("forbidden", "east", "secrets is forbidden");
    });
    assert.match(messageOf(await sealed(flux(), sealing(east))), /can't be had from east: secrets is forbidden/);
  });

  test("a key that is none for age", async () => {
    const seal = sealing(fakeCluster("east"));
    const input = flux(["age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq"]);
    const broken = { ...seal.sealer, documentKey: () => createSealer().documentKey(["age1broken"]) };
    assert.match(messageOf(await sealed(input, { ...seal, sealer: broken })), /age1broken.*age-keygen/);
  });

  test("Argo CD and Flux are otherwise not delivered to yet: a plan that is more than a render says so", async () => {
    const input = await sealed(flux([recipient], { renderOnly: false }), sealing(fakeCluster("east")));
    assert.match(messageOf(input), /delivery-not-supported/);
  });
});
