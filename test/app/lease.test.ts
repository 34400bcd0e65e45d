import assert from "node:assert/strict";
import { test } from "node:test";
import { LEASE_SECONDS, WRITE_TIMEOUT, acquireLease, lookAtLease } from "../../src/app/lease.ts";
import type { LeaseRun } from "../../src/app/lease.ts";
import type { ClockPort } from "../../src/ports/clock.ts";
import { at } from "../../src/core/model/fields.ts";
import type { ObjectRef } from "../../src/core/model/kube-object.ts";
import { ClusterFault } from "../../src/ports/cluster.ts";
import { type FakeCluster, fakeCluster } from "../fakes/cluster.ts";
import { fakeClock } from "../fakes/virtual-time.ts";

const REF: ObjectRef = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  namespace: "drover-system",
  name: "drover",
};

/** Who was waited for is nobody's business here. */
function runOf(clock: ClockPort, holder: string): LeaseRun {
  return { clock, holder, waiting: () => undefined };
}

function heldBy(cluster: FakeCluster, holderIdentity: string, spec: Readonly<Record<string, unknown>> = {}): void {
  const metadata = { name: REF.name, namespace: "drover-system" };
  cluster.put({
    apiVersion: REF.apiVersion,
    kind: REF.kind,
    metadata,
    spec: { leaseDurationSeconds: LEASE_SECONDS, ...spec, holderIdentity },
  });
}

function holderOf(cluster: FakeCluster): unknown {
  return at(cluster.find(REF), "spec", "holderIdentity");
}

test("nobody has it: it is made, with its namespace, at once", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  const start = clock.now();
  const acquired = await acquireLease(cluster, runOf(clock, "me"), null);
  assert.ok(acquired.state === "held" && !acquired.lease.takenOver);
  assert.deepEqual(cluster.writes, ["create Namespace drover-system", "create Lease drover"]);
  assert.deepEqual([holderOf(cluster), clock.now() - start], ["me", 0]);
});

test("it was given back: it is taken at once, and that is no takeover", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  heldBy(cluster, "");
  const start = clock.now();
  const acquired = await acquireLease(cluster, runOf(clock, "me"), null);
  assert.ok(acquired.state === "held" && !acquired.lease.takenOver);
  assert.equal(clock.now() - start, 0);
});

test("a silent holder is waited for a full period as seen here, whatever time its own clock wrote", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  heldBy(cluster, "dead", { renewTime: "2001-01-01T00:00:00.000000Z" });
  const start = clock.now();
  const acquired = await acquireLease(cluster, runOf(clock, "me"), null);
  assert.ok(acquired.state === "held" && acquired.lease.takenOver);
  assert.ok(clock.now() - start >= LEASE_SECONDS * 1000);
  assert.equal(holderOf(cluster), "me");
});

test("what was seen before counts, if nothing changed since; who is waited for is said once", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  heldBy(cluster, "dead");
  const seen = await lookAtLease(cluster, clock);
  await clock.sleep(10_000);
  const told: [string, number][] = [];
  const waiting = (holder: string, milliseconds: number): void => void told.push([holder, milliseconds]);
  const start = clock.now();
  const acquired = await acquireLease(cluster, { clock, holder: "me", waiting }, seen);
  assert.equal(acquired.state, "held");
  assert.equal(clock.now() - start, LEASE_SECONDS * 1000 - 10_000);
  assert.deepEqual(told, [["dead", LEASE_SECONDS * 1000]]);
});

test("a holder that renewed since it was seen is alive", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  heldBy(cluster, "alive");
  const seen = await lookAtLease(cluster, clock);
  heldBy(cluster, "alive");
  await clock.sleep(60_000);
  assert.deepEqual(await acquireLease(cluster, runOf(clock, "me"), seen), { state: "busy", holder: "alive" });
});

for (const leaseDurationSeconds of [0, -100, 1, "15", null]) {
  test(`a period of ${String(leaseDurationSeconds)} in the Lease does not shorten the wait`, async () => {
    const [cluster, clock] = [fakeCluster("east"), fakeClock()];
    heldBy(cluster, "dead", { leaseDurationSeconds });
    const start = clock.now();
    await acquireLease(cluster, runOf(clock, "me"), null);
    assert.ok(clock.now() - start >= LEASE_SECONDS * 1000, String(clock.now() - start));
  });
}

