import assert from "node:assert/strict";
import { test } from "node:test";
import { type SiteFenceInput, siteFenceBlockers } from "../../../src/core/failover/site-fence.ts";

const COVERED: SiteFenceInput = {
  site: "east",
  activeThere: ["ledger", "shop"],
  moved: new Map([
    ["ledger", ["ledger"]],
    ["shop", ["shop", "shop-db"]],
  ]),
  volumeNamespaces: ["ledger", "shop", "shop-db"],
  named: [],
  protectedNamespaces: [],
};

const CASES: readonly (readonly [string, Partial<SiteFenceInput>, readonly string[]])[] = [
  ["everything active there moves", {}, []],
  ["nothing is active and nothing has volumes there", { activeThere: [], volumeNamespaces: [] }, []],
  ["one application stays", { moved: new Map([["shop", ["shop", "shop-db", "ledger"]]]) }, ["site-fence-incomplete"]],
  [
    "none of the two moves",
    { moved: new Map() },
    ["site-fence-incomplete", "site-fence-incomplete", "unprotected-namespaces"],
  ],
  [
    "a namespace that nobody protects",
    { volumeNamespaces: ["ledger", "monitoring", "shop"] },
    ["unprotected-namespaces"],
  ],
  [
    "a namespace that nobody protects, named",
    { volumeNamespaces: ["ledger", "monitoring", "shop"], named: ["monitoring"] },
    [],
  ],
  [
    "naming another one does not help",
    { volumeNamespaces: ["monitoring"], named: ["logging"] },
    ["unprotected-namespaces"],
  ],
  [
    "naming an application's namespace does not move the application",
    { moved: new Map([["ledger", ["ledger"]]]), named: ["shop", "shop-db"] },
    ["site-fence-incomplete"],
  ],
  ["what has volumes there was never recorded", { volumeNamespaces: null }, ["site-unknown"]],
  [
    "never recorded, and one stays",
    { volumeNamespaces: null, moved: new Map() },
    ["site-fence-incomplete", "site-fence-incomplete", "site-unknown"],
  ],
];

for (const [name, changes, expected] of CASES) {
  test(`fencing a site: ${name}`, () => {
    assert.deepEqual(
      siteFenceBlockers({ ...COVERED, ...changes }).map((blocker) => blocker.code),
      expected,
    );
  });
}

test("a namespace of a refused application is covered by the change as well", () => {
  const blockers = siteFenceBlockers({ ...COVERED, volumeNamespaces: ["shop-db"] });
  assert.deepEqual(blockers, []);
});
