import assert from "node:assert/strict";
import { test } from "node:test";
import type { RenderTarget } from "../../../src/core/desired/protected-application.ts";
import { mapAddress, mapHost, mapHosts } from "../../../src/core/render/kinds/map-values.ts";
import { NO_MAPPINGS } from "../../../src/core/desired/protected-application.ts";

function context(target: Partial<RenderTarget>, notes: string[] = []): Parameters<typeof mapHost>[2] {
  const none = new Set<string>();
  return {
    target: { ...NO_MAPPINGS, ...target },
    selectorLabels: none,
    namespaces: none,
    generatedSecrets: none,
    note: (rule) => void notes.push(rule),
  };
}

const HOSTS = {
  "shop.east.example.com": "shop.example.net",
  ".east.example.com": ".west.example.com",
  ".apps.east.example.com": ".apps.west.example.org",
};

const CASES: readonly (readonly [host: string, mapped: string])[] = [
  ["shop.east.example.com", "shop.example.net"],
  ["cart.east.example.com", "cart.west.example.com"],
  ["*.east.example.com", "*.west.example.com"],
  ["cart.apps.east.example.com", "cart.apps.west.example.org"],
  ["a.b.apps.east.example.com", "a.b.apps.west.example.org"],
  ["east.example.com", "east.example.com"],
  ["noteast.example.com", "noteast.example.com"],
  ["cart.east.example.com.evil.test", "cart.east.example.com.evil.test"],
  ["constructor", "constructor"],
];

for (const [host, mapped] of CASES) {
  test(`${host} is ${mapped} there`, () => {
    const notes: string[] = [];
    const draft: Record<string, unknown> = { host };
    mapHost(draft, "host", context({ hosts: HOSTS }, notes));
    assert.deepEqual([draft["host"], notes.length], [mapped, host === mapped ? 0 : 1]);
  });
}

test("only texts are mapped, wherever they stand in a list", () => {
  const draft: Record<string, unknown> = { hosts: ["x", 1, null, "cart.east.example.com"] };
  mapHosts(draft, "hosts", context({ hosts: HOSTS }));
  assert.deepEqual(draft["hosts"], ["x", 1, null, "cart.west.example.com"]);
});

test("an address is mapped as it is written, or as the range of one", () => {
  const cidrs = { "10.1.0.0/16": "10.2.0.0/16", "10.1.0.7/32": "10.2.0.7/32", "fd00::7/128": "fd01::7/128" };
  const mapped = (value: string): unknown => {
    const draft: Record<string, unknown> = { value };
    mapAddress(draft, "value", context({ cidrs }));
    return draft["value"];
  };
  assert.equal(mapped("10.1.0.0/16"), "10.2.0.0/16");
  assert.equal(mapped("10.1.0.7"), "10.2.0.7");
  assert.equal(mapped("fd00::7"), "fd01::7");
  assert.equal(mapped("10.1.0.8"), "10.1.0.8");
});
