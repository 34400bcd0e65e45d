import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createDataPlane, type DataPlane } from "../../../src/sandbox/portworx/data-plane.ts";

function setting(sharing: "exclusive" | "shared" = "exclusive") {
  let now = 0;
  const plane = createDataPlane({
    clusterId: "px",
    dataDomains: ["primary", "dr-site"],
    witness: "witness",
    clock: { now: () => now, pace: (milliseconds) => milliseconds },
    resyncMs: 10_000,
  });
  plane.createVolume({ name: "pvc-1", claim: "appns/data", sizeBytes: 1024, sharing });
  const pass = (milliseconds: number): void => {
    now += milliseconds;
    plane.settle();
  };
  return { plane, pass };
}

const side = (plane: DataPlane, domain: string) => plane.report().volumes[0]?.sides[domain];
const syncOf = (plane: DataPlane, domain: string) =>
  plane.domains("dr-site")?.find((info) => info.name === domain)?.syncStatus;

function fence(plane: DataPlane): void {
  const change = plane.setDomainActive({ domain: "primary", active: false, askedFrom: "dr-site" });
  assert.deepEqual(change, { done: true });
}

test("an acknowledged write is on both sides", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  assert.deepEqual(plane.write("pvc-1", "primary", "a"), { outcome: "acknowledged", sequence: 1 });
  assert.equal(side(plane, "primary")?.readable, 1);
  assert.equal(side(plane, "dr-site")?.readable, 1);
});

test("the survivor hangs until the lost domain is deactivated, then nothing acknowledged is missing", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  for (let i = 0; i < 5; i += 1) plane.write("pvc-1", "primary", "a");
  plane.setPower("primary", false);
  assert.equal(plane.attach("pvc-1", "dr-site", "b").outcome, "blocked");
  fence(plane);
  assert.equal(plane.attach("pvc-1", "dr-site", "b").outcome, "allowed");
  assert.deepEqual(plane.write("pvc-1", "dr-site", "b"), { outcome: "acknowledged", sequence: 6 });
  assert.equal(side(plane, "dr-site")?.lost, 0);
  assert.equal(side(plane, "primary")?.lost, 1);
  assert.equal(side(plane, "primary")?.acknowledged, 5);
  assert.equal(side(plane, "dr-site")?.acknowledged, 1);
});

test("losing the standby site blocks the writer too: an unsafe write is never acknowledged", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  plane.setPower("dr-site", false);
  assert.equal(plane.write("pvc-1", "primary", "a").outcome, "blocked");
  plane.setPower("dr-site", true);
  assert.equal(plane.write("pvc-1", "primary", "a").outcome, "acknowledged");
  assert.equal(plane.report().volumes[0]?.blocked, 1);
});

test("a returning site is refused by the storage while its domain is inactive", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  plane.setPower("primary", false);
  fence(plane);
  plane.setPower("primary", true);
  assert.equal(plane.attach("pvc-1", "primary", "a").outcome, "refused");
  assert.equal(plane.write("pvc-1", "primary", "a").outcome, "refused");
  assert.equal(plane.report().splitBrain.length, 0);
});

test("deactivating a domain takes its running writer away", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  fence(plane);
  assert.equal(plane.write("pvc-1", "primary", "a").outcome, "refused");
  assert.deepEqual(plane.attachmentsIn("primary"), []);
});

test("an activated domain resyncs before it is in sync, and a power cut starts that again", () => {
  const { plane, pass } = setting();
  plane.setPower("primary", false);
  fence(plane);
  plane.attach("pvc-1", "dr-site", "b");
  plane.write("pvc-1", "dr-site", "b");
  plane.setPower("primary", true);
  assert.equal(syncOf(plane, "primary"), "NotInSync");
  plane.setDomainActive({ domain: "primary", active: true, askedFrom: "dr-site" });
  assert.equal(syncOf(plane, "primary"), "SyncInProgress");
  pass(6000);
  plane.setPower("primary", false);
  pass(1);
  plane.setPower("primary", true);
  pass(1);
  pass(6000);
  assert.equal(syncOf(plane, "primary"), "SyncInProgress");
  pass(4001);
  assert.equal(syncOf(plane, "primary"), "InSync");
  assert.equal(side(plane, "primary")?.lost, 0);
});

test("an exclusive volume is attached on one side only, and asking for it twice is remembered", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  const answer = plane.attach("pvc-1", "dr-site", "b");
  assert.equal(answer.outcome, "refused");
  assert.equal(plane.report().contended.length, 1);
  plane.detach("pvc-1", "primary", "a");
  assert.equal(plane.attach("pvc-1", "dr-site", "b").outcome, "allowed");
});

test("a shared volume written from two sides is recorded as split", () => {
  const { plane } = setting("shared");
  plane.attach("pvc-1", "primary", "a");
  plane.attach("pvc-1", "dr-site", "b");
  plane.write("pvc-1", "primary", "a");
  plane.write("pvc-1", "dr-site", "b");
  const [entry] = plane.report().splitBrain;
  assert.deepEqual(entry?.sides, ["dr-site", "primary"]);
  assert.equal(entry?.writes, 2);
});

