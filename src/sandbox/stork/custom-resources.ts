import type { KubeObject } from "../../core/model/kube-object.ts";
import { GROUP } from "./kinds.ts";

interface Definition {
  readonly kind: string;
  readonly plural: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly shortNames?: readonly string[];
}

/** The kinds that Stork 24.3 registers when it starts. */
const DEFINITIONS: readonly Definition[] = [
  { kind: "Action", plural: "actions", scope: "Namespaced" },
  { kind: "ApplicationBackup", plural: "applicationbackups", scope: "Namespaced" },
  { kind: "ApplicationBackupSchedule", plural: "applicationbackupschedules", scope: "Namespaced" },
  { kind: "ApplicationClone", plural: "applicationclones", scope: "Namespaced" },
  { kind: "ApplicationRegistration", plural: "applicationregistrations", scope: "Cluster" },
  { kind: "ApplicationRestore", plural: "applicationrestores", scope: "Namespaced" },
  { kind: "BackupLocation", plural: "backuplocations", scope: "Namespaced" },
  { kind: "ClusterDomainsStatus", plural: "clusterdomainsstatuses", scope: "Cluster", shortNames: ["cds"] },
  { kind: "ClusterDomainUpdate", plural: "clusterdomainupdates", scope: "Cluster", shortNames: ["cdu"] },
  { kind: "ClusterPair", plural: "clusterpairs", scope: "Namespaced" },
  { kind: "GroupVolumeSnapshot", plural: "groupvolumesnapshots", scope: "Namespaced" },
  { kind: "Migration", plural: "migrations", scope: "Namespaced" },
  { kind: "MigrationSchedule", plural: "migrationschedules", scope: "Namespaced" },
  { kind: "NamespacedSchedulePolicy", plural: "namespacedschedulepolicies", scope: "Namespaced" },
  { kind: "PlatformCredential", plural: "platformcredentials", scope: "Namespaced" },
  { kind: "ResourceTransformation", plural: "resourcetransformations", scope: "Namespaced" },
  { kind: "Rule", plural: "rules", scope: "Namespaced" },
  { kind: "SchedulePolicy", plural: "schedulepolicies", scope: "Cluster" },
  { kind: "VolumeSnapshotRestore", plural: "volumesnapshotrestores", scope: "Namespaced" },
  { kind: "VolumeSnapshotSchedule", plural: "volumesnapshotschedules", scope: "Namespaced" },
];

/**
 * The definitions as Stork writes them: an open schema, no status subresource, no printer columns. A misspelt field is
 * stored and ignored, and `status` is an ordinary field.
 */
export function storkDefinitions(): readonly KubeObject[] {
  return DEFINITIONS.map(({ kind, plural, scope, shortNames }) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames === undefined ? {} : { shortNames }),
      },
      scope,
      versions: [
        {
          name: "v1alpha1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  }));
}
