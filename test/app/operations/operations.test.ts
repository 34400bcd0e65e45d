import assert from "node:assert/strict";
import { test } from "node:test";
import { raiseEpoch, recordSite, setActive, writeRecord } from "../../../src/app/operations/bookkeeping.ts";
import { createOnce } from "../../../src/app/operations/create-once.ts";
import { patchObject, quiesce, restore } from "../../../src/app/operations/workloads.ts";
import { at } from "../../../src/core/model/fields.ts";
import { type KubeObject, type ObjectRef, refOf } from "../../../src/core/model/kube-object.ts";
import { MARKS } from "../../../src/core/model/marks.ts";
import { EPOCH_NAME, epochFromData, epochToData, recordFromData, recordName } from "../../../src/core/model/record.ts";
import { domainUpdate } from "../../../src/providers/portworx-stork/objects.ts";
import { ClusterFault } from "../../../src/ports/cluster.ts";
import { statefulSet } from "../../builders/live-objects.ts";
import { C1, C2, C5, transitionRecord } from "../../builders/plan-world.ts";
import { writeContext } from "../../builders/write-context.ts";
import { type FakeCluster, fakeCluster } from "../../fakes/cluster.ts";

const DB = statefulSet("shop", "db", { replicas: 3 });
const REF = refOf(DB);

function configMap(name: string): ObjectRef {
  return { apiVersion: "v1", kind: "ConfigMap", namespace: "drover-system", name };
}

function replicas(cluster: FakeCluster): unknown {
  return at(cluster.find(REF), "spec", "replicas");
}

function annotation(cluster: FakeCluster, name: string): unknown {
  return at(cluster.find(REF), "metadata", "annotations", name);
}

function scaled(cluster: FakeCluster, count: number): void {
  const live = cluster.find(REF) ?? assert.fail("it is there");
  cluster.put({ ...live, spec: { ...(live["spec"] as object), replicas: count } });
}

test("quiesce: zero, with the count and the transition beside it, in one write", async () => {
  const cluster = fakeCluster("east", [DB]);
  const context = writeContext(cluster);
  assert.equal((await quiesce(context, REF, "t-1")).state, "done");
  assert.deepEqual(
    [replicas(cluster), annotation(cluster, MARKS.originalReplicas), annotation(cluster, MARKS.quiesced)],
    [0, "3", "t-1"],
  );
  assert.deepEqual([cluster.writes.length, context.confirmed()], [1, 1]);
});

test("quiesce a second time: nothing is written, the count stays", async () => {
  const cluster = fakeCluster("east", [DB]);
  await quiesce(writeContext(cluster), REF, "t-1");
  cluster.writes.length = 0;
  await quiesce(writeContext(cluster), REF, "t-1");
  assert.deepEqual([cluster.writes, annotation(cluster, MARKS.originalReplicas)], [[], "3"]);
});

test("quiesce what somebody revived during the same transition: the first count stays", async () => {
  const cluster = fakeCluster("east", [DB]);
  await quiesce(writeContext(cluster), REF, "t-1");
  scaled(cluster, 1);
  await quiesce(writeContext(cluster), REF, "t-1");
  assert.deepEqual([replicas(cluster), annotation(cluster, MARKS.originalReplicas)], [0, "3"]);
});

test("quiesce for another transition: the count of now", async () => {
  const cluster = fakeCluster("east", [DB]);
  await quiesce(writeContext(cluster), REF, "t-1");
  await restore(writeContext(cluster), REF, 5);
  await quiesce(writeContext(cluster), REF, "t-2");
  assert.deepEqual([annotation(cluster, MARKS.originalReplicas), annotation(cluster, MARKS.quiesced)], ["5", "t-2"]);
});

test("quiesce races with somebody who scales: it is read again, and the newest count is kept", async () => {
  const cluster = fakeCluster("east", [DB]);
  cluster.before("patch", () => scaled(cluster, 7));
  await quiesce(writeContext(cluster), REF, "t-1");
  assert.deepEqual([replicas(cluster), annotation(cluster, MARKS.originalReplicas)], [0, "7"]);
});

test("a workload that is not there any more needs no stop, but can't be restored", async () => {
  const cluster = fakeCluster("east");
  assert.equal((await quiesce(writeContext(cluster), REF, "t-1")).state, "done");
  assert.equal((await restore(writeContext(cluster), REF, 3)).state, "refused");
});

test("restore: the count, and the mark gone", async () => {
  const cluster = fakeCluster("east", [DB]);
  await quiesce(writeContext(cluster), REF, "t-1");
  await restore(writeContext(cluster), REF, 3);
  assert.deepEqual([replicas(cluster), annotation(cluster, MARKS.quiesced)], [3, undefined]);
});

