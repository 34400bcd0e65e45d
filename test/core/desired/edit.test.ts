import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { setPlacement } from "../../../src/core/desired/edit.ts";
import type { PlacementChange } from "../../../src/core/desired/edit.ts";
import { transitionFields } from "../../../src/core/desired/editing/transition-fields.ts";
import type { Transition } from "../../../src/core/desired/transition.ts";

const NIGHT = Date.UTC(2026, 10, 23, 6);

const failover: Transition = {
  type: "Failover",
  id: "20261123-0240-east-power",
  from: "east",
  notAfter: NIGHT,
  discardDivergedData: false,
  acceptMixedPoints: false,
  unprotectedNamespaces: [],
  reason: "east lost power",
  acceptRecoveryPoint: null,
  fence: null,
};
const change: PlacementChange = { activeCluster: "west", transition: failover };

const HEAD = "apiVersion: drover.dev/v1alpha1\nkind: ProtectedApplication\nmetadata: {name: shop}\nspec:\n";

function edited(text: string, to: PlacementChange = change): string {
  const result = setPlacement(text, "shop", to);
  assert.ok(result.ok, result.ok ? "" : result.reason);
  return result.text;
}

describe("setPlacement", () => {
  test("adds a block transition behind activeCluster and leaves everything else byte for byte", () => {
    const text = `# top\n${HEAD}  policies: [ metro ]   # odd spacing\n  placement:   # where\n    activeCluster: east # now\n    # home\n    preferredCluster: "east"\n  namespaces:\n  - shop\n`;
    assert.equal(
      edited(text),
      `# top\n${HEAD}  policies: [ metro ]   # odd spacing\n  placement:   # where\n    activeCluster: west # now\n    transition:\n      id: 20261123-0240-east-power\n      type: Failover\n      from: east\n      notAfter: 2026-11-23T06:00:00Z\n      reason: "east lost power"\n    # home\n    preferredCluster: "east"\n  namespaces:\n  - shop\n`,
    );
  });

  test("updates an older transition field by field and keeps its comments", () => {
    const text = `${HEAD}  placement:\n    preferredCluster: east\n    activeCluster: east\n    transition: # last time\n      # the move home\n      id: old-move # a\n      type: Relocate\n      from: west # b\n      acceptMixedPoints: true # c\n      reason: |\n        long\n        story\n      notAfter: 2026-01-01T00:00:00Z\n    # end\n`;
    assert.equal(
      edited(text),
      `${HEAD}  placement:\n    preferredCluster: east\n    activeCluster: west\n    transition: # last time\n      # the move home\n      id: 20261123-0240-east-power # a\n      type: Failover\n      from: east # b\n      # c\n      reason: "east lost power"\n      notAfter: 2026-11-23T06:00:00Z\n    # end\n`,
    );
  });

  test("edits a flow mapping in a flow mapping's style", () => {
    const text = `${HEAD}  placement: {preferredCluster: east, activeCluster: east}\n`;
    const once = edited(text);
    assert.equal(
      once,
      `${HEAD}  placement: {preferredCluster: east, activeCluster: west, transition: {id: 20261123-0240-east-power, type: Failover, from: east, notAfter: 2026-11-23T06:00:00Z, reason: "east lost power"}}\n`,
    );
    assert.equal(edited(once, { activeCluster: "east", transition: null }), text);
  });

  test("takes the transition out again", () => {
    const text = `${HEAD}  placement:\n    preferredCluster: east\n    activeCluster: east\n  namespaces: [shop]\n`;
    assert.equal(edited(edited(text), { activeCluster: "east", transition: null }), text);
  });

  test("keeps CRLF line ends and a missing last line end", () => {
    const text = `${HEAD}  placement:\n    preferredCluster: east\n    activeCluster: east`.replaceAll("\n", "\r\n");
    const result = edited(text);
    assert.ok(result.startsWith(text.slice(0, -4)));
    assert.ok(!/[^\r]\n/.test(result));
    assert.ok(!result.endsWith("\n"));
  });

  test("changes only the application that is named", () => {
    const other = HEAD.replace("shop", "bank");
    const text = `${other}  placement: {preferredCluster: east, activeCluster: east}\n---\n${HEAD}  placement: {preferredCluster: east, activeCluster: east}\n`;
    assert.ok(edited(text).startsWith(`${other}  placement: {preferredCluster: east, activeCluster: east}\n---\n`));
  });

  const refusals: readonly (readonly [string, string, RegExp])[] = [
    [
      "an absent application",
      `${HEAD.replace("shop", "bank")}  placement: {activeCluster: east}\n`,
      /does not declare/,
    ],
    ["broken YAML", `${HEAD}  placement: {activeCluster: east\n`, /not valid YAML/],
    ["an application declared twice", `${HEAD}  a: b\n---\n${HEAD}  a: b\n`, /more than once/],
    ["a placement behind an alias", `${HEAD}  other: &p {activeCluster: east}\n  placement: *p\n`, /in place/],
    [
      "an anchor that another field uses",
      `${HEAD}  placement: {activeCluster: &c east, preferredCluster: *c}\n`,
      /safely/,
    ],
  ];
  for (const [what, text, reason] of refusals) {
    test(`refuses ${what}`, () => {
      const result = setPlacement(text, "shop", change);
      assert.ok(!result.ok);
      assert.match(result.reason, reason);
    });
  }
});

