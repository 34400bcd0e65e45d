import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { asListed, corpus } from "../../bench/corpus.ts";
import { captureOf } from "./live-objects.ts";

/** Namespaces of the benches' corpus, as an API server lists them. */
function listed(objects: number): { readonly namespaces: readonly string[]; readonly objects: readonly KubeObject[] } {
  const all = corpus(objects);
  const spaces = all.map(({ name }): KubeObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const inside = all.flatMap((each) => each.objects);
  const made = [...spaces, ...inside].map((object, index) => asListed(object, 1000 + index));
  return { namespaces: all.map(({ name }) => name), objects: made };
}

/** The best of a few runs, in milliseconds: what the machine does besides only ever adds. */
function timed(input: Parameters<typeof renderApplication>[0]): number {
  const runs = Array.from({ length: 4 }, () => {
    const started = performance.now();
    assert.deepEqual(renderApplication(input).refusals, []);
    return performance.now() - started;
  });
  return Math.min(...runs);
}

test("the time grows with the objects, not faster, and hardly with exclusions that match nothing", () => {
  const [few, many] = [listed(300), listed(1500)];
  timed(captureOf(few.objects, few));
  const [small, large] = [timed(captureOf(few.objects, few)), timed(captureOf(many.objects, many))];
  assert.ok(large < small * 5 * 3 + 20, `${small} ms for 300 objects, ${large} ms for 1500`);
  const exclude = Array.from({ length: 200 }, (_, index) => ({
    group: null,
    kind: "ConfigMap",
    namespace: null,
    name: `nobody-${index}`,
    matchLabels: null,
  }));
  const ruled = timed(captureOf(many.objects, { ...many, render: { exclude } }));
  assert.ok(ruled < large * 3 + 20, `${large} ms without, ${ruled} ms with 200 exclusions`);
});
