import { IDEMPOTENT_JOB, MARK_PREFIX } from "../model/marks.ts";
import type { Draft, Note } from "./draft.ts";
import { draftAt } from "./draft.ts";
import { type KeyTable, keyTable, ruleOfKey } from "./key-table.ts";
import type { ChangeRule } from "./render-rules.ts";

const ANNOTATIONS: KeyTable = keyTable([
  { rule: "annotation-drover", keys: [`${MARK_PREFIX}*`], except: [IDEMPOTENT_JOB] },
  { rule: "annotation-last-applied", keys: ["kubectl.kubernetes.io/last-applied-configuration"] },
  {
    rule: "annotation-controller",
    keys: [
      "autoscaling.alpha.kubernetes.io/conditions",
      "autoscaling.alpha.kubernetes.io/current-metrics",
      "batch.kubernetes.io/controller-uid",
      "batch.kubernetes.io/cronjob-scheduled-timestamp",
      "batch.kubernetes.io/job-tracking",
      "cloud.google.com/neg-status",
      "control-plane.alpha.kubernetes.io/leader",
      "controller-uid",
      "cronjob.kubernetes.io/instantiate",
      "deployment.kubernetes.io/*",
      "deprecated.daemonset.template.generation",
      "endpoints.kubernetes.io/*",
      "ingress.kubernetes.io/backends",
      "ingress.kubernetes.io/forwarding-rule",
      "ingress.kubernetes.io/https-forwarding-rule",
      "ingress.kubernetes.io/https-target-proxy",
      "ingress.kubernetes.io/ssl-cert",
      "ingress.kubernetes.io/static-ip",
      "ingress.kubernetes.io/target-proxy",
      "ingress.kubernetes.io/url-map",
      "kubectl.kubernetes.io/restartedAt",
      "kubernetes.io/config.*",
      "kubernetes.io/service-account.uid",
      "metallb.io/ip-allocated-from-pool",
      "metallb.universe.tf/ip-allocated-from-pool",
      "pv.kubernetes.io/*",
      "rollout.argoproj.io/revision",
      "volume.beta.kubernetes.io/storage-provisioner",
      "volume.kubernetes.io/migrated-to",
      "volume.kubernetes.io/provisioner-deletion-secret-name",
      "volume.kubernetes.io/provisioner-deletion-secret-namespace",
      "volume.kubernetes.io/selected-node",
      "volume.kubernetes.io/storage-provisioner",
      "volume.kubernetes.io/storage-resizer",
    ],
  },
  {
    rule: "annotation-delivery",
    keys: [
      "applyset.kubernetes.io/*",
      "argocd.argoproj.io/*",
      "config.k8s.io/owning-inventory",
      "config.kubernetes.io/*",
      "helm.toolkit.fluxcd.io/*",
      "internal.config.kubernetes.io/*",
      "kapp.k14s.io/*",
      "kustomize.config.k8s.io/*",
      "kustomize.toolkit.fluxcd.io/*",
      "reconcile.fluxcd.io/*",
    ],
  },
  {
    rule: "annotation-platform",
    keys: [
      "*.cattle.io/*",
      "cni.projectcalico.org/*",
      "k8s.ovn.org/*",
      "k8s.v1.cni.cncf.io/network-status",
      "k8s.v1.cni.cncf.io/networks-status",
      "olm.*",
      "openshift.io/build-config.name",
      "openshift.io/build.*",
      "openshift.io/deployer-pod*",
      "openshift.io/deployment-config.latest-version",
      "openshift.io/deployment-config.name",
      "openshift.io/deployment.*",
      "openshift.io/encoded-deployment-config",
      "openshift.io/image.dockerRepositoryCheck",
      "openshift.io/internal-registry-auth-token.*",
      "openshift.io/internal-registry-pull-secret-ref",
      "openshift.io/scc",
      "openshift.io/token-secret.*",
      "operatorframework.io/*",
      "operators.operatorframework.io/*",
      "ovn.kubernetes.io/*",
      "security.openshift.io/validated-scc-subject-type",
      "service.alpha.openshift.io/originating-service-*",
      "service.alpha.openshift.io/serving-cert-generation-error*",
      "service.alpha.openshift.io/serving-cert-signed-by",
      "service.beta.openshift.io/originating-service-*",
      "service.beta.openshift.io/serving-cert-generation-error*",
      "service.beta.openshift.io/serving-cert-signed-by",
    ],
  },
  // Helm charts write them into pod templates so that new values restart the pods; upgrading the release there does it too.
  {
    rule: "secret-checksum",
    keys: [
      "checksum/credential*",
      "checksum/password*",
      "checksum/secret*",
      "reloader.stakater.com/last-reloaded-from",
    ],
  },
  {
    rule: "annotation-protection",
    keys: [
      "backup.velero.io/*",
      "migration.openshift.io/*",
      "oadp.openshift.io/*",
      "openshift.io/backup-*",
      "openshift.io/restore-*",
      "ramendr.openshift.io/*",
      "stork.libopenstorage.org/*",
      "velero.io/*",
    ],
  },
]);

const LABELS: KeyTable = keyTable([
  {
    rule: "label-controller",
    keys: [
      "apps.kubernetes.io/pod-index",
      "batch.kubernetes.io/controller-uid",
      "batch.kubernetes.io/job-completion-index",
      "batch.kubernetes.io/job-name",
      "controller-revision-hash",
      "controller-uid",
      "endpoints.kubernetes.io/managed-by",
      "endpointslice.kubernetes.io/managed-by",
      "job-name",
      "pod-template-generation",
      "pod-template-hash",
      "statefulset.kubernetes.io/pod-name",
    ],
  },
  {
    rule: "label-tool",
    keys: [
      `${MARK_PREFIX}*`,
      "applyset.kubernetes.io/*",
      "argocd.argoproj.io/*",
      "cli-utils.sigs.k8s.io/*",
      "helm.toolkit.fluxcd.io/*",
      "kapp.k14s.io/*",
      "kustomize.toolkit.fluxcd.io/*",
      "oadp.openshift.io/*",
      "olm.*",
      "operators.coreos.com/*",
      "stork.libopenstorage.org/*",
      "velero.io/*",
    ],
  },
]);

/**
 * Takes from a `metadata` mapping what tools and controllers of this cluster wrote there. Labels that a selector of the
 * application uses always stay, whoever wrote them.
 */
export function cleanMetadata(metadata: Draft, selectorLabels: ReadonlySet<string>, note: Note): void {
  if (metadata["annotations"] !== undefined) cleanMap(metadata, "annotations", { note, table: ANNOTATIONS });
  if (metadata["labels"] !== undefined) cleanMap(metadata, "labels", { note, table: LABELS, except: selectorLabels });
}

/** The rule that drops a label; null when it stays. Namespaces use it without selectors. */
export function labelRule(key: string): ChangeRule | null {
  return ruleOfKey(LABELS, key);
}

function cleanMap(
  metadata: Draft,
  field: "annotations" | "labels",
  how: { readonly note: Note; readonly table: KeyTable; readonly except?: ReadonlySet<string> },
): void {
  const map = draftAt(metadata, field);
  let kept = 0;
  for (const key of Object.keys(map)) {
    const rule = how.except?.has(key) === true ? null : ruleOfKey(how.table, key);
    if (rule === null) kept += 1;
    else {
      delete map[key];
      how.note(rule);
    }
  }
  if (kept === 0) delete metadata[field];
}
