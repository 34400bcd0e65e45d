/** What can go wrong with one Stork, to be switched by a test or a demonstration. Plain data. */
export interface StorkFaults {
  /** The Stork pod does not run. */
  down: boolean;
  /**
   * `stuck`: Migrations hang in stage Applications. `failed-volume`: their volumes fail, or without volumes the
   * persistent volume objects. `partial`: one object of each can't be applied.
   */
  migrations: "none" | "stuck" | "failed-volume" | "partial";
  /** `never`: ClusterDomainUpdates are left alone. `failed`: Portworx refuses them. */
  domainUpdates: "none" | "never" | "failed";
  /** `unknown`: Portworx can't list volumes. `stale`: Portworx can't be asked, and old values stay. */
  syncStatus: "known" | "unknown" | "stale";
}

export function noFaults(): StorkFaults {
  return { down: false, migrations: "none", domainUpdates: "none", syncStatus: "known" };
}
