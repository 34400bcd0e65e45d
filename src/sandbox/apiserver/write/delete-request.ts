import type { ApiContext, Located, WriteRequest } from "../api-context.ts";
import { deleteObject, tryDelete } from "./delete.ts";
import type { DeleteOptions, Deletion } from "./delete.ts";
import { settle } from "./garbage-collection.ts";

/** DELETE of one object, with all that follows from it; the answer is what the controllers have not seen yet. */
export function deleteAndSettle(
  context: ApiContext,
  located: Located,
  request: { readonly options: DeleteOptions; readonly dryRun: WriteRequest["dryRun"] },
): Deletion {
  if (request.dryRun) return tryDelete(located, request.options);
  const deletion = deleteObject(context, located, request.options);
  settle(context);
  return deletion;
}
