import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ApiResource } from "../../../src/core/model/api-resource.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import type { CaptureInput } from "../../../src/core/render/capture-input.ts";
import { readFolder } from "../../../src/core/render/read-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import type { RenderResult } from "../../../src/core/render/render-result.ts";
import { NO_MAPPINGS } from "../../../src/core/desired/protected-application.ts";
import { captureOf, deployment, namespace, serverMeta, service, serviceAccount } from "./live-objects.ts";

const RBAC = "rbac.authorization.k8s.io";

/** `apiVersion Kind/name` with its other fields. */
function clusterWide(what: string, fields: Record<string, unknown> = {}): KubeObject {
  const [apiVersion = "", rest = ""] = what.split(" ");
  const [kind = "", name = ""] = rest.split("/");
  const { labels, ...more } = fields as { labels?: Record<string, string> };
  return {
    apiVersion,
    kind,
    metadata: { name, uid: `uid-${name}`, resourceVersion: "9", ...(labels ? { labels } : {}) },
    ...more,
  };
}

function role(name: string, labels?: Record<string, string>): KubeObject {
  const rules = [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }];
  return clusterWide(`${RBAC}/v1 ClusterRole/${name}`, { rules, ...(labels === undefined ? {} : { labels }) });
}

function binding(name: string, roleName: string, subjects: readonly object[]): KubeObject {
  const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: roleName };
  return clusterWide(`${RBAC}/v1 ClusterRoleBinding/${name}`, { roleRef, subjects });
}

const OWN = { kind: "ServiceAccount", name: "web", namespace: "shop" };
const FOREIGN = { kind: "ServiceAccount", name: "web", namespace: "other" };
const USER = { kind: "User", apiGroup: RBAC, name: "system:serviceaccount:shop:web" };
const GROUP = { kind: "Group", apiGroup: RBAC, name: "system:serviceaccounts:shop" };

function capture(
  companions: readonly KubeObject[],
  objects: readonly KubeObject[] = [],
  more: Parameters<typeof captureOf>[1] & { readonly resources?: readonly ApiResource[] } = {},
): RenderResult {
  const { resources = [], ...rest } = more;
  const around: CaptureInput["around"] = { resources, companions, unread: [], owners: new Map() };
  return renderApplication(captureOf([namespace(), serviceAccount("web"), ...objects], { around, ...rest }));
}

function clusterFiles({ files }: RenderResult): readonly string[] {
  return [...files.keys()].filter((path) => path.startsWith("cluster/") && !path.endsWith("kustomization.yaml"));
}

