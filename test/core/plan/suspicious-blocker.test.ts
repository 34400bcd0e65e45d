import assert from "node:assert/strict";
import { test } from "node:test";
import { suspiciousBlocker } from "../../../src/core/plan/suspicious-blocker.ts";
import type { SuspiciousItem } from "../../../src/core/render/render-result.ts";

const DIGEST = "5".repeat(64);
const DATABASE = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: "appns", name: "db" };
const TURNED: SuspiciousItem = { what: "count-turned-zero", object: DATABASE, recorded: 3 };

function gone(name: string): SuspiciousItem {
  return { what: "object-removed", object: { apiVersion: "v1", kind: "ConfigMap", namespace: "ledger", name } };
}

test("one removal is named, in the singular", () => {
  assert.deepEqual(suspiciousBlocker({ digest: DIGEST, items: [gone("c2")] }, "ledger"), {
    code: "suspicious-capture",
    message: "1 removal in ledger looks like an accident; the last good render stays: ConfigMap ledger/c2 is gone",
    remedy: `if it is meant, add ${DIGEST} to spec.render.accept in an approved change`,
  });
});

test("removals and counts that turned zero are counted apart", () => {
  const { message, remedy } = suspiciousBlocker({ digest: DIGEST, items: [gone("c1"), gone("c2"), TURNED] }, "appns");
  assert.equal(
    message,
    "2 removals and 1 count turned zero in appns look like an accident; the last good render stays: ConfigMap ledger/c1 is gone; ConfigMap ledger/c2 is gone; StatefulSet appns/db was scaled from 3 to 0, and not by Drover",
  );
  assert.match(remedy, /^if they are meant, /);
});

test("ten are named, the others counted", () => {
  const of = (count: number): string =>
    suspiciousBlocker({ digest: DIGEST, items: Array.from({ length: count }, (_, i) => gone(`c${i}`)) }, "ledger")
      .message;
  assert.match(of(10), /ledger\/c9 is gone$/);
  assert.match(of(12), /^12 removals .*ledger\/c9 is gone; and 2 more$/);
});
