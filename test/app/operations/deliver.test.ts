import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { writeRecord } from "../../../src/app/operations/bookkeeping.ts";
import { deliver } from "../../../src/app/operations/deliver.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { recordFromData, recordName } from "../../../src/core/model/record.ts";
import { transitionRecord } from "../../builders/plan-world.ts";
import { writeContext } from "../../builders/write-context.ts";
import { fakeCluster } from "../../fakes/cluster.ts";
import { fakeClock } from "../../fakes/virtual-time.ts";

function object(apiVersion: string, kind: string, name: string): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: "shop" }, spec: { replicas: 0 } };
}

const OBJECTS: readonly KubeObject[] = [
  object("route.openshift.io/v1", "Route", "web"),
  object("apps/v1", "Deployment", "web"),
  object("apps/v1", "StatefulSet", "db"),
  object("v1", "Service", "web"),
  object("example.com/v1", "Queue", "jobs"),
  object("v1", "ConfigMap", "web"),
  object("v1", "ServiceAccount", "web"),
  object("batch/v1", "CronJob", "nightly"),
];

/** A folder as the branch holds it; JSON is YAML. */
function folder(form: "active" | "standby"): ReadonlyMap<string, string> {
  const names = OBJECTS.map((each) => `${each.kind.toLowerCase()}-${each.metadata.name}.yaml`);
  const list = (kind: string, version: string, more: object): string =>
    JSON.stringify({ apiVersion: `kustomize.config.k8s.io/${version}`, kind, ...more });
  const components = form === "active" ? { components: ["components/active"] } : {};
  return new Map([
    ["kustomization.yaml", list("Kustomization", "v1beta1", { resources: ["base"], ...components })],
    ["base/kustomization.yaml", list("Kustomization", "v1beta1", { resources: names })],
    ["components/active/kustomization.yaml", list("Component", "v1alpha1", { resources: [] })],
    ...OBJECTS.map((each, index): [string, string] => [`base/${names[index] ?? ""}`, JSON.stringify(each)]),
  ]);
}

function delivery(form: "active" | "standby", changes: object = {}) {
  const cluster = fakeCluster("west");
  const files = new Map([...folder(form)].map(([path, text]) => [`applications/shop/${path}`, text]));
  const git = { tip: () => Promise.resolve("a".repeat(40)), readTree: () => Promise.resolve(files) };
  const context = {
    ...writeContext(cluster),
    clock: fakeClock(),
    git: git as never,
    digest: (text: string) => String(text.length),
  };
  const run = () =>
    deliver(context, { application: "shop", branch: "dr/west", form, startup: [], transition: null, ...changes });
  const record = () =>
    recordFromData(
      cluster.find({ apiVersion: "v1", kind: "ConfigMap", namespace: "drover-system", name: recordName("shop") })?.[
        "data"
      ],
      "shop",
    );
  const applied = () => cluster.writes.filter((write) => write.startsWith("apply")).map((write) => write.slice(6));
  return { cluster, context, run, record, applied };
}

describe("delivering a standby", () => {
  test("what others refer to comes first, custom resources before workloads, what opens doors last", async () => {
    const { run, applied, record } = delivery("standby");
    assert.deepEqual(await run(), { state: "done", detail: null });
    assert.deepEqual(applied(), [
      "ServiceAccount web",
      "ConfigMap web",
      "Service web",
      "Queue jobs",
      "Deployment web",
      "StatefulSet db",
      "CronJob nightly",
      "Route web",
    ]);
    assert.equal(record()?.delivered?.form, "standby");
  });

  test("an object that the server would refuse stops it before anything is written", async () => {
    const { cluster, run, applied } = delivery("standby");
    cluster.refuses.set("Queue jobs", "not-found");
    const outcome = await run();
    assert.equal(outcome.state, "refused");
    assert.match(outcome.state === "refused" ? outcome.why : "", /^nothing was applied: Queue shop\/jobs was refused/);
    assert.deepEqual([applied(), cluster.writes], [[], []]);
  });

  test("a cluster that does not answer is no refusal of an object", async () => {
    const { cluster, run } = delivery("standby");
    cluster.refuses.set("Queue jobs", "unreachable");
    await assert.rejects(run, { code: "unreachable" });
  });
});

describe("activating", () => {
  test("an object that is no workload and is refused does not keep the application from starting", async () => {
    const { cluster, run, applied, record } = delivery("active");
    cluster.refuses.set("Queue jobs", "not-found");
    cluster.refuses.set("Route web", "invalid");
    const outcome = await run();
    assert.equal(outcome.state, "done");
    assert.match(
      outcome.state === "done" ? (outcome.detail ?? "") : "",
      /it starts, but Queue shop\/jobs was refused.*Route shop\/web/,
    );
    assert.ok(applied().includes("StatefulSet db") && applied().includes("Deployment web"));
    assert.equal(record()?.delivered?.form, "active");
  });

  test("the record says since when the data is this side's: from before anything started, and from the first time", async () => {
    const { id } = transitionRecord();
    const { cluster, context, run, record } = delivery("active", { transition: id });
    await writeRecord(context, "shop", { type: "begin", transition: transitionRecord(), facts: null });
    const [began, writes] = [new Date(context.clock.now()).toISOString(), cluster.writes.length];
    cluster.before("apply", () => context.clock.advance(60_000));
    await run();
    assert.equal(record()?.transitions[0]?.times.promoted, began);
    assert.equal(cluster.writes.slice(writes).filter((write) => write.includes(recordName("shop"))).length, 1);
    await run();
    assert.equal(record()?.transitions[0]?.times.promoted, began);
  });

  test("a workload that is refused is said, after the others were started; it does not count as delivered", async () => {
    const { cluster, run, applied, record } = delivery("active");
    cluster.refuses.set("StatefulSet db", "forbidden");
    assert.equal((await run()).state, "refused");
    assert.ok(applied().includes("Deployment web") && applied().includes("Route web"));
    assert.equal(record(), null);
  });

  test("unless it is a gate: then nothing that starts after it may start", async () => {
    const startup = [{ kind: "StatefulSet", name: "db", namespace: null, apiVersion: null }];
    const { cluster, run, applied } = delivery("active", { startup });
    cluster.refuses.set("StatefulSet db", "forbidden");
    assert.equal((await run()).state, "refused");
    assert.equal(applied().includes("Deployment web"), false);
  });
});
