import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { newCluster, send } from "./new-cluster.ts";
import { widgetDefinition } from "./scenarios/custom.ts";

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

interface Resource {
  readonly resource: string;
  readonly scope: string;
  readonly verbs: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

interface Group {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[];
}

interface LegacyList {
  readonly resources: readonly {
    readonly name: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

function definition(): unknown {
  return JSON.parse(JSON.stringify(widgetDefinition).replaceAll("NS", "test"));
}

async function withWidgets(): Promise<ReturnType<typeof newCluster>> {
  const cluster = newCluster();
  await send(cluster, "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: definition() });
  return cluster;
}

describe("discovery", () => {
  it("says the same in both of its forms", async () => {
    const cluster = await withWidgets();
    const headers = { accept: aggregated };
    const roots = [await send(cluster, "GET /api", { headers }), await send(cluster, "GET /apis", { headers })];
    const groups = roots.flatMap(({ body }) => body["items"] as readonly Group[]);
    assert.ok(groups.some(({ metadata }) => metadata.name === "test.example.com"));
    for (const { metadata, versions } of groups)
      for (const { version, resources } of versions) {
        const path = metadata.name === undefined ? `/api/${version}` : `/apis/${metadata.name}/${version}`;
        const legacy = (await send(cluster, `GET ${path}`)).body as unknown as LegacyList;
        const told = resources.flatMap((resource) => [
          `${resource.resource} ${resource.scope === "Namespaced"} ${resource.verbs.join()}`,
          ...(resource.subresources ?? []).map((below) => `${resource.resource}/${below.subresource}`),
        ]);
        const listed = legacy.resources.map(({ name, namespaced, verbs }) =>
          name.includes("/") ? name : `${name} ${namespaced} ${verbs.join()}`,
        );
        assert.deepEqual(told, listed, path);
      }
  });

  it("answers in the plain form when nobody asks for the aggregated one", async () => {
    const { body } = await send(newCluster(), "GET /apis");
    assert.equal(body["kind"], "APIGroupList");
  });
});

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly parameters?: readonly { readonly name: string }[] }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

async function index(
  cluster: ReturnType<typeof newCluster>,
): Promise<Readonly<Record<string, { serverRelativeURL: string }>>> {
  return (await send(cluster, "GET /openapi/v3")).body["paths"] as Readonly<
    Record<string, { serverRelativeURL: string }>
  >;
}

describe("OpenAPI v3", () => {
  it("has a document for every group version, complete in its references", async () => {
    const cluster = await withWidgets();
    const paths = await index(cluster);
    assert.ok(paths["api/v1"] !== undefined && paths["apis/test.example.com/v1"] !== undefined);
    for (const { serverRelativeURL } of Object.values(paths)) {
      const document = (await send(cluster, `GET ${serverRelativeURL}`)).body as unknown as Document;
      const text = JSON.stringify(document);
      for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
        assert.ok(name in document.components.schemas, `${serverRelativeURL} refers to ${name}`);
      const patches = Object.values(document.paths).flatMap((path) => path["patch"] ?? []);
      assert.ok(patches.length > 0);
      for (const patch of patches)
        assert.ok(
          patch.parameters?.some(({ name }) => name === "fieldValidation"),
          "kubectl looks for it",
        );
    }
  });

  it("changes the address of a document with its content, and of no other", async () => {
    const cluster = newCluster();
    const before = await index(cluster);
    await send(cluster, "POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: definition() });
    const after = await index(cluster);
    assert.equal(before["apis/test.example.com/v1"], undefined);
    assert.deepEqual(after["api/v1"], before["api/v1"]);
    const widgets = "widgets.test.example.com";
    const change = [
      {
        op: "add",
        path: "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/new",
        value: { type: "string" },
      },
    ];
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${widgets}`;
    await send(cluster, `PATCH ${path}`, { body: change, type: "application/json-patch+json" });
    const changed = await index(cluster);
    assert.notDeepEqual(changed["apis/test.example.com/v1"], after["apis/test.example.com/v1"]);
  });
});
