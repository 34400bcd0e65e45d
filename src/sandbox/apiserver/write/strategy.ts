import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext } from "../api-context.ts";

/** What the server itself writes into an object of a kind, beyond defaults (the strategies of `pkg/registry`). */
export interface Strategy {
  /** The new object, defaulted and with its metadata. */
  create(context: ApiContext, object: KubeObject): KubeObject;
  /** The object that is about to replace the live one. */
  update(context: ApiContext, next: KubeObject, live: KubeObject): KubeObject;
}