describe("setPlacement, for any document", () => {
  const name = fc.constantFrom("east", "west", "123", "1e3", "true", "on", "0x1f");
  const time = fc.integer({ min: 0, max: 4e12 });
  const prose = fc.oneof(
    fc.string({ minLength: 3, maxLength: 40, unit: "grapheme" }),
    fc.constantFrom("# no comment", "a: b", "- x", 'it\'s "so"', "two\nlines", "\u0085\u2028x", "{a, [b"),
  );
  const move = fc.record({
    id: fc.stringMatching(/^[a-z0-9-]{4,12}$/),
    from: name,
    notAfter: time,
    discardDivergedData: fc.boolean(),
    acceptMixedPoints: fc.boolean(),
    unprotectedNamespaces: fc.array(name, { maxLength: 3 }),
  });
  const transition: fc.Arbitrary<Transition | null> = fc.oneof(
    fc.constant(null),
    fc
      .tuple(
        move,
        prose,
        fc.option(time),
        fc.option(fc.record({ attestation: prose, by: name }, { noNullPrototype: true })),
      )
      .map(([fields, reason, acceptRecoveryPoint, fence]): Transition => ({
        type: "Failover",
        ...fields,
        reason,
        acceptRecoveryPoint,
        fence,
      })),
    fc.tuple(move, fc.option(prose)).map(([fields, reason]): Transition => ({ type: "Relocate", ...fields, reason })),
    fc.tuple(move, prose).map(([{ id }, reason]): Transition => ({ type: "Cancel", id, reason })),
  );
  const wanted = fc.record({ activeCluster: name, transition });
  const comment = fc.constantFrom("", " # c: {d", " # 'x'");
  const line = fc.constantFrom("", "    # between\n", "\n");
  const document = fc
    .tuple(comment, comment, line, line, fc.boolean(), fc.constantFrom("", "...\n", "---\na: 1 # last\n"))
    .map(([first, second, before, between, ordered, tail]) => {
      const lines = [`    preferredCluster: east${first}\n`, `    activeCluster: 'east'${second}\n`];
      const body = (ordered ? lines : lines.toReversed()).join(between);
      return `${HEAD}  namespaces: [shop]\n  placement:${first}\n${before}${body}  startup: []${second}\n${tail}`;
    });

  test("says exactly what is intended, keeps every comment and all other lines", () => {
    fc.assert(
      fc.property(document, wanted, wanted, (text, first, second) => {
        const once = edited(text, first);
        const twice = edited(once, second);
        const placement: unknown = parseAllDocuments(twice)[0]?.toJS().spec.placement;
        const expected =
          second.transition === null ? {} : { transition: Object.fromEntries(transitionFields(second.transition)) };
        assert.deepEqual(placement, { preferredCluster: "east", activeCluster: second.activeCluster, ...expected });
        for (const kept of text.split("\n").filter((entry) => !entry.includes("activeCluster"))) {
          assert.ok(twice.split("\n").includes(kept), `lost: ${kept}`);
        }
        assert.equal(edited(twice, second), twice, "the same change again changes nothing");
      }),
      { numRuns: 150 },
    );
  });

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), fc.boolean(), (junk, inside) => {
        setPlacement(inside ? `${HEAD}  placement: ${junk}\n` : junk, "shop", change);
      }),
      { numRuns: 200 },
    );
  });
});
