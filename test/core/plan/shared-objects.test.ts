import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { deployment } from "../../builders/live-objects.ts";
import { type AppSpec, world } from "../../builders/plan-world.ts";

const CLASS: KubeObject = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: "high" },
  value: 1,
};

/** An application of a namespace of its own, before its first capture, whose pods may name the class. */
function application(name: string, usesClass: boolean, render: object = {}): AppSpec {
  const web = deployment(name, "api", { replicas: 1 });
  const spec = structuredClone(web["spec"]) as { template: { spec: Record<string, unknown> } };
  if (usesClass) spec.template.spec["priorityClassName"] = "high";
  const around = { resources: [], companions: [CLASS], unread: [] };
  return { name, folder: "none", spec: { render }, east: { more: [{ ...web, spec }], around } };
}

function classFiles({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ operation }) =>
    operation.type === "commit-folder" && [...operation.files.keys()].some((path) => path.endsWith("/high.yaml"))
      ? [operation.application]
      : [],
  );
}

function warnings({ findings }: Plan): readonly string[] {
  return findings.filter(({ code }) => code === "shared-object-differs").map(({ message }) => message);
}

const RULES = [
  {
    name: "describe",
    match: { kind: "PriorityClass" },
    patch: [{ op: "add", path: "/description", value: "of the shop" }],
  },
];

test("two applications that share an object without a namespace both bring it, alike", () => {
  const plan = buildPlan(world({ apps: [application("shop", true), application("cart", true)] }));
  assert.deepEqual([classFiles(plan).toSorted(), warnings(plan)], [["cart", "shop"], []]);
});

test("one that no longer needs it leaves it to the other, and nothing deletes it", () => {
  const plan = buildPlan(world({ apps: [application("shop", false), application("cart", true)] }));
  assert.deepEqual([classFiles(plan), warnings(plan)], [["cart"], []]);
  assert.ok(plan.steps.every(({ risk }) => risk === "routine"));
});

test("where they do not bring it alike, the plan says that they would overwrite each other, and what to do", () => {
  const plan = buildPlan(world({ apps: [application("shop", true, { rules: RULES }), application("cart", true)] }));
  assert.equal(warnings(plan).length, 2);
  assert.match(warnings(plan)[0] ?? "", /cluster\/priorityclass\.scheduling\.k8s\.io\/high\.yaml of cart and shop/);
  const found = plan.findings.find(({ code }) => code === "shared-object-differs");
  assert.match(found?.remedy ?? "", /render\.exclude/);
});
