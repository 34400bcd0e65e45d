import { load } from "js-yaml";
import { type Fields, asList, isFields } from "../model/fields.ts";
import { EXACT_SCHEMA } from "./exact-integers.ts";
import {
  COMPONENT_VERSION,
  KUSTOMIZATION_VERSION,
  type Kustomization,
  type PatchOperation,
  type PatchTarget,
  type TargetedPatch,
  unquoteMeta,
} from "./kustomization.ts";

/** The files of a folder are not in the form that Drover writes. Says which file, and what is wrong with it. */
export class FolderUnreadable extends Error {
  override readonly name = "FolderUnreadable";
  readonly file: string;
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file}: ${reason}`, options);
    this.file = file;
  }
}

const FIELDS: ReadonlySet<string> = new Set(["apiVersion", "kind", "resources", "components", "generators", "patches"]);
const TARGET_FIELDS = ["group", "version", "kind", "name", "namespace"] as const;

/** One YAML document of a machine-written file. Aliases are never written, so they are refused. */
export function readYaml(file: string, text: string): unknown {
  try {
    return load(text, { maxAliases: 0, schema: EXACT_SCHEMA });
  } catch (cause) {
    throw new FolderUnreadable(file, "is not one valid YAML document", { cause });
  }
}

export function readKustomization(file: string, text: string): Kustomization {
  const content = readYaml(file, text);
  if (!isFields(content)) throw new FolderUnreadable(file, "is not a mapping");
  const unknown = Object.keys(content).find((key) => !FIELDS.has(key));
  if (unknown !== undefined)
    throw new FolderUnreadable(file, `has the field ${JSON.stringify(unknown)}, which a DR branch never uses`);
  return {
    kind: readKind(file, content),
    resources: readPaths(file, content, "resources"),
    components: readPaths(file, content, "components"),
    generators: readPaths(file, content, "generators"),
    patches: asList(content["patches"]).map((patch) => readPatch(file, patch)),
  };
}

function readKind(file: string, content: Fields): Kustomization["kind"] {
  const { apiVersion, kind } = content as { apiVersion?: unknown; kind?: unknown };
  if (kind === "Kustomization" && apiVersion === KUSTOMIZATION_VERSION) return kind;
  if (kind === "Component" && apiVersion === COMPONENT_VERSION) return kind;
  throw new FolderUnreadable(file, "is neither a Kustomization (v1beta1) nor a Component (v1alpha1)");
}

/** Relative paths that stay below the file's own folder. */
function readPaths(file: string, content: Fields, field: string): readonly string[] {
  return asList(content[field]).map((entry) => {
    const safe = typeof entry === "string" && /^[^/\\:]+(?:\/[^/\\:]+)*$/.test(entry);
    const inside = safe && entry.split("/").every((segment) => segment !== "." && segment !== "..");
    if (!inside) throw new FolderUnreadable(file, `${field} names something that is not a path below its folder`);
    return entry;
  });
}

function readPatch(file: string, patch: unknown): TargetedPatch {
  if (!isFields(patch) || Object.keys(patch).some((key) => key !== "patch" && key !== "target")) {
    throw new FolderUnreadable(file, "has a patch that is not exactly a target and a JSON patch");
  }
  const text = patch["patch"];
  if (typeof text !== "string") throw new FolderUnreadable(file, "has a patch without a text");
  const operations = readYaml(file, text);
  if (!Array.isArray(operations))
    throw new FolderUnreadable(file, "has a patch that is not a list of JSON patch operations");
  return { target: readTarget(file, patch["target"]), operations: operations.map((each) => readOperation(file, each)) };
}

function readTarget(file: string, target: unknown): PatchTarget {
  const names = isFields(target) ? target : {};
  const read = (field: (typeof TARGET_FIELDS)[number]): string => {
    const value = names[field];
    // Without a group kustomize looks at every group; the version and the kind are those of a core kind.
    if (field === "group" && value === undefined) return "";
    const literal = typeof value === "string" ? unquoteMeta(value) : null;
    if (literal === null || literal === "")
      throw new FolderUnreadable(file, `has a patch whose target has no exact ${field}`);
    return literal;
  };
  if (Object.keys(names).some((key) => !TARGET_FIELDS.some((field) => field === key))) {
    throw new FolderUnreadable(file, "has a patch whose target selects by more than an object's identity");
  }
  const [group, version, kind, name, namespace] = [
    read("group"),
    read("version"),
    read("kind"),
    read("name"),
    read("namespace"),
  ];
  return { group, version, kind, name, namespace };
}

function readOperation(file: string, operation: unknown): PatchOperation {
  const { op, path, value } = (isFields(operation) ? operation : {}) as {
    op?: unknown;
    path?: unknown;
    value?: unknown;
  };
  if (typeof path !== "string" || !path.startsWith("/"))
    throw new FolderUnreadable(file, "has a patch operation without a path");
  if (op === "remove") return { op, path };
  if (op !== "add" && op !== "replace") {
    throw new FolderUnreadable(file, "has a patch operation other than add, replace or remove");
  }
  if (value === undefined) throw new FolderUnreadable(file, `has an ${op} operation without a value`);
  return { op, path, value };
}
