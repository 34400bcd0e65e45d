import type { Declared } from "./source.ts";

/** A kubeconfig context by name, or an environment variable that holds a kubeconfig (a path, or content). */
export type RemoteConnection =
  { readonly type: "context"; readonly context: string } | { readonly type: "env"; readonly variable: string };

/** `elsewhere` is how the cluster is reached from where the in-cluster identity does not match. */
export type Connection = RemoteConnection | { readonly type: "inCluster"; readonly elsewhere: RemoteConnection | null };

export interface Delivery {
  readonly type: "argocd" | "flux" | "direct";
  /** Milliseconds; after it an activation is applied directly. */
  readonly timeout: number;
}

export interface ClusterSpec extends Declared {
  readonly connection: Connection;
  /** UID of the namespace `kube-system`, lower case; null: unknown, so no disruptive step is allowed. */
  readonly identity: string | null;
  readonly delivery: Delivery;
  readonly portworx: {
    readonly clusterDomain: string | null;
    /** null: what `stork-controller-config` says, else `kube-system`. */
    readonly adminNamespace: string | null;
  };
  /** age recipients of secrets that this cluster receives. */
  readonly secrets: { readonly age: readonly string[] };
}
