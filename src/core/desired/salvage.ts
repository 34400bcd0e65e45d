import type { Fields } from "../model/fields.ts";
import { asFields, at, isFields } from "../model/fields.ts";
import type { Issue } from "./issue.ts";
import type { FieldPath } from "./source.ts";

/**
 * A copy of a document without the fields that have errors, so that what it says to other documents can still be
 * checked in the same run. A missing field takes what it is missing from with it, a wrong list entry the whole list.
 */
export function withoutErrors(document: unknown, issues: readonly Issue[]): unknown {
  const left = issues.reduce<unknown>((rest, issue) => without(rest, pathToDrop(issue)), document);
  return filled(left, placeholders(left));
}

/**
 * Harmless values for required fields that were taken out, so that one wrong field does not keep all others from being
 * checked. They refer to nothing and promise nothing.
 */
function placeholders(document: unknown): Fields {
  const metadata = { name: "unnamed" };
  const placement = asFields(at(document, "spec", "placement"));
  switch (at(document, "kind")) {
    case "Cluster":
      return { metadata, spec: { connection: { inCluster: true }, delivery: { type: "direct" } } };
    case "DRPolicy": {
      const rpo = at(document, "spec", "replication", "mode") === "sync" ? "0s" : "365d";
      return { metadata, spec: { objectives: { rpo, rto: "1d" } } };
    }
    case "ProtectedApplication": {
      const cluster = placement["activeCluster"] ?? placement["preferredCluster"];
      return { metadata, spec: { placement: { activeCluster: cluster, preferredCluster: cluster } } };
    }
    default:
      return { metadata };
  }
}

/** Mappings that are completed key by key; any other one is taken as a whole. */
const CONTAINERS: ReadonlySet<string> = new Set(["metadata", "spec", "delivery", "objectives", "placement"]);

function filled(value: unknown, from: Fields): unknown {
  if (!isFields(value)) return value;
  const missing = Object.entries(from).filter(([key]) => !Object.hasOwn(value, key));
  const completed = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const known = CONTAINERS.has(key) && Object.hasOwn(from, key) ? from[key] : null;
    return [key, isFields(known) ? filled(inner, known) : inner];
  });
  return Object.fromEntries([...completed, ...missing]);
}

function pathToDrop({ code, path }: Issue): FieldPath {
  const field = code === "missing-field" ? path.slice(0, -1) : path;
  const list = field.findIndex((step) => typeof step === "number");
  return list < 0 ? field : field.slice(0, list);
}

function without(value: unknown, path: FieldPath): unknown {
  const [step, ...rest] = path;
  if (typeof step !== "string" || !isFields(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: inner, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: without(inner, rest) };
}
