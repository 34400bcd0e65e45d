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

const refusal = "the server rejected our request due to an error in our request";

/** Names that the patch library skips in a path, so that the step would hit another place than it says. */
const unsafeNames = /(^|\/)(__proto__|constructor|prototype)(\/|$)/;

function fits(copy: unknown, steps: readonly Operation[]): boolean {
  try {
    return applyPatch(copy, [...steps]).every((result) => result === null);
  } catch {
    return false;
  }
}

/** JSON patch (RFC 6902) on a copy of the target; 422 when an operation does not fit. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest("a JSON patch is a list of operations");
  if (patch.length > maximumOperations)
    throw new ApiError("RequestEntityTooLarge", `a JSON patch has at most ${maximumOperations} operations`);
  const steps: readonly unknown[] = patch;
  if (!steps.every(isOperation)) throw badRequest("every operation of a JSON patch has an op and a path");
  const paths = steps.flatMap((step) => ("from" in step ? [step.path, step.from] : [step.path]));
  if (paths.some((path) => unsafeNames.test(path))) throw new ApiError("Invalid", refusal, {});
  const copy = structuredClone(target);
  if (!fits(copy, steps)) throw new ApiError("Invalid", refusal, {});
  return copy;
}
