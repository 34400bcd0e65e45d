import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseScope, isWorthwhile } from "../../../src/core/capture/list-scope.ts";

const SERVICE = { apiVersion: "v1", kind: "Service" };
const SECRET = { apiVersion: "v1", kind: "Secret" };

const SCOPES: readonly (readonly [typeof SERVICE, number, number | null, string])[] = [
  [SERVICE, 1, 10, "namespaces"],
  [SERVICE, 4, 4, "namespaces"],
  [SERVICE, 5, 10, "most"],
  [SERVICE, 5, 11, "namespaces"],
  [SERVICE, 9, null, "namespaces"],
  [SERVICE, 10, 1000, "maybe"],
  [SERVICE, 100, null, "maybe"],
  [SECRET, 100, 1000, "namespaces"],
  [SECRET, 100, null, "namespaces"],
  [SECRET, 100, 104, "most"],
];

for (const [kind, asked, existing, expected] of SCOPES) {
  test(`${kind.kind} of ${asked} of ${existing ?? "who knows how many"} namespaces: ${expected}`, () => {
    assert.equal(chooseScope(kind, { asked, existing }), expected);
  });
}

test("a list of the whole cluster is given up when others fill it", () => {
  const scope = { asked: 10, existing: null };
  assert.deepEqual(
    [isWorthwhile(500, "maybe", scope), isWorthwhile(501, "maybe", scope), isWorthwhile(null, "maybe", scope)],
    [true, false, false],
  );
  assert.deepEqual(
    [isWorthwhile(5000, "most", scope), isWorthwhile(5001, "most", scope), isWorthwhile(null, "most", scope)],
    [true, false, true],
  );
});
