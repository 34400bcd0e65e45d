import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import { buildDesiredState } from "../../../src/core/desired/desired-state.ts";
import { application, described, desiredWith, repository } from "../../builders/documents.ts";

const nearSpec = {
  policies: ["metro"],
  namespaces: ["near"],
  placement: { preferredCluster: "east", activeCluster: "west" },
};

describe("everything is reported at once", () => {
  test("an error in a document does not hide what it owes others", () => {
    const result = desiredWith({
      shop: { "spec.x": 1, "spec.policies": ["nothing"], "spec.render": { secrets: "plain" } },
      metro: { "spec.clusters": ["east", "nowhere"], "spec.objectives.rto": "0s" },
    });
    assert.deepEqual(result.findings.map(({ code, file }) => `${code} ${file}`).sort(), [
      "invalid-field apps/shop.yaml",
      "invalid-field clusters/metro.yaml",
      "unknown-field apps/shop.yaml",
      "unknown-reference apps/shop.yaml",
      "unknown-reference clusters/metro.yaml",
    ]);
  });

  test("an invalid application's claim on a namespace blocks only itself", () => {
    const files = repository();
    const bank = application("bank", ["shop"]);
    files.set("apps/bank.yaml", stringify({ ...bank, extra: 1 }));
    const result = buildDesiredState(files);
    assert.deepEqual([...result.blocked], ["bank"]);
    assert.deepEqual(result.findings.map(({ code }) => code).sort(), ["namespace-claimed-twice", "unknown-field"]);
  });

  test("what is missing inside a transition takes the transition out of further checks", () => {
    const result = desiredWith({
      shop: { "spec.placement.transition": { id: "move", type: "Failover", notAfter: "x" } },
    });
    assert.deepEqual(result.findings.map(({ message }) => message.split(" ").slice(0, 4).join(" ")).sort(), [
      "A Failover needs spec.placement.transition.from.",
      "A Failover needs spec.placement.transition.reason.",
      'spec.placement.transition.notAfter: "x" is not',
    ]);
  });
});

describe("who is blocked", () => {
  test("only those that an invalid document names or that refer to it", () => {
    const files = repository({ far: { "spec.delivery.type": "x" } });
    files.set("apps/near.yaml", stringify({ ...application("near", ["near"]), spec: { ...nearSpec } }));
    const result = buildDesiredState(files);
    assert.deepEqual([...result.blocked], ["shop"]);
  });

  test("a warning blocks nobody", () => {
    const result = desiredWith({ east: { "spec.identity": undefined } });
    assert.deepEqual(
      result.findings.map(({ severity, code }) => `${severity} ${code}`),
      ["warning cluster-identity"],
    );
    assert.deepEqual([...result.blocked], []);
  });

  test("consistency hooks with sync alone are a warning", () => {
    const hooks = { "spec.consistency": { after: [{ select: { a: "b" }, exec: ["x"] }] } };
    const sync = desiredWith({ shop: { ...hooks, "spec.policies": ["metro"] } });
    assert.deepEqual(
      sync.findings.map(({ severity, code }) => `${severity} ${code}`),
      ["warning consistency-without-effect"],
    );
    assert.deepEqual(described(desiredWith({ shop: hooks })), []);
  });

  test("stork needs portworx", () => {
    const result = desiredWith({
      regional: { "spec.replication": { provider: "velero", mode: "async", schedule: { interval: "1h" } } },
      shop: { "spec.configuration": { owner: "stork" } },
    });
    assert.match(described(result).join(), /regional does not replicate with portworx/);
  });

  const selectors: readonly (readonly [string, unknown, unknown, boolean])[] = [
    ["no selector", undefined, undefined, true],
    ["one selector", { matchLabels: { app: "a" } }, undefined, true],
    ["different keys", { matchLabels: { app: "a" } }, { matchLabels: { tier: "b" } }, true],
    ["the same value", { matchLabels: { app: "a", x: "1" } }, { matchLabels: { app: "a" } }, true],
    ["different values of one key", { matchLabels: { app: "a" } }, { matchLabels: { app: "b" } }, false],
    [
      "one key that differs among several",
      { matchLabels: { app: "a", t: "x" } },
      { matchLabels: { app: "a", t: "y" } },
      false,
    ],
  ];
  for (const [what, first, second, conflict] of selectors) {
    test(`a namespace of two applications, ${what}`, () => {
      const files = repository({ shop: { "spec.selector": first } });
      const bank = application("bank", ["other", "shop"]);
      files.set(
        "apps/bank.yaml",
        stringify({
          ...bank,
          spec: { ...(bank["spec"] as object), ...(second === undefined ? {} : { selector: second }) },
        }),
      );
      const result = buildDesiredState(files);
      assert.deepEqual([...result.blocked].sort(), conflict ? ["bank", "shop"] : []);
      const places = result.findings.filter(({ code }) => code === "namespace-claimed-twice").map(({ file }) => file);
      assert.deepEqual(places, conflict ? ["apps/bank.yaml", "apps/shop.yaml"] : []);
    });
  }

  test("policies that name each other end", () => {
    const result = desiredWith({
      metro: { "spec.clusters": [{ syncPair: "regional" }, "west"] },
      regional: { "spec.clusters": [{ syncPair: "metro" }, "far"] },
    });
    assert.deepEqual([...result.blocked], ["shop"]);
  });
});
