export interface ClusterPlan {
  /** The cluster's name in the repository. */
  readonly name: string;
  /** Its context in the kubeconfig. */
  readonly context: string;
  /** UID of its namespace kube-system; null: it could not be asked. */
  readonly identity: string | null;
}

/** What a new repository is written from. */
export interface InitPlan {
  readonly first: ClusterPlan;
  readonly second: ClusterPlan;
  /** `owner/name`; null: no forge yet. */
  readonly forge: string | null;
}
