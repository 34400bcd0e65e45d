import assert from "node:assert/strict";
import { test } from "node:test";
import { asFields } from "../../../src/core/model/fields.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import type { AssessInput, Direction, StepContext, StorageIntent } from "../../../src/core/provider.ts";
import {
  oneShotName,
  policyName,
  scheduleName,
  scheduleNamespace,
} from "../../../src/providers/portworx-stork/names.ts";
import { schedulePolicy } from "../../../src/providers/portworx-stork/objects.ts";
import {
  domainState,
  findSchedule,
  localDomain,
  pairState,
  runningMigrations,
} from "../../../src/providers/portworx-stork/observe.ts";
import { portworx } from "../../../src/providers/portworx-stork/provider.ts";
import {
  type DomainInfo,
  FENCED,
  IN_SYNC,
  RESYNCING,
  clusterPair,
  domainsStatus,
  everyMinute,
  schedule,
} from "../../builders/stork-objects.ts";
import { sha256 } from "../../builders/plan-world.ts";
import { observed } from "../../sandbox/stork/observed.ts";

function seen(name: string): readonly KubeObject[] {
  return observed(name) as readonly KubeObject[];
}

const DIRECTION: Direction = {
  application: "shop",
  namespaces: ["shop"],
  source: { cluster: "east", domain: "primary", adminNamespace: null },
  target: { cluster: "west", domain: "dr-site", adminNamespace: null },
  forward: true,
  schedule: { type: "interval", minutes: 1 },
  clusterPair: "east-west",
};

// What a genuine Stork wrote.

test("domains as Stork reports them", () => {
  const active = seen("clusterdomainsstatus-active");
  assert.deepEqual(
    [domainState(active, "east"), domainState(active, "west")],
    [
      { active: true, sync: "InSync" },
      { active: true, sync: "InSync" },
    ],
  );
  assert.equal(localDomain(active), "east");
  const fenced = seen("clusterdomainsstatus-east-inactive");
  assert.equal(domainState(fenced, "east")?.active, false);
  assert.equal(domainState(fenced, "unknown"), null);
  assert.equal(domainState([], "east"), null);
  assert.equal(domainState([...active, ...fenced], "east"), null, "two statuses say nothing");
});

test("a schedule, a suspended one, and the copy on the other side", () => {
  const find = (name: string) => findSchedule(seen(name), { namespace: "shop", name: "shop" });
  const own = find("migrationschedule");
  assert.deepEqual(
    [own?.suspended, own?.staticCopy, own?.activated, own?.goodRuns, own?.running],
    [false, false, false, ["2026-11-22T22:16:02Z"], false],
  );
  assert.equal(find("migrationschedule-suspended")?.suspended, true);
  const copy = find("migrationschedule-static-copy");
  assert.deepEqual([copy?.staticCopy, copy?.activated, copy?.goodRuns], [true, false, []]);
  assert.equal(find("migrationschedule-static-copy-after-failover")?.activated, true);
});

test("a pair for sync is ready, one with storage options is not ours", () => {
  const [sync] = seen("clusterpair-sync");
  const async = [{ ...(sync ?? assert.fail("it is there")), spec: { options: { backuplocation: "objects" } } }];
  const name = (pair: KubeObject | undefined) => ({
    namespace: pair?.metadata.namespace ?? "",
    name: pair?.metadata.name ?? "",
  });
  assert.equal(pairState(seen("clusterpair-sync"), name(sync)).ready, true);
  assert.match(pairState(async, name(sync)).why, /storage options/);
  assert.match(pairState([], { namespace: "shop", name: "dr" }).why, /does not exist/);
});

function verdict(check: string, objects: readonly KubeObject[], more: Readonly<Record<string, unknown>> = {}): string {
  return portworx.evaluate({ check, ...more }, objects).state;
}

