import type { ApiResource } from "../model/api-resource.ts";
import type { KubeObject } from "../model/kube-object.ts";
import type { UnreadKind } from "./unread-kind.ts";

/** What a cluster has around its namespaces, as one pass read it. */
export interface ClusterSurroundings {
  /** Every kind that it serves. */
  readonly resources: readonly ApiResource[];
  /** Objects without namespaces that applications refer to: cluster roles and bindings, classes, security constraints. */
  readonly companions: readonly KubeObject[];
  /** Kinds without namespaces that could not be listed, and groups whose server does not answer. */
  readonly unread: readonly UnreadKind[];
}