test("a race that never ends is given up after a few looks", async () => {
  const cluster = fakeCluster("east", [DB]);
  for (let times = 0; times < 20; times += 1) cluster.before("patch", () => scaled(cluster, times + 1));
  await assert.rejects(
    quiesce(writeContext(cluster), REF, "t-1"),
    (error) => error instanceof ClusterFault && error.code === "conflict",
  );
});

test("a write that got no answer is not repeated", async () => {
  const cluster = fakeCluster("east", [DB]);
  cluster.before("patch", () => {
    throw new ClusterFault("timeout", "east", "no answer");
  });
  await assert.rejects(
    patchObject(writeContext(cluster), REF, () => ({ spec: { replicas: 1 } })),
    ClusterFault,
  );
  assert.deepEqual(cluster.writes, []);
});

test("nothing is written once the Lease is lost", async () => {
  const lost = { confirm: () => Promise.reject(new ClusterFault("conflict", "east", "lost")) };
  const cluster = fakeCluster("east", [DB]);
  const context = writeContext(cluster, lost);
  const acts = [
    () => quiesce(context, REF, "t-1"),
    () => restore(context, REF, 1),
    () => createOnce(context, domainUpdate("fence", "primary", false)),
    () => writeRecord(context, "shop", { type: "complete", id: "t-1" }),
    () => setActive(context, { type: "set-active", application: "shop", active: "west", commit: C2 }),
    () =>
      raiseEpoch(context, { type: "raise-epoch", applications: ["shop"], transition: "t-1", commit: C2, stamp: [REF] }),
    () => recordSite(context, { type: "record-site", site: "west", volumeNamespaces: [] }),
  ];
  for (const act of acts) await assert.rejects(act(), ClusterFault);
  assert.deepEqual(cluster.writes, []);
});

const FENCE = domainUpdate("drover-fence-1", "primary", false);

test("a one-shot object is made once; the same again is the same act", async () => {
  const cluster = fakeCluster("west");
  assert.deepEqual(await createOnce(writeContext(cluster), FENCE), { state: "done", detail: null });
  assert.deepEqual(await createOnce(writeContext(cluster), FENCE), { state: "done", detail: "done before" });
  assert.equal(cluster.writes.length, 1);
});

test("what Stork added to it meanwhile does not make it another one", async () => {
  const cluster = fakeCluster("west", [
    { ...FENCE, spec: { clusterdomain: "primary" }, status: { status: "Successful" } },
  ]);
  assert.equal((await createOnce(writeContext(cluster), FENCE)).state, "done");
});

test("one of that name with another content stops everything", async () => {
  for (const other of [
    domainUpdate("drover-fence-1", "dr-site", false),
    domainUpdate("drover-fence-1", "primary", true),
  ]) {
    const outcome = await createOnce(writeContext(fakeCluster("west", [other])), FENCE);
    assert.match(outcome.state === "refused" ? outcome.why : "", /another content/);
  }
});

test("somebody made it between the look and the write: it is compared", async () => {
  for (const [made, expected] of [
    [FENCE, "done"],
    [domainUpdate("drover-fence-1", "primary", true), "refused"],
  ] as const) {
    const cluster = fakeCluster("west");
    cluster.before("create", () => cluster.put(made));
    assert.equal((await createOnce(writeContext(cluster), FENCE)).state, expected);
  }
});

function epochObject(epoch: Parameters<typeof epochToData>[0]): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: EPOCH_NAME, namespace: "drover-system" },
    data: epochToData(epoch),
  };
}

function epochOf(cluster: FakeCluster) {
  return epochFromData(cluster.find(configMap(EPOCH_NAME))?.["data"]);
}

const RAISE = { type: "raise-epoch", applications: ["shop"], transition: "t-1", commit: C2, stamp: [REF] } as const;
const ACTIVE = {
  shop: { cluster: "east", since: C1, raisedFor: null },
  ledger: { cluster: "east", since: C1, raisedFor: null },
};

test("raising the epoch: one more, bound to the tip, marked for the transition, workloads stamped", async () => {
  const cluster = fakeCluster("east", [DB, epochObject({ counter: 3, commit: C1, active: ACTIVE })]);
  assert.equal((await raiseEpoch(writeContext(cluster), RAISE)).state, "done");
  const epoch = epochOf(cluster);
  assert.deepEqual(
    [epoch?.counter, epoch?.commit, epoch?.active["shop"]?.raisedFor, epoch?.active["ledger"]?.raisedFor],
    [4, C5, "t-1", null],
  );
  assert.equal(annotation(cluster, MARKS.epoch), "4");
});

test("a write that was decided before the epoch was raised conflicts afterwards", async () => {
  const cluster = fakeCluster("east", [DB, epochObject({ counter: 3, commit: C1, active: ACTIVE })]);
  const seen = cluster.find(REF)?.metadata.resourceVersion ?? "";
  await raiseEpoch(writeContext(cluster), RAISE);
  const late = cluster.patch(REF, { metadata: { resourceVersion: seen }, spec: { replicas: 3 } });
  await assert.rejects(late, (error) => error instanceof ClusterFault && error.code === "conflict");
});

