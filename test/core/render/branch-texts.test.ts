import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { branchFiles } from "../../../src/core/render/branch-files.ts";
import {
  activationMessage,
  formatTransition,
  highWaterMark,
  parseTransition,
  renderMessage,
  transitionsIn,
} from "../../../src/core/render/commit-message.ts";
import { isObjectFile } from "../../../src/core/render/file-names.ts";
import { configMap } from "./live-objects.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const MOVE = { application: "shop", id: "20261123-0240-east-power", from: "east", to: "west", commit: COMMIT };

test("a render's message says where the content comes from", () => {
  const base = {
    application: "shop",
    sourceCluster: "east",
    desiredCommit: COMMIT,
    version: "0.1.0",
    objects: 7,
    first: true,
  };
  assert.equal(
    renderMessage({ ...base, resourceVersion: "4711" }),
    `Render shop from east

First capture: 7 objects, standing by at zero replicas.

Drover-Application: shop
Drover-Source-Cluster: east
Drover-Desired-Commit: ${COMMIT}
Drover-Resource-Version: 4711
Drover-Version: 0.1.0
`,
  );
  assert.match(
    renderMessage({ ...base, objects: 1, first: false }),
    /Captured again: 1 object,[^]*Desired-Commit: \w+\nDrover-Version/,
  );
});

test("an activation's message carries the transition", () => {
  assert.equal(
    activationMessage({ ...MOVE, version: "0.1.0" }),
    `Activate shop on west

Transition 20261123-0240-east-power moves it from east; the active component restores the recorded replica counts.

Drover-Application: shop
Drover-Desired-Commit: ${COMMIT}
Drover-Transition: shop 20261123-0240-east-power east west ${COMMIT}
Drover-Version: 0.1.0
`,
  );
});

test("nothing in a message can forge a trailer", () => {
  const text = renderMessage({
    application: "shop\nDrover-Transition: x",
    sourceCluster: "east\r\nA: b",
    desiredCommit: COMMIT,
    version: "1",
    objects: 1,
    first: true,
  });
  assert.equal(/^Drover-Transition/m.test(text), false);
  assert.equal(/^A: b/m.test(text), false);
});

test("the transition trailer round-trips", () => {
  const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
  const move = fc.record(
    {
      application: name,
      id: fc.stringMatching(/^[a-z0-9-]{4,40}$/),
      from: name,
      to: name,
      commit: fc.stringMatching(/^[0-9a-f]{40}$/),
    },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(move, (each) => assert.deepEqual(parseTransition(formatTransition(each)), each)));
});

test("hostile trailers are passed over", () => {
  const good = formatTransition(MOVE);
  const bad = [
    "",
    " ",
    `${good} x`,
    good.replace(" ", "  "),
    ` ${good}`,
    good.toUpperCase(),
    good.slice(0, -1),
    `${good}\n`,
    good.replace("shop", "../shop"),
    "x".repeat(100_000),
    "shop id e w c",
  ];
  for (const value of bad) assert.equal(parseTransition(value), null, value.slice(0, 80));
  fc.assert(fc.property(fc.string(), (value) => assert.equal(parseTransition(value), null)));
  const trailers = [
    { key: "Drover-Transition", value: "nonsense" },
    { key: "drover-transition", value: `${good} ` },
    { key: "Other", value: good },
  ];
  assert.deepEqual(transitionsIn(trailers), [MOVE]);
});

test("the high-water mark compares numbers, beyond 2^53 too", () => {
  const versions = ["9", "10", "18446744073709551615", "18446744073709551614", "abc", ""];
  assert.equal(
    highWaterMark(versions.map((resourceVersion) => configMap("a", {}, { resourceVersion }))),
    "18446744073709551615",
  );
  assert.equal(highWaterMark([]), null);
});

const SOURCE = {
  drySha: COMMIT,
  repoUrl: "https://github.com/acme/dr",
  author: null,
  date: null,
  subject: "Protect shop",
  body: "",
};
const DESCRIPTION = { branch: "dr/west", cluster: "west", protectedBranch: "main", source: SOURCE };

test("the branch's root files", () => {
  const applications = [
    { name: "zoo", sourceCluster: "east", namespaces: ["zoo"], objects: 2, claims: 0, activated: true, sealed: false },
    {
      name: "shop",
      sourceCluster: "east",
      namespaces: ["shop", "cart"],
      objects: 7,
      claims: 2,
      activated: false,
      sealed: false,
    },
  ];
  const files = branchFiles({ ...DESCRIPTION, applications });
  assert.deepEqual([...files.keys()], [".gitattributes", "README.md", "hydrator.metadata"]);
  const metadata: unknown = JSON.parse(files.get("hydrator.metadata") ?? "");
  assert.deepEqual(metadata, { drySha: COMMIT, repoURL: "https://github.com/acme/dr", subject: "Protect shop" });
  const readme = files.get("README.md") ?? "";
  assert.match(readme, /do not edit/);
  assert.match(
    readme,
    /\| shop \| east \| cart, shop \| 7 \| 2 \| standby \|\n\| zoo \| east \| zoo \| 2 \| 0 \| active \|\n/,
  );
  assert.deepEqual(branchFiles({ ...DESCRIPTION, applications: [...applications].reverse() }), files);
});

test("the front page says whether secret values are on the branch, and who decrypts them", () => {
  const shop = { name: "shop", sourceCluster: "east", namespaces: [], objects: 1, claims: 0, activated: false };
  const page = (sealed: boolean): string =>
    branchFiles({ ...DESCRIPTION, applications: [{ ...shop, sealed }] }).get("README.md") ?? "";
  assert.match(page(false), /Secret values are never on this branch/);
  assert.match(page(true), /encrypted with SOPS[^]*spec\.decryption[^]*KSOPS/);
});

test("an empty branch says so, and names can't become markup", () => {
  assert.match(branchFiles({ ...DESCRIPTION, applications: [] }).get("README.md") ?? "", /No application is rendered/);
  const hostile = [
    {
      name: "a|b\n# x",
      sourceCluster: "<script>",
      namespaces: [],
      objects: 0,
      claims: 0,
      activated: false,
      sealed: false,
    },
  ];
  const readme = branchFiles({ ...DESCRIPTION, applications: hostile }).get("README.md") ?? "";
  assert.match(readme, /\| a\\\|b \\# x \| \\<script\\> \|/);
});

test("what counts as an object of a folder: in the base, without a namespace, in the active component alone", () => {
  const objects = [
    "base/shop/configmap/my-kustomization.yaml",
    "base/shop/deployment.apps/web.yaml",
    "cluster/clusterrole.rbac.authorization.k8s.io/web.yaml",
    "components/active/shop/job.batch/migrate.yaml",
    "components/active/cluster/apiservice.apiregistration.k8s.io/v1.example.com.yaml",
  ];
  const others = [
    "kustomization.yaml",
    "base/kustomization.yaml",
    "cluster/kustomization.yaml",
    "components/active/kustomization.yaml",
    "secrets/kustomization.yaml",
    "record.json",
  ];
  assert.deepEqual([...objects, ...others].filter(isObjectFile), objects);
});
