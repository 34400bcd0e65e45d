import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import type { PlanInput } from "../../../src/core/plan/plan-input.ts";
import { RELOCATE, world } from "../../builders/plan-world.ts";

const QUEUE: KubeObject = {
  apiVersion: "messaging.example.com/v1",
  kind: "Queue",
  metadata: { name: "orders", namespace: "shop" },
};

/** A relocation to west, whose folder has a custom resource in its active component alone; east has these objects too. */
function relocation(onEast: readonly KubeObject[]): PlanInput {
  const input = world({ apps: [{ active: "west", transition: RELOCATE }] });
  const west = input.branches.get("west") ?? assert.fail("no branch");
  const files = new Map(west.folders.get("shop"));
  const component = "components/active/kustomization.yaml";
  files.set("components/active/queue.yaml", JSON.stringify(QUEUE));
  files.set(component, (files.get(component) ?? "").replace("resources:\n", "resources:\n- queue.yaml\n"));
  const east = input.clusters.get("east") ?? assert.fail("no cluster");
  assert.ok(east.reachable);
  const application = east.applications.get("shop") ?? assert.fail("no application");
  const facts = { ...application.facts, objects: [...application.facts.objects, ...onEast] };
  return {
    ...input,
    branches: new Map([...input.branches, ["west", { ...west, folders: new Map([["shop", files]]) }]]),
    clusters: new Map([
      ...input.clusters,
      ["east", { ...east, applications: new Map([["shop", { ...application, facts }]]) }],
    ]),
  };
}

function left(input: PlanInput): readonly string[] {
  const plan = buildPlan(input);
  assert.equal(plan.verdict, "needs-approval", JSON.stringify(plan.applications[0]?.blockers));
  return plan.findings.filter(({ code }) => code === "left-on-source").map(({ message }) => message);
}

test("what can't idle and stays on the source is named before the move", () => {
  const [message, ...more] = left(relocation([QUEUE]));
  assert.deepEqual(more, []);
  assert.match(message ?? "", /shop has objects that can't idle; they stay on east as they are: .*Queue shop\/orders/);
});

test("nothing is said of an object that is not there", () => {
  assert.doesNotMatch(left(relocation([])).join(), /Queue/);
});
