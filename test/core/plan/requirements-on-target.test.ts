import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiResource } from "../../../src/core/model/api-resource.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import type { ClusterSurroundings } from "../../../src/core/observed/cluster-surroundings.ts";
import type { UnreadKind } from "../../../src/core/observed/unread-kind.ts";
import { contextFor } from "../../../src/core/plan/application-context.ts";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import { hypotheticalBlockers } from "../../../src/core/plan/preconditions.ts";
import { deployment, secret } from "../../builders/live-objects.ts";
import { type AppSpec, type OnSite, world } from "../../builders/plan-world.ts";

const VERBS = ["list"];
const CLASS = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  namespaced: false,
  verbs: VERBS,
};
const HIGH: KubeObject = { apiVersion: CLASS.apiVersion, kind: CLASS.kind, metadata: { name: "high" }, value: 1 };
const GAP: UnreadKind = { group: "", kind: "Secret", namespace: "shop", reason: "not allowed" };
const NO_CLASSES: UnreadKind = {
  group: "scheduling.k8s.io",
  kind: "PriorityClass",
  namespace: null,
  reason: "not allowed",
};

/** The application's pods name a class and a Secret. */
function application(west: OnSite): AppSpec {
  const web = deployment("shop", "web", { replicas: 1 });
  const spec = structuredClone(web["spec"]) as { template: { spec: Record<string, unknown> } };
  spec.template.spec["priorityClassName"] = "high";
  spec.template.spec["imagePullSecrets"] = [{ name: "mirror" }];
  const own: KubeObject = { ...web, spec };
  const without = (object: KubeObject): boolean => object.kind === "Deployment" && object !== own;
  return { east: { without, more: [own, secret("shop", "mirror", "hunter2-hunter2")] }, west };
}

function around(more: Partial<ClusterSurroundings>): ClusterSurroundings {
  return { resources: [CLASS], companions: [], unread: [], ...more };
}

const MIRROR = { more: [secret("shop", "mirror", "x")] };

const CASES: readonly (readonly [string, OnSite, readonly RegExp[]])[] = [
  ["everything is there", { ...MIRROR, around: around({ companions: [HIGH] }) }, []],
  ["nothing around was asked for", MIRROR, []],
  ["the class is missing", { ...MIRROR, around: around({}) }, [/PriorityClass high is not on west/]],
  [
    "classes are not even served",
    { ...MIRROR, around: around({ resources: [] }) },
    [/PriorityClass high is not on west/],
  ],
  ["classes may not be listed", { ...MIRROR, around: around({ unread: [NO_CLASSES] }) }, []],
  ["the Secret is missing", { around: around({ companions: [HIGH] }) }, [/Secret shop\/mirror is not on west/]],
  ["Secrets may not be listed", { gaps: [GAP] }, [/whether Secret shop\/mirror.*can't be told: not allowed/]],
];

for (const [what, west, expected] of CASES) {
  test(`${what}: ${expected.length === 0 ? "nothing in the way" : "said before the move"}`, () => {
    const input = world({ apps: [application(west)] });
    const document = input.desired.state.applications.get("shop") ?? assert.fail();
    const context = contextFor(input, document, { source: "east", target: "west" }) ?? assert.fail();
    const blockers = hypotheticalBlockers(context, "Failover").filter(({ code }) =>
      ["secret-missing", "requirement-missing"].includes(code),
    );
    assert.equal(blockers.length, expected.length, JSON.stringify(blockers));
    for (const [index, pattern] of expected.entries()) assert.match(blockers[index]?.message ?? "", pattern);
  });
}

const WIDGETS = {
  apiVersion: "widgets.example.com/v1beta1",
  kind: "Widget",
  plural: "widgets",
  namespaced: true,
  verbs: VERBS,
};

/** The application has a custom resource, written in version v1beta1; the standby serves its kind as `there` says. */
function withWidget(there: readonly ApiResource[], unread: readonly UnreadKind[] = []): AppSpec {
  const widget: KubeObject = {
    apiVersion: WIDGETS.apiVersion,
    kind: WIDGETS.kind,
    metadata: { name: "w", namespace: "shop" },
    spec: { size: 1 },
  };
  return {
    folder: "none",
    east: { more: [widget], around: around({ resources: [CLASS, WIDGETS] }) },
    west: { around: around({ resources: there, unread }) },
  };
}

const V1 = "widgets.example.com/v1";
const DEFINITIONS: readonly (readonly [string, AppSpec, readonly RegExp[]])[] = [
  ["the same version alone", withWidget([WIDGETS]), []],
  [
    "another version is preferred, and this one is served too",
    withWidget([{ ...WIDGETS, apiVersion: V1, versions: [V1, WIDGETS.apiVersion] }]),
    [],
  ],
  [
    "another version is preferred, and nobody says what else is served",
    withWidget([{ ...WIDGETS, apiVersion: V1 }]),
    [],
  ],
  [
    "the group does not answer",
    withWidget([], [{ group: "widgets.example.com", kind: null, namespace: null, reason: "down" }]),
    [],
  ],
  [
    "the definition is missing",
    withWidget([]),
    [/CustomResourceDefinition widgets\.widgets\.example\.com is not on west/],
  ],
  [
    "only another version is served",
    withWidget([{ ...WIDGETS, apiVersion: V1, versions: [V1] }]),
    [/widgets\.widgets\.example\.com on west does not serve version v1beta1, .* only v1$/],
  ],
];

for (const [what, app, expected] of DEFINITIONS) {
  test(`a custom resource on the standby, in plan already: ${what}`, () => {
    const plan = buildPlan(world({ apps: [app] }));
    const found = plan.findings.filter(({ code }) => code === "requirement-missing");
    assert.deepEqual(
      found.map(({ severity }) => severity),
      expected.map(() => "warning"),
    );
    for (const [index, pattern] of expected.entries()) assert.match(found[index]?.message ?? "", pattern);
    assert.ok(found.every(({ remedy }) => /on west/.test(remedy)));
    assert.notEqual(plan.applications[0]?.verdict, "refused");
  });
}

test("before a move it is in the way", () => {
  const before = buildPlan(world({ apps: [withWidget([{ ...WIDGETS, apiVersion: V1, versions: [V1] }])] }));
  const render = before.steps.find(({ action }) => action === "render")?.operation;
  const files = render?.type === "commit-folder" ? render.files : assert.fail("nothing is rendered");
  const input = world({ apps: [withWidget([{ ...WIDGETS, apiVersion: V1, versions: [V1] }])] });
  const west = input.branches.get("west") ?? assert.fail();
  const branches = new Map([...input.branches, ["west", { ...west, folders: new Map([["shop", files]]) }] as const]);
  const document = input.desired.state.applications.get("shop") ?? assert.fail();
  const context = contextFor({ ...input, branches }, document, { source: "east", target: "west" }) ?? assert.fail();
  assert.deepEqual(
    hypotheticalBlockers(context, "Failover").map(({ code }) => code),
    ["requirement-missing"],
  );
});

test("what the source did not show is a warning, and protection goes on", () => {
  const [app] = [application(MIRROR)];
  const plan = buildPlan(world({ apps: [{ ...app, east: { ...app?.east, gaps: [{ ...GAP, kind: "Thing" }] } }] }));
  const found = plan.findings.filter(({ code }) => code === "capture-incomplete");
  assert.deepEqual(
    found.map(({ severity }) => severity),
    ["warning"],
  );
  assert.match(found[0]?.message ?? "", /east did not list Thing in shop \(not allowed\)/);
  assert.notEqual(plan.applications[0]?.verdict, "refused");
});
