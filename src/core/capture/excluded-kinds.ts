/**
 * Kinds that are never asked for. Most of what a namespace lists by number is here: events, leases, endpoint slices,
 * histories, reports of scanners. The exclusions are those on which crane, Velero 1.18, OADP, Ramen, Stork 24.3 and the
 * default `resource.exclusions` of Argo CD 3 agree, and those that follow from what Drover is for.
 */

/** Legacy and virtual views of objects that another group serves as well; the other one is listed. */
export const VIEW_GROUPS: ReadonlySet<string> = new Set([
  "extensions",
  "authorization.openshift.io",
  "project.openshift.io",
]);

/** Replication, backup and disaster recovery itself: it describes this site. */
export const MACHINERY_GROUPS: ReadonlySet<string> = new Set([
  "snapshot.storage.k8s.io",
  "groupsnapshot.storage.k8s.io",
  "replication.storage.openshift.io",
  "csiaddons.openshift.io",
  "volsync.backube",
  "ramendr.openshift.io",
  "velero.io",
  "oadp.openshift.io",
  "stork.libopenstorage.org",
  "migration.openshift.io",
  "core.libopenstorage.org",
]);

/** Computed, or written by what runs: metrics, locks, network state, reports of scanners, hub and spoke. */
export const RUNTIME_GROUPS: ReadonlySet<string> = new Set([
  "events.k8s.io",
  "coordination.k8s.io",
  "metrics.k8s.io",
  "custom.metrics.k8s.io",
  "external.metrics.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "packages.operators.coreos.com",
  "subresources.kubevirt.io",
  "upload.cdi.kubevirt.io",
  "clusterview.open-cluster-management.io",
  "proxy.open-cluster-management.io",
  "apps.open-cluster-management.io",
  "work.open-cluster-management.io",
  "k8s.ovn.org",
  "whereabouts.cni.cncf.io",
  "wgpolicyk8s.io",
  "reports.kyverno.io",
  "aquasecurity.github.io",
  "spdx.softwarecomposition.kubescape.io",
  "acme.cert-manager.io",
]);

/** Instructions of this cluster's own GitOps controllers: the standby's would follow the primary's. */
export const DELIVERY_GROUPS: ReadonlySet<string> = new Set([
  "kustomize.toolkit.fluxcd.io",
  "source.toolkit.fluxcd.io",
  "helm.toolkit.fluxcd.io",
  "image.toolkit.fluxcd.io",
  "notification.toolkit.fluxcd.io",
]);

export type KindExclusion = "runtime-state" | "replication-machinery" | "delivery-machinery" | "derived-object";

/** `group|Kind` to the reason, for groups of which other kinds are captured. */
const KINDS: ReadonlyMap<string, KindExclusion> = new Map([
  ...each("runtime-state", [
    "|Event",
    "|PodTemplate",
    "certificates.k8s.io|CertificateSigningRequest",
    "storage.k8s.io|CSIStorageCapacity",
    "cilium.io|CiliumEndpoint",
    "cilium.io|CiliumIdentity",
    "cilium.io|CiliumEndpointSlice",
    "crd.projectcalico.org|WorkloadEndpoint",
    "kyverno.io|UpdateRequest",
    "kyverno.io|PolicyReport",
    "security.openshift.io|RangeAllocation",
  ]),
  ...each("derived-object", [
    "apps|ControllerRevision",
    "cert-manager.io|CertificateRequest",
    "operators.coreos.com|InstallPlan",
    "operators.coreos.com|OperatorCondition",
    "operators.coreos.com|ClusterServiceVersion",
    "operators.coreos.com|Subscription",
    "operators.coreos.com|OperatorGroup",
    "operators.coreos.com|CatalogSource",
    "build.openshift.io|Build",
    "image.openshift.io|ImageTag",
    "image.openshift.io|ImageStreamTag",
    "image.openshift.io|ImageStreamImage",
    "image.openshift.io|ImageStreamMapping",
    "template.openshift.io|TemplateInstance",
    "template.openshift.io|BrokerTemplateInstance",
    "cdi.kubevirt.io|DataVolume",
    "kubevirt.io|VirtualMachineInstance",
    "kubevirt.io|VirtualMachineInstanceMigration",
    "resource.k8s.io|ResourceClaim",
    "argoproj.io|Workflow",
    "argoproj.io|AnalysisRun",
    "argoproj.io|Experiment",
    "tekton.dev|PipelineRun",
    "tekton.dev|TaskRun",
  ]),
  ...each("delivery-machinery", ["argoproj.io|Application", "argoproj.io|ApplicationSet", "argoproj.io|AppProject"]),
]);

function each(reason: KindExclusion, kinds: readonly string[]): readonly (readonly [string, KindExclusion])[] {
  return kinds.map((kind) => [kind, reason] as const);
}

/** Why objects of this kind are never captured, whatever they contain; null when they may be. */
export function exclusionOf(group: string, kind: string): KindExclusion | null {
  if (RUNTIME_GROUPS.has(group)) return "runtime-state";
  if (MACHINERY_GROUPS.has(group)) return "replication-machinery";
  if (DELIVERY_GROUPS.has(group)) return "delivery-machinery";
  return KINDS.get(`${group}|${kind}`) ?? null;
}
