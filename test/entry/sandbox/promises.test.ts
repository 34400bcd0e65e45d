import assert from "node:assert/strict";
import { test } from "node:test";
import type { TransitionRecord } from "../../../src/core/model/record.ts";
import {
  approvedByOthers,
  cameHome,
  lostNothing,
  neverTwoWriters,
  recoveredInTime,
  stayedFenced,
} from "../../../src/entry/sandbox/demo/promises.ts";
import { createDataPlane, type DataPlane } from "../../../src/sandbox/portworx/data-plane.ts";

/** The storage of the story with one volume and a pod on each site; each fault is injected into the storage itself. */
function storage(): { readonly plane: DataPlane; readonly write: (domain: string, times: number) => void } {
  const plane = createDataPlane({
    clusterId: "px",
    dataDomains: ["primary", "dr-site"],
    witness: "witness",
    clock: { now: () => 0, pace: () => 0 },
  });
  plane.createVolume({ name: "pvc-1", claim: "appns/data", sizeBytes: 1, sharing: "exclusive" });
  const write = (domain: string, times: number): void => {
    plane.attach("pvc-1", domain, domain);
    for (let i = 0; i < times; i += 1) plane.write("pvc-1", domain, domain);
  };
  return { plane, write };
}

function fence(plane: DataPlane): void {
  plane.setDomainActive({ domain: "primary", active: false, askedFrom: "dr-site" });
}

test("a failover that keeps every acknowledged write is judged as kept", () => {
  const { plane, write } = storage();
  write("primary", 5);
  const before = plane.report();
  plane.setPower("primary", false);
  fence(plane);
  write("dr-site", 3);
  const judged = lostNothing("nothing lost", { before, after: plane.report(), domain: "dr-site" });
  assert.deepEqual(judged, {
    promise: "nothing lost",
    kept: true,
    counted: "5 acknowledged writes before it, 0 missing after it",
  });
});

test("a replica that lagged behind while it claimed to be current is a lost write", () => {
  const { plane, write } = storage();
  plane.faults.setLagging("pvc-1", "dr-site", true);
  write("primary", 5);
  const before = plane.report();
  plane.setPower("primary", false);
  fence(plane);
  const judged = lostNothing("nothing lost", { before, after: plane.report(), domain: "dr-site" });
  assert.equal(judged.kept, false);
  assert.match(judged.counted, /5 missing/);
});

test("a destroyed replica and a deleted volume are lost writes", () => {
  for (const destroy of [
    (plane: DataPlane) => plane.faults.loseReplica("pvc-1", "dr-site"),
    (plane: DataPlane) => plane.deleteVolume("pvc-1"),
  ]) {
    const { plane, write } = storage();
    write("primary", 4);
    const before = plane.report();
    destroy(plane);
    assert.equal(lostNothing("", { before, after: plane.report(), domain: "dr-site" }).kept, false);
  }
});

test("where nothing was written nothing is proven", () => {
  const { plane } = storage();
  const judged = lostNothing("", { before: plane.report(), after: plane.report(), domain: "dr-site" });
  assert.equal(judged.kept, false);
  assert.match(judged.counted, /; 1 volume had no writes, so that nothing is proven/);
});

test("a storage that split has two writers that count", () => {
  const { plane, write } = storage();
  write("primary", 1);
  assert.equal(neverTwoWriters(plane.report()).kept, true);
  plane.faults.setSplit(true);
  write("dr-site", 1);
  assert.equal(neverTwoWriters(plane.report()).kept, false);
});

test("two writers are never judged as absent on a storage without volumes", () => {
  assert.equal(neverTwoWriters({ volumes: [], splitBrain: [], contended: [] }).kept, false);
});

test("a fence holds when revived pods were refused and not served", () => {
  const { plane, write } = storage();
  write("primary", 2);
  const atDeath = plane.report();
  plane.setPower("primary", false);
  fence(plane);
  write("dr-site", 2);
  const atReturn = plane.report();
  plane.setPower("primary", true);
  write("primary", 3);
  const judged = stayedFenced({ atDeath, atReturn, held: plane.report(), domain: "primary" });
  assert.equal(judged.kept, true);
  assert.match(judged.counted, /^3 writes of revived pods refused by the storage, 0 acknowledged$/);
});

test("a fence that served a revived pod is broken, whoever kept the data", () => {
  const { plane, write } = storage();
  write("primary", 2);
  const atDeath = plane.report();
  fence(plane);
  write("primary", 1);
  const atReturn = plane.report();
  write("primary", 1);
  plane.faults.setSplit(true);
  write("primary", 1);
  assert.equal(stayedFenced({ atDeath, atReturn, held: plane.report(), domain: "primary" }).kept, false);
});

test("a fence that nobody tried is not proven", () => {
  const { plane } = storage();
  const report = plane.report();
  assert.equal(stayedFenced({ atDeath: report, atReturn: report, held: report, domain: "primary" }).kept, false);
});

test("a recovery is in time up to a minute, and never when it did not happen", () => {
  assert.equal(recoveredInTime(60_000).kept, true);
  assert.equal(recoveredInTime(60_001).kept, false);
  assert.equal(recoveredInTime(null).kept, false);
});

function moved(...logins: readonly string[]): TransitionRecord {
  return {
    id: "20261123-0240-east-failover",
    type: "Failover",
    from: "east",
    to: "west",
    commit: "a".repeat(40),
    approvals: logins.map((login, review) => ({ login, review, commit: "b".repeat(40) })),
    phase: "complete",
    proof: "storage-fence",
    recoveryPoint: null,
    times: { begun: null, stopped: null, promoted: null, serving: null, ended: null },
  };
}

test("approvals count by distinct people other than the author, for every recorded move", () => {
  const rule = { author: "dana", required: 2, moves: 1 };
  const judge = (...logins: readonly string[]): boolean =>
    approvedByOthers([{ application: "appns", transitions: [moved(...logins)] }], rule).kept;
  assert.equal(judge("ada", "ben"), true);
  assert.equal(judge("ada"), false);
  assert.equal(judge("ada", "ada"), false);
  assert.equal(judge("ada", "dana"), false);
  assert.equal(approvedByOthers([], rule).kept, false);
  assert.equal(approvedByOthers([{ application: "appns", transitions: [] }], rule).kept, false);
});

test("home means active there, protected, running there and nowhere else", () => {
  const place = { home: "east", podsAtHome: 4, podsElsewhere: 0 };
  const home = { name: "appns", activeCluster: "east", phase: "Protected" };
  assert.equal(cameHome([home], place).kept, true);
  assert.equal(cameHome([home, { ...home, activeCluster: "west" }], place).kept, false);
  assert.equal(cameHome([{ ...home, phase: "Degraded" }], place).kept, false);
  assert.equal(cameHome([home], { ...place, podsElsewhere: 1 }).kept, false);
  assert.equal(cameHome([home], { ...place, podsAtHome: 0 }).kept, false);
  assert.equal(cameHome([], place).kept, false);
});