test("migrations as they end, and as they never end", () => {
  const of = (name: string): string => verdict("migration", seen(name).slice(0, 1), { name: "x" });
  assert.equal(of("migration-resources-only"), "met");
  assert.equal(of("migration-full"), "met");
  assert.equal(of("migration-with-purge"), "met");
  assert.equal(of("migration-failed-volume"), "failed");
  assert.equal(of("migration-failed-local-domain-inactive"), "failed");
  assert.equal(of("migration-stuck-missing-pair"), "pending");
  assert.equal(of("migration-stuck-foreign-namespace"), "pending");
  assert.equal(verdict("migration", [], { name: "x" }), "pending");
});

test("a Migration that ended Successful although a claim did not move is no success", () => {
  const [migration = assert.fail("it is there")] = seen("migration-resources-only");
  const status = asFields(migration["status"]);
  const resources = [{ kind: "PersistentVolumeClaim", name: "data", status: "Failed", reason: "x" }];
  assert.equal(verdict("migration", [{ ...migration, status: { ...status, resources } }], { name: "x" }), "failed");
});

test("stuck migrations still run, ended ones do not", () => {
  const names = (name: string): number =>
    runningMigrations(
      seen(name),
      seen(name).map((each) => each.metadata.namespace ?? ""),
    ).length;
  assert.equal(names("migration-resources-only"), 0);
  const stuck = seen("migration-stuck-missing-pair");
  const namespaces = stuck.flatMap((each) => asFields(each["spec"])["namespaces"] as string[]);
  assert.equal(runningMigrations(stuck, namespaces).length, stuck.length);
  assert.equal(verdict("idle", stuck, { namespaces }), "pending");
  assert.equal(verdict("idle", stuck, { namespaces: ["other"] }), "met");
});

test("a domain update is acknowledged when Stork says Successful", () => {
  for (const update of seen("clusterdomainupdates-deactivate")) {
    const status = asFields(update["status"])["status"];
    const expected = status === "Successful" ? "met" : status === "Failed" ? "failed" : "pending";
    assert.equal(verdict("domain-update", [update], { name: "x" }), expected);
  }
  assert.equal(verdict("domain-update", [], { name: "x" }), "pending");
});

test("arguments that are not ours are never met", () => {
  for (const check of ["", "toString", "unknown", undefined])
    assert.notEqual(portworx.evaluate({ check }, []).state, "met");
  for (const check of ["domain", "domain-update", "migration", "static-copy", "first-run"])
    assert.notEqual(verdict(check, []), "met", check);
});

// What is concluded and done.

interface State {
  readonly source?: DomainInfo;
  readonly target?: DomainInfo;
  readonly sourceAway?: boolean;
  readonly targetAway?: boolean;
  readonly suspended?: boolean;
  readonly activated?: boolean;
  readonly noSchedule?: boolean;
  readonly local?: string;
}

function objects(state: State) {
  const domains = { primary: state.source ?? IN_SYNC, "dr-site": state.target ?? IN_SYNC };
  const has = state.noSchedule !== true;
  const base = (local: string) => [domainsStatus(local, domains), everyMinute(), clusterPair("shop")];
  const own = schedule("drover-shop", { namespaces: ["shop"], suspended: state.suspended ?? false });
  const copy = schedule("drover-shop", { namespaces: ["shop"], copy: true, activated: state.activated ?? false });
  return {
    sourceObjects: state.sourceAway === true ? null : [...base("primary"), ...(has ? [own] : [])],
    targetObjects: state.targetAway === true ? null : [...base(state.local ?? "dr-site"), ...(has ? [copy] : [])],
  };
}

const AT = "2026-11-23T02:40:00Z";
const EARLIER = "2026-11-23T02:30:00Z";

function assess(state: State, changes: Partial<AssessInput> = {}) {
  const claims = [{ namespace: "shop", name: "data", volume: "pv" }];
  return portworx.assess({ direction: DIRECTION, ...objects(state), claims, recorded: {}, observedAt: AT, ...changes });
}

