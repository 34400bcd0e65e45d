import { isFields } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";
import { ApiError, badRequest } from "../api-error.ts";
import { asObjectOf, decodeObject, parseBody } from "../write/read-object.ts";
import { liveObject, replaceObject } from "../write/update.ts";
import { mergePatch } from "./merge-patch.ts";

export interface PatchInput {
  readonly name: string;
  readonly contentType: string;
  readonly body: string | undefined;
  /** Takes fields over from other appliers. */
  readonly force: boolean;
}

export interface PatchResult {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** PATCH of an object that exists, in the kind of patch that the content type names. */
export function patchObject(context: ApiContext, request: WriteRequest, input: PatchInput): PatchResult {
  const live = liveObject(context, request, input.name);
  const patched = patchedContent(request, live, input);
  const next = decodeObject(request, asObjectOf(request, patched));
  return { object: replaceObject(context, request, { live, next }), created: false };
}

function patchedContent(request: WriteRequest, live: KubeObject, input: PatchInput): unknown {
  const patch = parseBody(input.body, false, request.validation === "Strict");
  switch (input.contentType) {
    case "application/merge-patch+json":
      if (!isFields(patch)) throw badRequest("a merge patch is an object");
      return mergePatch(live, patch);
    default:
      throw new ApiError(
        "UnsupportedMediaType",
        `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml`,
      );
  }
}