test("a split storage loses what the other side acknowledged", () => {
  const { plane, pass } = setting();
  plane.attach("pvc-1", "primary", "a");
  plane.faults.setSplit(true);
  plane.attach("pvc-1", "dr-site", "b");
  plane.write("pvc-1", "primary", "a");
  plane.write("pvc-1", "dr-site", "b");
  assert.equal(plane.report().splitBrain.length, 1);
  plane.faults.setSplit(false);
  fence(plane);
  plane.setDomainActive({ domain: "primary", active: true, askedFrom: "dr-site" });
  pass(1);
  pass(10_001);
  assert.equal(side(plane, "primary")?.lost, 1);
  assert.equal(plane.report().volumes[0]?.lostEverywhere, 1);
});

test("a lagging replica loses acknowledged writes, and catches up when the fault ends", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  plane.write("pvc-1", "primary", "a");
  plane.faults.setLagging("pvc-1", "dr-site", true);
  plane.write("pvc-1", "primary", "a");
  assert.equal(side(plane, "dr-site")?.lost, 1);
  plane.faults.setLagging("pvc-1", "dr-site", false);
  assert.equal(side(plane, "dr-site")?.lost, 0);
});

test("a lost replica is rebuilt from the other one; with both lost nothing can be read", () => {
  const { plane, pass } = setting();
  plane.attach("pvc-1", "primary", "a");
  plane.write("pvc-1", "primary", "a");
  plane.faults.loseReplica("pvc-1", "dr-site");
  assert.equal(side(plane, "dr-site")?.readable, 0);
  pass(1);
  pass(10_001);
  assert.equal(side(plane, "dr-site")?.readable, 1);
  plane.faults.loseReplica("pvc-1", "dr-site");
  plane.faults.loseReplica("pvc-1", "primary");
  assert.equal(plane.report().volumes[0]?.lostEverywhere, 1);
  assert.equal(plane.write("pvc-1", "primary", "a").outcome, "blocked");
});

test("domain changes name what is wrong with them", () => {
  const { plane } = setting();
  const unknown = plane.setDomainActive({ domain: "mars", active: false, askedFrom: "dr-site" });
  assert.deepEqual(unknown, {
    done: false,
    reason: 'unable to deactivate cluster domain: cluster domain "mars" does not exist',
  });
  plane.setLink("dr-site", "primary", false);
  plane.setLink("dr-site", "witness", false);
  assert.equal(plane.setDomainActive({ domain: "primary", active: false, askedFrom: "dr-site" }).done, false);
  assert.equal(plane.domains("dr-site"), null);
});

test("of two separated sites only one can fence the other, and no write counts twice", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  plane.setLink("primary", "dr-site", false);
  plane.setLink("primary", "witness", false);
  assert.equal(plane.write("pvc-1", "primary", "a").outcome, "blocked");
  fence(plane);
  plane.attach("pvc-1", "dr-site", "b");
  assert.equal(plane.write("pvc-1", "dr-site", "b").outcome, "acknowledged");
  assert.equal(plane.write("pvc-1", "primary", "a").outcome, "refused");
});

test("a snapshot brings everything back", () => {
  const { plane } = setting();
  plane.attach("pvc-1", "primary", "a");
  plane.write("pvc-1", "primary", "a");
  const saved = plane.snapshot();
  plane.write("pvc-1", "primary", "a");
  fence(plane);
  plane.restore(saved);
  assert.equal(plane.report().volumes[0]?.acknowledged, 1);
  assert.equal(plane.write("pvc-1", "primary", "a").outcome, "acknowledged");
});

type Move = (plane: DataPlane, pass: (milliseconds: number) => void) => unknown;

const domain = fc.constantFrom("primary", "dr-site");
const move: fc.Arbitrary<Move> = fc.oneof(
  domain.map(
    (name): Move =>
      (plane) =>
        plane.attach("pvc-1", name, name),
  ),
  domain.map(
    (name): Move =>
      (plane) =>
        plane.write("pvc-1", name, name),
  ),
  domain.map(
    (name): Move =>
      (plane) =>
        plane.detach("pvc-1", name, name),
  ),
  fc.tuple(domain, fc.boolean()).map(
    ([name, up]): Move =>
      (plane) =>
        plane.setPower(name, up),
  ),
  fc.tuple(domain, domain, fc.boolean()).map(
    ([from, to, active]): Move =>
      (plane) =>
        plane.setDomainActive({ domain: to, active, askedFrom: from }),
  ),
  fc.tuple(fc.constantFrom("witness", "dr-site"), fc.boolean()).map(
    ([to, whole]): Move =>
      (plane) =>
        plane.setLink("primary", to, whole),
  ),
  fc.nat(15_000).map(
    (milliseconds): Move =>
      (_plane, pass) =>
        pass(milliseconds),
  ),
);

test("whatever happens, an exclusive volume has no split, and each current replica holds every acknowledged write", () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const { plane, pass } = setting();
      let fencedAll = false;
      for (const step of moves) {
        step(plane, pass);
        const report = plane.report();
        assert.equal(report.splitBrain.length, 0);
        const sides = Object.values(report.volumes[0]?.sides ?? {});
        // With every domain deactivated there is no survivor to copy from; that case may lose data, and is counted.
        fencedAll ||= sides.every((seen) => !seen.current);
        if (!fencedAll) assert.ok(sides.every((seen) => !seen.current || seen.lost === 0));
      }
    }),
    { numRuns: 300 },
  );
});
