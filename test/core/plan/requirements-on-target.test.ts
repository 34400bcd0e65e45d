import assert from "node:assert/strict";
import { test } from "node:test";
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
