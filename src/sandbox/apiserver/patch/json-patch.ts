import { applyPatch } from "rfc6902";
import type { Operation } from "rfc6902";

import { isFields } from "../../../core/model/fields.ts";
import { ApiError, badRequest } from "../api-error.ts";

/** Kubernetes' own limit for the operations of one patch. */
const maximumOperations = 10_000;
const operations: ReadonlySet<string> = new Set(["add", "remove", "replace", "move", "copy", "test"]);

function isOperation(value: unknown): value is Operation {
  return isFields(value) && operations.has(String(value["op"])) && typeof value["path"] === "string";
}

/** JSON patch (RFC 6902) on a copy of the target; 422 when an operation does not fit. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest("a JSON patch is a list of operations");
  if (patch.length > maximumOperations)
    throw new ApiError("RequestEntityTooLarge", `a JSON patch has at most ${maximumOperations} operations`);
  const steps: readonly unknown[] = patch;
  if (!steps.every(isOperation)) throw badRequest("every operation of a JSON patch has an op and a path");
  const copy = structuredClone(target);
  const failed = applyPatch(copy, [...steps]).find((result) => result !== null);
  if (failed !== undefined)
    throw new ApiError("Invalid", "the server rejected our request due to an error in our request", {});
  return copy;
}
