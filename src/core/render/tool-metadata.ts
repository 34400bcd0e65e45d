import { MARK_PREFIX } from "../model/marks.ts";
import type { Draft, Note } from "./draft.ts";
import { draftAt, drop } from "./draft.ts";
import type { ChangeRule } from "./render-rules.ts";

interface KeyRule {
  readonly rule: ChangeRule;
  readonly exact: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}

const ANNOTATIONS: readonly KeyRule[] = [
  keyRule("annotation-drover", [], [MARK_PREFIX]),
  keyRule("annotation-last-applied", ["kubectl.kubernetes.io/last-applied-configuration"], []),
  keyRule(
    "annotation-controller",
    [
      "kubectl.kubernetes.io/restartedAt",
      "deprecated.daemonset.template.generation",
      "control-plane.alpha.kubernetes.io/leader",
      "volume.kubernetes.io/selected-node",
      "volume.kubernetes.io/storage-provisioner",
      "volume.beta.kubernetes.io/storage-provisioner",
      "volume.kubernetes.io/storage-resizer",
    ],
    ["deployment.kubernetes.io/", "pv.kubernetes.io/", "endpoints.kubernetes.io/"],
  ),
  keyRule(
    "annotation-delivery",
    ["config.k8s.io/owning-inventory"],
    [
      "argocd.argoproj.io/",
      "kustomize.toolkit.fluxcd.io/",
      "helm.toolkit.fluxcd.io/",
      "reconcile.fluxcd.io/",
      "applyset.kubernetes.io/",
      "kapp.k14s.io/",
      "config.kubernetes.io/",
      "internal.config.kubernetes.io/",
      "kustomize.config.k8s.io/",
    ],
  ),
  keyRule(
    "annotation-platform",
    [
      "openshift.io/internal-registry-pull-secret-ref",
      "openshift.io/scc",
      "security.openshift.io/validated-scc-subject-type",
      "openshift.io/deployment-config.latest-version",
      "openshift.io/encoded-deployment-config",
      "k8s.v1.cni.cncf.io/network-status",
      "k8s.v1.cni.cncf.io/networks-status",
      "cloud.google.com/neg-status",
      "metallb.universe.tf/ip-allocated-from-pool",
      "metallb.io/ip-allocated-from-pool",
    ],
    [
      "openshift.io/deployment.",
      "openshift.io/deployer-pod",
      "service.beta.openshift.io/serving-cert-signed-by",
      "service.alpha.openshift.io/serving-cert-signed-by",
      "service.beta.openshift.io/serving-cert-generation-error",
      "service.alpha.openshift.io/serving-cert-generation-error",
      "olm.",
      "operators.operatorframework.io/",
      "operatorframework.io/",
      "field.cattle.io/",
      "lifecycle.cattle.io/",
      "management.cattle.io/",
      "k8s.ovn.org/",
      "ovn.kubernetes.io/",
      "cni.projectcalico.org/",
    ],
  ),
  keyRule(
    "annotation-protection",
    [],
    [
      "velero.io/",
      "backup.velero.io/",
      "openshift.io/backup-",
      "openshift.io/restore-",
      "migration.openshift.io/",
      "oadp.openshift.io/",
      "stork.libopenstorage.org/",
      "ramendr.openshift.io/",
    ],
  ),
];

const LABELS: readonly KeyRule[] = [
  keyRule(
    "label-controller",
    [
      "controller-uid",
      "batch.kubernetes.io/controller-uid",
      "job-name",
      "batch.kubernetes.io/job-name",
      "pod-template-hash",
      "controller-revision-hash",
      "pod-template-generation",
      "statefulset.kubernetes.io/pod-name",
      "apps.kubernetes.io/pod-index",
      "endpointslice.kubernetes.io/managed-by",
      "endpoints.kubernetes.io/managed-by",
    ],
    [],
  ),
  keyRule(
    "label-tool",
    [],
    [
      MARK_PREFIX,
      "olm.",
      "operators.coreos.com/",
      "kustomize.toolkit.fluxcd.io/",
      "helm.toolkit.fluxcd.io/",
      "applyset.kubernetes.io/",
      "kapp.k14s.io/",
      "velero.io/",
      "stork.libopenstorage.org/",
    ],
  ),
];

function keyRule(rule: ChangeRule, exact: readonly string[], prefixes: readonly string[]): KeyRule {
  return { rule, exact: new Set(exact), prefixes };
}

function ruleFor(rules: readonly KeyRule[], key: string): ChangeRule | null {
  const found = rules.find(
    ({ exact, prefixes }) => exact.has(key) || prefixes.some((prefix) => key.startsWith(prefix)),
  );
  return found?.rule ?? null;
}

/**
 * Takes from a `metadata` mapping what tools and controllers of this cluster wrote there. Labels that a selector of the
 * application uses always stay, whoever wrote them.
 */
export function cleanMetadata(metadata: Draft, selectorLabels: ReadonlySet<string>, note: Note): void {
  cleanMap(metadata, "annotations", { note, ruleOf: (key) => ruleFor(ANNOTATIONS, key) });
  cleanMap(metadata, "labels", { note, ruleOf: (key) => (selectorLabels.has(key) ? null : ruleFor(LABELS, key)) });
}

/** The rule that drops a label; null when it stays. Namespaces use it without selectors. */
export function labelRule(key: string): ChangeRule | null {
  return ruleFor(LABELS, key);
}

function cleanMap(
  metadata: Draft,
  field: "annotations" | "labels",
  how: { readonly note: Note; readonly ruleOf: (key: string) => ChangeRule | null },
): void {
  const map = draftAt(metadata, field);
  for (const key of Object.keys(map)) {
    const rule = how.ruleOf(key);
    if (rule !== null) drop(map, [key], { rule, note: how.note });
  }
  if (Object.keys(map).length === 0) delete metadata[field];
}
