import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext, WriteRequest } from "../api-context.ts";

export function trackWrite(
  _context: ApiContext,
  _request: WriteRequest,
  input: { readonly live: KubeObject | null; readonly next: KubeObject },
): KubeObject {
  return input.next;
}

export function withoutTimes(object: KubeObject): KubeObject {
  return object;
}
