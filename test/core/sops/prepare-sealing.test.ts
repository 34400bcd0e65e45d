import assert from "node:assert/strict";
import { test } from "node:test";
import type { RenderRule } from "../../../src/core/desired/protected-application.ts";
import { prepareSealing } from "../../../src/core/sops/prepare-sealing.ts";
import { captureOf, namespace, route, secret, serverMeta, shop } from "../render/live-objects.ts";

const ANY = { group: null, kind: "Secret", namespace: null, name: null, matchLabels: null };

function rule(change: RenderRule["change"], name = "mine"): RenderRule {
  return { name, clusters: [], match: ANY, change };
}

function prepared(rules: readonly RenderRule[]) {
  return prepareSealing(captureOf(shop(), { render: { secrets: "sops", rules } }));
}

test("what is sealed is sanitized first, and what a rule of sanitation did is counted", () => {
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}", team: "payments" };
  const live = secret("db", { password: "x" }, { metadata: serverMeta("db", { annotations, labels: { app: "db" } }) });
  const { sealable } = prepareSealing(captureOf([namespace(), live], { render: { secrets: "sops" } }));
  const [one] = sealable;
  assert.deepEqual(one?.object.metadata, {
    name: "db",
    namespace: "shop",
    annotations: { team: "payments" },
    labels: { app: "db" },
  });
  assert.equal(one.path, "secrets/shop/secret/db.sops.yaml");
  assert.ok(one.changes.some(({ rule: name }) => name === "annotation-last-applied"));
});

test("a Route in clear is not sealed, one with an inline key is, under the selector of its key", () => {
  const routes = [route("plain"), route("keyed", { tls: { key: "k", certificate: "c", caCertificate: "ca" } })];
  const { sealable } = prepareSealing(captureOf([namespace(), ...routes], { render: { secrets: "sops" } }));
  assert.deepEqual(
    sealable.map(({ object, selector }) => [object.metadata.name, selector]),
    [["keyed", "^key$"]],
  );
});

test("hosts are mapped in a sealed Route too", () => {
  const live = route("keyed", { host: "shop.east.example.com", tls: { key: "k" } });
  const target = { ...captureOf([]).render.target, hosts: { "shop.east.example.com": "shop.west.example.com" } };
  const { sealable } = prepareSealing(captureOf([namespace(), live], { render: { secrets: "sops", target } }));
  assert.equal(Object(sealable[0]?.object["spec"]).host, "shop.west.example.com");
});

test("rules of the user reach what is sealed; one that does not fit stops the sealing", () => {
  const add = prepared([
    rule({ type: "patch", operations: [{ op: "add", path: "/metadata/labels", value: { a: "b" } }] }),
  ]);
  assert.deepEqual([add.sealable[0]?.object.metadata.labels, add.refusals], [{ a: "b" }, []]);
  const misfit = prepared([rule({ type: "patch", operations: [{ op: "remove", path: "/data/absent" }] }, "broken")]);
  assert.deepEqual(
    misfit.refusals.map((refusal) => refusal.rule),
    ["user-rule"],
  );
  assert.match(misfit.refusals[0]?.message ?? "", /broken/);
});

test("awkward names get safe paths of their own", () => {
  const names = ["a.b", "kustomization", "x".repeat(253)];
  const live = names.map((name) => secret(name, { a: "b" }));
  const { sealable } = prepareSealing(captureOf([namespace(), ...live], { render: { secrets: "sops" } }));
  const paths = sealable.map(({ path }) => path);
  assert.equal(new Set(paths).size, names.length);
  for (const path of paths) assert.match(path, /^secrets\/shop\/secret\/[a-z0-9._-]{1,210}\.sops\.yaml$/);
});
