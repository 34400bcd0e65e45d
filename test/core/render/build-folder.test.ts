import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { applyOperations } from "../../../src/core/render/apply-patch.ts";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import { emitKustomization } from "../../../src/core/render/kustomization.ts";
import { FolderUnreadable } from "../../../src/core/render/read-kustomization.ts";

const KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
const COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
const WEB = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a.b\n  namespace: shop\nspec:\n  replicas: 0\n";
const TARGET =
  "  target:\n    group: apps\n    version: v1\n    kind: Deployment\n    name: a\\.b\n    namespace: shop\n";
const PATCH = `patches:\n- patch: |\n    - op: replace\n      path: /spec/replicas\n      value: 3\n${TARGET}`;

function build(files: Record<string, string>): readonly KubeObject[] {
  return buildFolder(new Map(Object.entries(files)));
}

test("resources, folders, components and exact patches give the objects", () => {
  const objects = build({
    "kustomization.yaml": `${KUSTOMIZATION}resources: [base]\ncomponents: [components/active]\n`,
    "base/kustomization.yaml": `${KUSTOMIZATION}resources: [shop/web.yaml]\n`,
    "base/shop/web.yaml": WEB,
    "components/active/kustomization.yaml": COMPONENT + PATCH,
  });
  assert.deepEqual(objects, [
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a.b", namespace: "shop" }, spec: { replicas: 3 } },
  ]);
});

test("an empty folder builds to nothing", () => {
  const empty = emitKustomization({ kind: "Kustomization", resources: [], components: [], patches: [] });
  assert.equal(empty, `${KUSTOMIZATION}resources: []\n`);
  assert.deepEqual(build({ "kustomization.yaml": empty }), []);
});

const TOP = "kustomization.yaml";
const REFUSED: readonly (readonly [string, RegExp, Record<string, string>])[] = [
  ["no top file", /^kustomization\.yaml: is missing$/, {}],
  ["broken YAML", /not one valid YAML/, { [TOP]: "a: [" }],
  ["duplicate keys", /not one valid YAML/, { [TOP]: `${KUSTOMIZATION}resources: []\nresources: []\n` }],
  ["an alias", /not one valid YAML/, { [TOP]: `${KUSTOMIZATION}resources: &a []\ncomponents: *a\n` }],
  ["an unknown field", /"namePrefix"/, { [TOP]: `${KUSTOMIZATION}namePrefix: x\n` }],
  ["a generator", /"configMapGenerator"/, { [TOP]: `${KUSTOMIZATION}configMapGenerator: []\n` }],
  ["another kind", /neither/, { [TOP]: "apiVersion: v1\nkind: ConfigMap\n" }],
  ["a component as top", /is a Component/, { [TOP]: `${COMPONENT}resources: []\n` }],
  [
    "a kustomization as component",
    /is none/,
    { [TOP]: `${KUSTOMIZATION}components: [c]\n`, "c/kustomization.yaml": `${KUSTOMIZATION}resources: []\n` },
  ],
  ["a path out of the folder", /not a path below/, { [TOP]: `${KUSTOMIZATION}resources: [../x.yaml]\n` }],
  ["an absolute path", /not a path below/, { [TOP]: `${KUSTOMIZATION}resources: [/etc/passwd]\n` }],
  ["a URL", /not a path below/, { [TOP]: `${KUSTOMIZATION}resources: ["https://example.com/x"]\n` }],
  [
    "a missing resource",
    /x\.yaml\/kustomization\.yaml: is missing/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\n` },
  ],
  [
    "something that is no object",
    /not a Kubernetes object/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\n`, "x.yaml": "[]" },
  ],
  [
    "an object without a name",
    /lacks/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\n`, "x.yaml": "apiVersion: v1\nkind: A\nmetadata: {}\n" },
  ],
  [
    "the same object twice",
    /twice/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml, y.yaml]\n`, "x.yaml": WEB, "y.yaml": WEB },
  ],
  ["a patch without object", /not in the folder/, { [TOP]: `${KUSTOMIZATION}resources: []\n${PATCH}` }],
  [
    "a patch by label",
    /more than/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\n${PATCH}    labelSelector: a=b\n`, "x.yaml": WEB },
  ],
  [
    "a patch by expression",
    /no exact name/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\n${PATCH.replace("a\\.b", "a.*")}`, "x.yaml": WEB },
  ],
  [
    "a patch without namespace",
    /no exact namespace/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\n${PATCH.replace("    namespace: shop\n", "")}`, "x.yaml": WEB },
  ],
  [
    "another operation",
    /other than add/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\n${PATCH.replace("op: replace", "op: move")}`, "x.yaml": WEB },
  ],
  [
    "an operation that does not fit",
    /does not fit/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\n${PATCH.replace("/spec/replicas", "/spec/absent")}`, "x.yaml": WEB },
  ],
  [
    "a strategic merge patch",
    /not a list/,
    { [TOP]: `${KUSTOMIZATION}resources: [x.yaml]\npatches:\n- patch: |\n    spec: {}\n${TARGET}`, "x.yaml": WEB },
  ],
  [
    "a cycle",
    /nested deeper/,
    {
      [TOP]: `${KUSTOMIZATION}resources: [a]\n`,
      ...Object.fromEntries(
        Array.from({ length: 12 }, (_, n) => [
          `${"a/".repeat(n + 1)}kustomization.yaml`,
          `${KUSTOMIZATION}resources: [a]\n`,
        ]),
      ),
    },
  ],
];

for (const [what, message, files] of REFUSED) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => build(files),
      (error) => error instanceof FolderUnreadable && message.test(error.message),
    );
  });
}

test("JSON patch operations follow RFC 6902", () => {
  const object = { a: { b: [1, 2], "x/y": 1, "m~n": 2 } };
  const value = applyOperations(object, [
    { op: "add", path: "/a/b/-", value: 3 },
    { op: "add", path: "/a/b/0", value: 0 },
    { op: "remove", path: "/a/b/1" },
    { op: "replace", path: "/a/x~1y", value: "slash" },
    { op: "replace", path: "/a/m~0n", value: "tilde" },
    { op: "add", path: "/a/__proto__", value: { polluted: true } },
  ]);
  assert.ok(value.ok);
  assert.deepEqual((value.value["a"] as Record<string, unknown>)["b"], [0, 2, 3]);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  assert.deepEqual(object, { a: { b: [1, 2], "x/y": 1, "m~n": 2 } });
  for (const path of ["/a/b/9", "/a/b/01", "/z/y", "/a/none"]) {
    assert.equal(applyOperations(object, [{ op: "replace", path, value: 1 }]).ok, false, path);
  }
  assert.equal(applyOperations(object, [{ op: "remove", path: "/constructor" }]).ok, false);
});
