import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RuleOperation } from "../../../src/core/desired/protected-application.ts";
import { at } from "../../../src/core/model/fields.ts";
import { type KubeObject, refKey, refOf } from "../../../src/core/model/kube-object.ts";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { captureOfKind, kindCases } from "./kind-cases.ts";

/** Kinds that a standby stops in different ways. */
const LIVE = kindCases()
  .filter(({ name }) => ["deployment", "daemonset", "cronjob", "scaledjob", "virtualmachine", "kafka"].includes(name))
  .flatMap(({ live }) => live);

const POINTERS = [
  "/spec",
  "/spec/replicas",
  "/spec/suspend",
  "/spec/runStrategy",
  "/spec/running",
  "/spec/template/spec/nodeSelector",
  "/spec/template",
  "/metadata/annotations",
  "/metadata/annotations/autoscaling.keda.sh~1paused",
  "/metadata/annotations/strimzi.io~1pause-reconciliation",
  "/metadata/annotations/drover.dev~1form",
  "/metadata/annotations/drover.dev~1original-replicas",
  "/status",
];
const path = fc.constantFrom(...POINTERS);
const value = fc.oneof(
  fc.constantFrom(0, 5, -1, 1.5, true, false, "Always", "active", "true"),
  fc.constant({}),
  fc.constant([]),
  fc.dictionary(fc.constantFrom("replicas", "suspend", "runStrategy", "a"), fc.constantFrom(3, false, "Always"), {
    noNullPrototype: true,
  }),
);
const operation: fc.Arbitrary<RuleOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom("add", "replace"), path, value }),
  fc.record({ op: fc.constant("remove"), path }),
  fc.record({ op: fc.constantFrom("move", "copy"), from: path, path }),
);

const STOPPED: Readonly<Record<string, (object: KubeObject) => boolean>> = {
  Deployment: (object) => at(object, "spec", "replicas") === 0,
  CronJob: (object) => at(object, "spec", "suspend") === true,
  VirtualMachine: (object) => at(object, "spec", "runStrategy") === "Halted",
  DaemonSet: (object) => at(object, "spec", "template", "spec", "nodeSelector", "drover.dev/standby") === "true",
  ScaledJob: (object) => object.metadata.annotations?.["autoscaling.keda.sh/paused"] === "true",
  Kafka: (object) => object.metadata.annotations?.["strimzi.io/pause-reconciliation"] === "true",
};

test("whatever a rule does, a standby runs nothing, or the render is refused", () => {
  const kind = fc.constantFrom(...Object.keys(STOPPED));
  fc.assert(
    fc.property(kind, fc.array(operation, { minLength: 1, maxLength: 4 }), (each, operations) => {
      const match = { group: null, kind: each, namespace: null, name: null, matchLabels: null };
      const rule = { name: "any", clusters: [], match, change: { type: "patch", operations } } as const;
      const input = captureOfKind({ live: LIVE, target: {} });
      const { files, refusals } = renderApplication({ ...input, render: { ...input.render, rules: [rule] } });
      if (refusals.length > 0) {
        assert.equal(files.size, 0);
        return;
      }
      const built = new Map(buildFolder(files).map((object) => [refKey(refOf(object)), object]));
      for (const live of LIVE) {
        const object = built.get(refKey(refOf(live)));
        // An object that can't be stopped any more is not on a standby at all.
        if (object !== undefined) assert.ok(STOPPED[object.kind]?.(object), JSON.stringify(object));
      }
    }),
    { numRuns: 150 },
  );
});
