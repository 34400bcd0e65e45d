import type { KubeObject } from "../../../core/model/kube-object.ts";

/** A PATCH as it came in. */
export interface PatchInput {
  readonly name: string;
  /** Media type without parameters. */
  readonly contentType: string;
  readonly body: string | undefined;
  /** Takes fields over from other appliers. */
  readonly force: boolean;
  /** Whether the request names its field manager, which an apply has to. */
  readonly managerGiven: boolean;
}

export interface PatchResult {
  readonly object: KubeObject;
  readonly created: boolean;
}