test("a longer period is respected", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  heldBy(cluster, "dead", { leaseDurationSeconds: 60 });
  const start = clock.now();
  await acquireLease(cluster, runOf(clock, "me"), null);
  assert.ok(clock.now() - start >= 60_000);
});

test("a holder that renews is left alone", async () => {
  const cluster = fakeCluster("east");
  const clock = fakeClock(() => heldBy(cluster, "alive"));
  heldBy(cluster, "alive");
  const acquired = await acquireLease(cluster, runOf(clock, "me"), null);
  assert.deepEqual(acquired, { state: "busy", holder: "alive" });
  assert.ok(!cluster.writes.some((write) => write.includes("Lease")));
});

test("two that come at once: one makes it, the other looks again", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  cluster.before("create", () => undefined);
  cluster.before("create", () => heldBy(cluster, ""));
  const acquired = await acquireLease(cluster, runOf(clock, "me"), null);
  assert.equal(acquired.state, "held");
  assert.equal(holderOf(cluster), "me");
});

test("two that take over at once: one wins, the other starts to wait again", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  heldBy(cluster, "dead");
  cluster.before("patch", () => heldBy(cluster, "faster"));
  const acquired = await acquireLease(cluster, runOf(clock, "me"), null);
  assert.deepEqual(acquired, { state: "busy", holder: "faster" });
});

async function mine(): Promise<{
  cluster: FakeCluster;
  clock: ReturnType<typeof fakeClock>;
  lease: Extract<Awaited<ReturnType<typeof acquireLease>>, { state: "held" }>["lease"];
}> {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  const acquired = await acquireLease(cluster, runOf(clock, "me"), null);
  assert.ok(acquired.state === "held");
  cluster.writes.length = 0;
  return { cluster, clock, lease: acquired.lease };
}

test("a fresh lease is not renewed for every write", async () => {
  const { cluster, lease } = await mine();
  await lease.confirm();
  await lease.confirm();
  assert.deepEqual(cluster.writes, []);
});

test("before a write could outlive it, it is renewed", async () => {
  const { cluster, clock, lease } = await mine();
  for (let seconds = 0; seconds < 120; seconds += 1) {
    clock.advance(1000);
    await lease.confirm();
  }
  assert.ok(cluster.writes.length >= 120 / LEASE_SECONDS);
});

test("taking it slowly does not make it look longer: the period counts from the request", async () => {
  const [cluster, clock] = [fakeCluster("east"), fakeClock()];
  heldBy(cluster, "");
  cluster.before("patch", () => clock.advance(4_500));
  const acquired = await acquireLease(cluster, runOf(clock, "me"), null);
  assert.ok(acquired.state === "held");
  cluster.writes.length = 0;
  clock.advance(LEASE_SECONDS * 1000 - 4_500 - 2 * WRITE_TIMEOUT + 1);
  await acquired.lease.confirm();
  assert.deepEqual(cluster.writes, ["patch Lease drover"]);
});

test("a lease that somebody else took is lost, and nothing is written", async () => {
  const { cluster, clock, lease } = await mine();
  clock.advance(LEASE_SECONDS * 1000);
  heldBy(cluster, "other");
  await assert.rejects(lease.confirm(), (error) => error instanceof ClusterFault && error.code === "conflict");
  assert.equal(holderOf(cluster), "other");
});

test("so is one that was taken and given back meanwhile", async () => {
  const { cluster, clock, lease } = await mine();
  clock.advance(LEASE_SECONDS * 1000);
  heldBy(cluster, "other");
  heldBy(cluster, "");
  await assert.rejects(lease.confirm(), ClusterFault);
});

test("a renewal that takes too long is no renewal", async () => {
  const { cluster, clock, lease } = await mine();
  clock.advance(LEASE_SECONDS * 1000);
  cluster.before("patch", () => clock.advance((LEASE_SECONDS - 4) * 1000));
  await assert.rejects(lease.confirm(), (error) => error instanceof ClusterFault && error.code === "timeout");
});

test("given back, the next one need not wait", async () => {
  const { cluster, clock, lease } = await mine();
  await lease.release();
  const start = clock.now();
  const next = await acquireLease(cluster, runOf(clock, "next"), null);
  assert.ok(next.state === "held" && !next.lease.takenOver);
  assert.equal(clock.now() - start, 0);
});
