import { isFields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";
import { ApiError, badRequest, invalid } from "../api-error.ts";
import { asObjectOf, decodeObject, parseBody } from "../write/read-object.ts";
import { liveObject, replaceObject } from "../write/update.ts";
import { applyObject } from "./apply-patch.ts";
import { jsonPatch } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";
import type { PatchInput, PatchResult } from "./patch-input.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";

const jsonPatchType = "application/json-patch+json";
const mergePatchType = "application/merge-patch+json";
const strategicType = "application/strategic-merge-patch+json";
const applyTypes: ReadonlySet<string> = new Set(["application/apply-patch+yaml", "application/apply-patch"]);

function patchedContent(request: WriteRequest, live: KubeObject, input: PatchInput): unknown {
  const { type } = request;
  const accepted = [jsonPatchType, mergePatchType, "application/apply-patch+yaml"];
  if (type.origin.type === "builtin") accepted.push(strategicType);
  if (!accepted.includes(input.contentType))
    throw new ApiError(
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
    );
  const patch = parseBody(input.body, false, request.validation === "Strict");
  if (input.contentType === jsonPatchType) return jsonPatch(live, patch);
  if (!isFields(patch)) throw badRequest("the patch is not an object");
  return input.contentType === mergePatchType
    ? mergePatch(live, patch)
    : strategicMergePatch(live, patch, type.schema());
}

/** The refusal of a strict patch, in Kubernetes' form but without the content, which may hold secrets. */
function refusePatch(problem: string): ApiError {
  return invalid({ group: "", kind: "" }, "", [{ reason: "FieldValueInvalid", message: problem, field: "patch" }]);
}

/** PATCH in the kind that the content type names; only an apply creates what isn't there. */
export function patchObject(context: ApiContext, request: WriteRequest, input: PatchInput): PatchResult {
  if (applyTypes.has(input.contentType)) return applyObject(context, request, input);
  const live = liveObject(context, request, input.name);
  const content = asObjectOf(request, patchedContent(request, live, input));
  const next = decodeObject(request, content, refusePatch);
  return { object: replaceObject(context, request, { live, next, patched: true }), created: false };
}