function clusterFilesOfActive({ files }: RenderResult): readonly string[] {
  return [...files.keys()].filter((path) => /^components\/active\/cluster\/.*\//.test(path));
}

const BINDINGS: readonly (readonly [string, KubeObject, readonly string[]])[] = [
  ["own account", binding("nodes", "nodes", [OWN]), ["nodes"]],
  ["own account as a user", binding("nodes", "nodes", [USER]), ["nodes"]],
  ["all accounts of the namespace", binding("nodes", "nodes", [GROUP]), ["nodes"]],
  ["somebody else besides", binding("nodes", "nodes", [OWN, FOREIGN]), ["drover-shop-nodes"]],
  ["somebody else alone", binding("nodes", "nodes", [FOREIGN]), []],
  [
    "a name that merely begins alike",
    binding("nodes", "nodes", [{ ...GROUP, name: "system:serviceaccounts:shop2" }]),
    [],
  ],
  ["the platform's own", binding("system:nodes", "nodes", [OWN]), []],
  ["a grant of constraints", binding("system:openshift:scc:anyuid", "system:openshift:scc:anyuid", [OWN]), ["system_"]],
];

describe("rights for the whole cluster", () => {
  for (const [what, object, expected] of BINDINGS) {
    test(`${what}: ${expected.join() || "stays where it is"}`, () => {
      const result = capture([object, role("nodes")]);
      assert.deepEqual(result.refusals, []);
      const names = clusterFiles(result).filter((path) => path.includes("clusterrolebinding"));
      assert.equal(names.length, expected.length, names.join());
      const text = names.map((path) => result.files.get(path)).join("");
      if (expected.length > 0) assert.ok(!text.includes("namespace: other"), text);
      if (expected[0]?.startsWith("drover") === true) assert.match(text, /name: drover-shop-nodes/);
    });
  }

  test("a narrowed binding captured on the standby is the same file again", () => {
    const first = capture([binding("nodes", "nodes", [OWN, FOREIGN]), role("nodes")]);
    const again = capture([binding("drover-shop-nodes", "nodes", [OWN]), role("nodes")]);
    assert.deepEqual(first.files, again.files);
  });

  test("the role goes along, unless the platform or an operator brings it: then it is a requirement", () => {
    const grants = [binding("a", "nodes", [OWN]), binding("b", "olm", [OWN]), binding("c", "view", [OWN])];
    const roles = [
      role("nodes"),
      role("olm", { "olm.owner": "x" }),
      role("view", { "kubernetes.io/bootstrapping": "rbac-defaults" }),
      role("unused"),
    ];
    const result = capture([...grants, ...roles]);
    assert.deepEqual(
      clusterFiles(result).filter((path) => path.includes("clusterrole.")),
      [`cluster/clusterrole.${RBAC}/nodes.yaml`],
    );
    assert.deepEqual(
      result.record.requirements.map(({ kind, name }) => `${kind}/${name}`),
      ["ClusterRole/olm"],
    );
  });

  test("with a selector only its accounts count", () => {
    const labels = { app: "x" };
    const other = deployment("other", 1, { labels });
    const result = capture([binding("nodes", "nodes", [OWN]), role("nodes")], [other], { selector: labels });
    assert.deepEqual(clusterFiles(result), []);
  });

  test("what applications may share is never removed with one of them, whoever delivers; a binding of their own may be", () => {
    const { files, report } = capture([binding("nodes", "nodes", [OWN]), role("nodes")]);
    const shared = files.get(`cluster/clusterrole.${RBAC}/nodes.yaml`) ?? "";
    assert.match(shared, /argocd\.argoproj\.io\/sync-options: Prune=false,Delete=false/);
    assert.match(shared, /kustomize\.toolkit\.fluxcd\.io\/prune: disabled/);
    assert.doesNotMatch(files.get(`cluster/clusterrolebinding.${RBAC}/nodes.yaml`) ?? "", /prune/i);
    const rules = report.changed.filter(({ rule }) => rule === "shared-kept").map(({ object }) => object.kind);
    assert.deepEqual(rules, ["ClusterRole"]);
  });

  test("two applications in one namespace do not overwrite each other's grants", () => {
    const constraints = clusterWide("security.openshift.io/v1 SecurityContextConstraints/anyuid", {
      users: ["system:serviceaccount:shop:web"],
      groups: ["system:serviceaccounts:shop"],
    });
    const labels = { app: "x" };
    const account = serviceAccount("web", { labels });
    const grants = (application: string, found: readonly KubeObject[]): readonly string[] => {
      const around = { resources: [], companions: found, unread: [], owners: new Map() };
      const input = captureOf([namespace(), account], { around, selector: labels });
      const { files } = renderApplication({ ...input, application });
      return [...files.keys()].filter((path) => path.includes("binding")).map((path) => path.split("/").at(-1) ?? "");
    };
    const found = [binding("nodes", "nodes", [GROUP]), role("nodes"), constraints];
    assert.deepEqual(grants("shop", found), ["drover-scc-shop-anyuid.yaml", "drover-shop-nodes.yaml"]);
    assert.deepEqual(grants("cart", found), ["drover-scc-cart-anyuid.yaml", "drover-cart-nodes.yaml"]);
    assert.deepEqual(grants("shop", [binding("drover-shop-nodes", "nodes", [GROUP])]), ["drover-shop-nodes.yaml"]);
  });

  test("accounts listed in security constraints become bindings of the same effect, and constraints that somebody made a requirement", () => {
    const users = ["system:serviceaccount:shop:web", "system:serviceaccount:other:web", "jdoe"];
    const scc = (name: string) =>
      clusterWide(`security.openshift.io/v1 SecurityContextConstraints/${name}`, { users, groups: [] });
    const result = capture([scc("anyuid"), scc("special"), { ...scc("unused"), users: [] }]);
    const bindings = [...result.files.keys()].filter((path) => path.includes("rolebinding"));
    assert.deepEqual(
      bindings,
      ["anyuid", "special"].map((name) => `base/shop/rolebinding.${RBAC}/drover-scc-${name}.yaml`),
    );
    const text = result.files.get(bindings[0] ?? "") ?? "";
    assert.match(text, /name: system:openshift:scc:anyuid|name: "system:openshift:scc:anyuid"/);
    assert.ok(!text.includes("other") && !text.includes("jdoe"));
    assert.deepEqual(
      result.record.requirements.map(({ kind, name }) => `${kind}/${name}`),
      ["SecurityContextConstraints/special"],
    );
  });
});

describe("classes and definitions", () => {
  const withClass = (priorityClassName: string): KubeObject => {
    const object = deployment("web", 1);
    return { ...object, spec: { replicas: 1, selector: {}, template: { metadata: {}, spec: { priorityClassName } } } };
  };
  const high = clusterWide("scheduling.k8s.io/v1 PriorityClass/high", { value: 1000 });

  test("a priority class that pods name goes along; the platform's and a mapped one do not", () => {
    assert.deepEqual(clusterFiles(capture([high], [withClass("high")])), [
      "cluster/priorityclass.scheduling.k8s.io/high.yaml",
    ]);
    assert.deepEqual(clusterFiles(capture([high], [withClass("low")])), []);
    const system = clusterWide("scheduling.k8s.io/v1 PriorityClass/system-cluster-critical", { value: 1 });
    assert.deepEqual(clusterFiles(capture([system], [withClass("system-cluster-critical")])), []);
    const target = { ...NO_MAPPINGS, priorityClasses: { high: "gold" } };
    const mapped = capture([high], [withClass("high")], { render: { target } });
    assert.deepEqual(clusterFiles(mapped), []);
    assert.deepEqual(
      mapped.record.requirements.map(({ kind, name }) => `${kind}/${name}`),
      ["PriorityClass/gold"],
    );
  });

  test("custom resources require their definition in the versions that are written", () => {
    const resources = [
      { apiVersion: "x.example.com/v1", kind: "Policy", plural: "policies", namespaced: true, verbs: [] },
    ];
    const object = { apiVersion: "x.example.com/v1", kind: "Policy", metadata: serverMeta("a"), spec: {} };
    const [found] = capture([], [object], { resources }).record.requirements;
    assert.deepEqual(
      [found?.kind, found?.name, found?.keys],
      ["CustomResourceDefinition", "policies.x.example.com", ["v1"]],
    );
  });

  test("webhooks that a Service of the namespace answers are in the active component alone", () => {
    const webhooks = (space: string) => [
      { name: "a.example.com", clientConfig: { service: { name: "web", namespace: space } } },
    ];
    const of = (name: string, space: string) =>
      clusterWide(`admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration/${name}`, {
        webhooks: webhooks(space),
      });
    const { files } = capture([of("own", "shop"), of("foreign", "other")]);
    const found = [...files.keys()].filter((path) => path.includes("webhook"));
    assert.equal(found.length, 1);
    assert.match(found[0] ?? "", /^components\/active\/cluster\/.*\/own\.yaml$/);
    const selector = { app: "x" };
    const selected = (labels: Record<string, string>): readonly string[] =>
      clusterFilesOfActive(capture([of("own", "shop")], [service("web", {}, { labels })], { selector }));
    assert.deepEqual([selected({ app: "x" }).length, selected({ app: "y" }).length], [1, 0]);
  });

  test("an exclusion holds for companions too, and what could not be listed stays", () => {
    const exclude = [{ group: null, kind: "PriorityClass", namespace: null, name: "high", matchLabels: null }];
    assert.deepEqual(clusterFiles(capture([high], [withClass("high")], { render: { exclude } })), []);
    const first = capture([high], [withClass("high")]);
    const unread = [{ group: "scheduling.k8s.io", kind: "PriorityClass", namespace: null, reason: "forbidden" }];
    const around = { resources: [], companions: [], unread, owners: new Map() };
    const again = capture([], [withClass("high")], { around, previous: readFolder(first.files) });
    assert.deepEqual([again.suspicious, again.files], [null, first.files]);
  });

  test("an object of an extension API that nobody knows is named and left out, unless somebody wants it", () => {
    const sum = (name: string, annotations: Record<string, string> = {}): KubeObject => ({
      apiVersion: "computed.example.com/v1",
      kind: "Sum",
      metadata: serverMeta(name, { annotations }),
    });
    const apiService = (spec: object): KubeObject =>
      clusterWide("apiregistration.k8s.io/v1 APIService/v1.computed.example.com", {
        spec: { group: "computed.example.com", version: "v1", ...spec },
      });
    const outcome = (companion: KubeObject): readonly unknown[] => {
      const { files, report } = capture([companion], [sum("a"), sum("kept", { "drover.dev/keep": "true" })]);
      const left = report.omitted.filter(({ object }) => object.kind === "Sum");
      const paths = [...files.keys()].filter((path) => path.includes("/sum."));
      return [left.map(({ object, rule }) => `${object.name}: ${rule}`), paths.length];
    };
    assert.deepEqual(outcome(apiService({ service: { name: "sums", namespace: "sums" } })), [["a: extension-api"], 1]);
    assert.deepEqual(outcome(apiService({})), [[], 2], "a custom resource has an APIService without a Service");
  });
});