const HEALTH: readonly (readonly [string, State, string])[] = [
  ["both sides in sync", {}, "healthy 2026-11-23T02:40:00Z"],
  ["the target resynchronises", { target: RESYNCING }, "resyncing null failover"],
  ["the target is fenced", { target: FENCED }, "degraded 2026-11-23T02:30:00Z failover"],
  [
    "the target's state is unknown",
    { target: { state: "Active", sync: "SyncStatusUnknown" } },
    "unknown 2026-11-23T02:30:00Z failover",
  ],
  ["the source is fenced", { source: FENCED }, "degraded 2026-11-23T02:40:00Z fenced relocate"],
  ["the source resynchronises", { source: RESYNCING }, "degraded 2026-11-23T02:40:00Z relocate"],
  ["the source is away, and in sync as far as the target knows", { sourceAway: true }, "healthy 2026-11-23T02:40:00Z"],
  ["the target is away", { targetAway: true }, "unknown 2026-11-23T02:30:00Z failover"],
  ["nothing was set up", { noSchedule: true }, "absent 2026-11-23T02:40:00Z"],
  ["the schedule is suspended", { suspended: true }, "absent 2026-11-23T02:40:00Z"],
  ["the copy is flagged as activated", { activated: true }, "absent 2026-11-23T02:40:00Z"],
  ["Stork there says it is another domain", { local: "primary" }, "degraded 2026-11-23T02:40:00Z failover"],
];

for (const [name, state, expected] of HEALTH) {
  test(`assessed: ${name}`, () => {
    const health = assess(state, { recorded: { "shop/data": EARLIER } });
    const blocks = [...new Set(health.problems.map((problem) => problem.blocks))];
    const words = [health.state, String(health.recoveryPoint), ...(health.sourceFenced ? ["fenced"] : []), ...blocks];
    assert.equal(words.join(" "), expected);
  });
}

test("the recovery point is that of the oldest volume, and none when one volume has none", () => {
  const claims = ["a", "b"].map((name) => ({ namespace: "shop", name, volume: name }));
  const recorded = { "shop/a": EARLIER, "shop/b": "2026-11-23T01:00:00Z" };
  assert.equal(assess({ target: FENCED }, { claims, recorded }).recoveryPoint, "2026-11-23T01:00:00Z");
  assert.equal(assess({ target: FENCED }, { claims, recorded: { "shop/a": EARLIER } }).recoveryPoint, null);
});

function steps(intent: StorageIntent, state: State = {}, direction = DIRECTION) {
  const context: StepContext = { direction, ...objects(state), digest: sha256, now: Date.parse(EARLIER) };
  return portworx.steps(intent, context);
}

const FENCE = { type: "fence", transition: "t-1" } as const;
const UNFENCE = { type: "unfence", transition: "t-1" } as const;

test("a fence is asked for once, acknowledged, and seen", () => {
  assert.deepEqual(
    steps(FENCE).map((draft) => draft.action),
    ["fence", "wait", "wait"],
  );
  const [first] = steps(FENCE);
  assert.deepEqual(first?.operation.type === "create-once" && first.operation.object["spec"], {
    clusterdomain: "primary",
    active: false,
  });
  assert.equal(first?.cluster, "west", "on the surviving side");
  assert.deepEqual(steps(FENCE, { source: FENCED }), []);
});

test("a site's steps carry the domain, so that two sites never become one step", () => {
  const other: Direction = { ...DIRECTION, source: { cluster: "north", domain: "north", adminNamespace: null } };
  const slugs = (direction: Direction) =>
    [...steps(FENCE, {}, direction), ...steps(UNFENCE, { source: FENCED }, direction)].map((draft) => draft.slug);
  assert.deepEqual(
    slugs(DIRECTION).filter((slug) => slugs(other).includes(slug)),
    [],
  );
});

test("storage is given back and waited for until it is in sync", () => {
  assert.deepEqual(
    steps(UNFENCE, { source: FENCED }).map((draft) => [draft.action, draft.risk]),
    [
      ["unfence", "destructive"],
      ["wait", "routine"],
      ["wait", "routine"],
    ],
  );
  assert.deepEqual(
    steps(UNFENCE, { source: RESYNCING }).map((draft) => draft.action),
    ["wait"],
  );
  assert.deepEqual(steps(UNFENCE), []);
});