test("a tip that does not descend from what the cluster has seen is refused", async () => {
  for (const commit of ["f".repeat(40), C5]) {
    const cluster = fakeCluster("east", [DB, epochObject({ counter: 3, commit, active: ACTIVE })]);
    const outcome = await raiseEpoch(writeContext(cluster, { tip: C2 }), RAISE);
    assert.match(outcome.state === "refused" ? outcome.why : "", /does not descend/);
    assert.deepEqual([epochOf(cluster)?.counter, cluster.writes], [3, []]);
  }
});

test("nor may it be raised by a race to an older tip", async () => {
  const cluster = fakeCluster("east", [epochObject({ counter: 3, commit: C1, active: ACTIVE })]);
  cluster.before("patch", () => cluster.put(epochObject({ counter: 4, commit: C5, active: ACTIVE })));
  const outcome = await raiseEpoch(writeContext(cluster, { tip: C2 }), { ...RAISE, stamp: [] });
  assert.notEqual(outcome.state, "done");
  assert.deepEqual([epochOf(cluster)?.counter, epochOf(cluster)?.commit], [4, C5]);
});

test("an epoch that can't be read is never written over", async () => {
  const broken = { ...epochObject({ counter: 3, commit: C1, active: {} }), data: { counter: "", commit: C1 } };
  const cluster = fakeCluster("east", [broken]);
  const set = { type: "set-active", application: "shop", active: "west", commit: C2 } as const;
  for (const act of [raiseEpoch(writeContext(cluster), RAISE), setActive(writeContext(cluster), set)]) {
    assert.equal((await act).state, "refused");
  }
  assert.deepEqual(cluster.writes, []);
});

test("saying who is active keeps everything else of the epoch", async () => {
  const cluster = fakeCluster("west", [
    epochObject({ counter: 3, commit: C1, active: { ...ACTIVE, shop: { ...ACTIVE.shop, raisedFor: "t-1" } } }),
  ]);
  await setActive(writeContext(cluster), { type: "set-active", application: "shop", active: "west", commit: C2 });
  assert.deepEqual(epochOf(cluster), {
    counter: 3,
    commit: C1,
    active: { ledger: ACTIVE.ledger, shop: { cluster: "west", since: C2, raisedFor: "t-1" } },
  });
});

test("a record is made, changed, and not written when nothing changes", async () => {
  const cluster = fakeCluster("west");
  const begin = { type: "begin", transition: transitionRecord(), facts: null } as const;
  await writeRecord(writeContext(cluster), "shop", begin);
  await writeRecord(writeContext(cluster), "shop", begin);
  await writeRecord(writeContext(cluster), "shop", {
    type: "stopped",
    id: transitionRecord().id,
    proof: "drained",
    recoveryPoint: null,
  });
  await writeRecord(writeContext(cluster), "shop", {
    type: "stopped",
    id: transitionRecord().id,
    proof: "storage-fence",
    recoveryPoint: null,
  });
  assert.deepEqual(cluster.writes, ["create ConfigMap drover-record-shop", "patch ConfigMap drover-record-shop"]);
  const record = recordFromData(cluster.find(configMap(recordName("shop")))?.["data"], "shop");
  assert.equal(record?.transitions[0]?.proof, "drained");
});

test("two who write the record at once lose nothing of each other", async () => {
  const cluster = fakeCluster("west");
  await writeRecord(writeContext(cluster), "shop", { type: "begin", transition: transitionRecord(), facts: null });
  cluster.before("patch", async () => {
    await writeRecord(writeContext(cluster), "shop", {
      type: "delivered",
      delivered: { content: "x", form: "standby" },
      promoted: null,
    });
  });
  await writeRecord(writeContext(cluster), "shop", { type: "serving", id: transitionRecord().id });
  const record = recordFromData(cluster.find(configMap(recordName("shop")))?.["data"], "shop");
  assert.deepEqual([record?.delivered?.content, record?.transitions[0]?.phase], ["x", "serving"]);
});

test("a record that can't be read is never written over", async () => {
  const broken: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: recordName("shop"), namespace: "drover-system" },
    data: { record: "{" },
  };
  const cluster = fakeCluster("west", [broken]);
  const outcome = await writeRecord(writeContext(cluster), "shop", { type: "serving", id: "t-1" });
  assert.equal(outcome.state, "refused");
  assert.deepEqual(cluster.writes, []);
});

test("what has volumes on one site is kept beside what is known of others", async () => {
  const cluster = fakeCluster("west");
  await recordSite(writeContext(cluster), { type: "record-site", site: "east", volumeNamespaces: ["shop"] });
  await recordSite(writeContext(cluster), { type: "record-site", site: "far", volumeNamespaces: [] });
  assert.deepEqual(cluster.find(configMap("drover-sites"))?.["data"], { east: '["shop"]', far: "[]" });
});
