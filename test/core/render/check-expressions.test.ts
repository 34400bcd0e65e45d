import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProtectedApplication } from "../../../src/core/desired/protected-application.ts";
import { compileExpression } from "../../../src/core/cel/expression.ts";
import { checkExpressions } from "../../../src/core/render/check-expressions.ts";
import { desiredWith } from "../../builders/documents.ts";

function applications(cel: string): readonly ProtectedApplication[] {
  const rules = [{ name: "mine", match: { kind: "Deployment" }, cel, path: "/spec/replicas" }];
  return [...desiredWith({ shop: { "spec.render.rules": rules } }).state.applications.values()];
}

test("an expression that can't be compiled is found where it stands", () => {
  const [finding, ...more] = checkExpressions(applications("object.spec."), compileExpression);
  assert.deepEqual(more, []);
  assert.deepEqual([finding?.code, finding?.severity], ["invalid-field", "error"]);
  assert.match(finding?.message ?? "", /rules\[0\]\.cel of mine is no expression: Expected IDENTIFIER/);
  assert.match(finding?.file ?? "", /shop/);
  assert.ok((finding?.line ?? 0) > 1);
});

test("one that can be compiled is fine, whatever objects it will meet", () => {
  assert.deepEqual(checkExpressions(applications("object.spec.nothing + 1"), compileExpression), []);
});

test("nothing is said without an evaluator, which is only loaded where there are expressions", () => {
  assert.deepEqual(checkExpressions(applications("object.spec."), null), []);
});