test("the target is read again before it is promoted, and its copy refuses transfers from then on", () => {
  assert.deepEqual(
    steps({ type: "verifyTarget", mayBeBehind: false }).map((draft) => draft.action),
    ["verify"],
  );
  assert.deepEqual(
    steps({ type: "promote", transition: "t-1" }).map((draft) => draft.operation),
    [
      {
        type: "patch",
        ref: {
          apiVersion: "stork.libopenstorage.org/v1alpha1",
          kind: "MigrationSchedule",
          namespace: "shop",
          name: "drover-shop",
        },
        patch: { status: { applicationActivated: true } },
      },
    ],
  );
  assert.deepEqual(steps({ type: "promote", transition: "t-1" }, { activated: true }), []);
});

test("no transfer starts or runs during a move", () => {
  assert.deepEqual(
    steps({ type: "suspend" }).map((draft) => draft.action),
    ["suspend", "wait"],
  );
  assert.deepEqual(
    steps({ type: "suspend" }, { suspended: true }).map((draft) => draft.action),
    ["wait"],
  );
});

test("replication onto what was active is destructive, the first one is not", () => {
  const risks = (overwritesFormerActive: boolean) =>
    steps({ type: "protect", overwritesFormerActive }, { noSchedule: true })
      .filter((draft) => draft.object?.kind === "MigrationSchedule" && draft.operation.type === "apply")
      .map((draft) => draft.risk);
  assert.deepEqual([risks(false), risks(true)], [["routine"], ["destructive"]]);
});

test("a schedule writes suspend and startApplications explicitly, and names no Secret", () => {
  const applied = steps({ type: "protect", overwritesFormerActive: false }, { noSchedule: true }).flatMap((draft) =>
    draft.operation.type === "apply" ? [draft.operation.object] : [],
  );
  const spec = asFields(applied.find((object) => object.kind === "MigrationSchedule")?.["spec"]);
  assert.equal(spec["suspend"], false);
  const template = asFields(asFields(spec["template"])["spec"]);
  assert.deepEqual(
    [template["startApplications"], template["includeResources"], template["includeVolumes"]],
    [false, false, false],
  );
});

test("names: the two directions differ, one-shot names are the act, all fit", () => {
  const reverse: Direction = { ...DIRECTION, forward: false };
  assert.notEqual(scheduleName(DIRECTION), scheduleName(reverse));
  assert.equal(scheduleNamespace(DIRECTION), "shop");
  assert.equal(scheduleNamespace({ ...DIRECTION, namespaces: ["a", "b"] }), "kube-system");
  const name = (act: "fence" | "unfence" | "final", subject: string, transition: string) =>
    oneShotName(act, subject, { transition, digest: sha256 });
  assert.equal(name("fence", "primary", "t-1"), name("fence", "primary", "t-1"));
  const all = [
    name("fence", "primary", "t-1"),
    name("unfence", "primary", "t-1"),
    name("fence", "dr-site", "t-1"),
    name("fence", "primary", "t-2"),
    name("final", "primary", "t-1"),
  ];
  assert.equal(new Set(all).size, all.length);
  for (const each of [...all, scheduleName({ ...reverse, application: "a".repeat(40) })])
    assert.ok(each.length <= 63, each);
});

test("schedule policies speak Stork's clock", () => {
  const body = (daily: string) => asFields(schedulePolicy({ type: "daily", time: daily })["policy"])["daily"];
  assert.deepEqual(["00:05", "09:30", "12:00", "23:59"].map(body), [
    { time: "12:05AM" },
    { time: "9:30AM" },
    { time: "12:00PM" },
    { time: "11:59PM" },
  ]);
  assert.equal(policyName({ type: "weekly", day: "Mon", time: "09:30" }), "drover-weekly-mon-0930");
});
