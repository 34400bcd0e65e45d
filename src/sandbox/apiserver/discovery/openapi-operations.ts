import type { Fields } from "../../../core/model/fields.ts";
import type { ResourceType } from "../resources/resource-type.ts";

const reference = "#/components/schemas/";

function parameter(name: string, type: string): Fields {
  return { in: "query", name, schema: { type, uniqueItems: true } };
}

const writeParameters = [
  parameter("dryRun", "string"),
  parameter("fieldManager", "string"),
  parameter("fieldValidation", "string"),
];
const applyParameters = [...writeParameters, parameter("force", "boolean")];
const listParameters = ["continue", "fieldSelector", "labelSelector", "resourceVersion", "resourceVersionMatch"].map(
  (name) => parameter(name, "string"),
);
const pathParameter = (name: string): Fields => ({
  in: "path",
  name,
  required: true,
  schema: { type: "string", uniqueItems: true },
});

const patchTypes = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"];

interface Operations {
  readonly type: ResourceType;
  /** Name of the kind's definition in the document. */
  readonly definition: string;
}

function answer({ definition }: Operations): Fields {
  return {
    "200": { description: "OK", content: { "application/json": { schema: { $ref: reference + definition } } } },
  };
}

function operation(operations: Operations, action: string, parts: Fields): Fields {
  const { group, version, kind } = operations.type;
  return {
    responses: answer(operations),
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
    ...parts,
  };
}

function body({ definition }: Operations): Fields {
  return { required: true, content: { "application/json": { schema: { $ref: reference + definition } } } };
}

function patchBody(type: ResourceType): Fields {
  const types = type.origin.type === "builtin" ? [...patchTypes, "application/strategic-merge-patch+json"] : patchTypes;
  return { required: true, content: Object.fromEntries(types.map((name) => [name, { schema: { type: "object" } }])) };
}

function named(operations: Operations): Fields {
  return {
    get: operation(operations, "get", {}),
    put: operation(operations, "put", { parameters: writeParameters, requestBody: body(operations) }),
    patch: operation(operations, "patch", { parameters: applyParameters, requestBody: patchBody(operations.type) }),
    delete: operation(operations, "delete", {
      parameters: [parameter("dryRun", "string"), parameter("propagationPolicy", "string")],
    }),
  };
}

/** The paths of one resource, with the operations and parameters that clients look for (kubectl: `fieldValidation`). */
export function pathsOf(operations: Operations): Fields {
  const { type } = operations;
  const base = type.group === "" ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const scope = type.namespaced ? `${base}/namespaces/{namespace}` : base;
  const place = type.namespaced ? [pathParameter("namespace")] : [];
  const collection = `${scope}/${type.resource}`;
  const one = [...place, pathParameter("name")];
  const paths: Record<string, Fields> = {
    [collection]: {
      get: operation(operations, "list", { parameters: listParameters }),
      post: operation(operations, "post", { parameters: writeParameters, requestBody: body(operations) }),
      parameters: place,
    },
    [`${collection}/{name}`]: { ...named(operations), parameters: one },
  };
  for (const subresource of type.subresources) {
    if (subresource !== "status") continue;
    paths[`${collection}/{name}/status`] = { ...named(operations), parameters: one };
  }
  return paths;
}
