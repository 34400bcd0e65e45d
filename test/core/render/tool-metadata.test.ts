import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { sanitize } from "./sanitizing.ts";

function cleaned(metadata: { annotations?: Record<string, string>; labels?: Record<string, string> }): unknown {
  const { object } = sanitize({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "shop", ...metadata },
  });
  const { annotations, labels } = (object as KubeObject).metadata;
  return [...Object.keys(annotations ?? {}), ...Object.keys(labels ?? {})];
}

const DROPPED_ANNOTATIONS = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "kubectl.kubernetes.io/restartedAt",
  "checksum/secret",
  "checksum/secrets",
  "checksum/secret-config",
  "checksum/credentials",
  "reloader.stakater.com/last-reloaded-from",
  "deployment.kubernetes.io/revision-history",
  "pv.kubernetes.io/bind-completed",
  "volume.kubernetes.io/selected-node",
  "endpoints.kubernetes.io/last-change-trigger-time",
  "batch.kubernetes.io/cronjob-scheduled-timestamp",
  "autoscaling.alpha.kubernetes.io/current-metrics",
  "kubernetes.io/config.hash",
  "argocd.argoproj.io/tracking-id",
  "kustomize.toolkit.fluxcd.io/name",
  "config.k8s.io/owning-inventory",
  "kapp.k14s.io/identity",
  "config.kubernetes.io/local-config",
  "internal.config.kubernetes.io/path",
  "openshift.io/scc",
  "openshift.io/deployment.phase",
  "openshift.io/build.number",
  "openshift.io/build-config.name",
  "openshift.io/token-secret.name",
  "service.beta.openshift.io/serving-cert-generation-error-num",
  "olm.providedAPIs",
  "olm.operatorframework.io/x",
  "operatorframework.io/properties",
  "field.cattle.io/projectId",
  "management.cattle.io/x",
  "k8s.ovn.org/pod-networks",
  "k8s.v1.cni.cncf.io/network-status",
  "velero.io/backup-name",
  "migration.openshift.io/preQuiesceReplicas",
  "stork.libopenstorage.org/migrationReplicas",
  "ramendr.openshift.io/x",
  "drover.dev/epoch",
];
const KEPT_ANNOTATIONS = [
  "checksum/config",
  "kubernetes.io/change-cause",
  "meta.helm.sh/release-name",
  "image.openshift.io/triggers",
  "openshift.io/build-config.paused",
  "openshift.io/display-name",
  "k8s.v1.cni.cncf.io/networks",
  "autoscaling.keda.sh/paused",
  "service.beta.openshift.io/serving-cert-secret-name",
  "drover.dev/job-idempotent",
  "cattle.io/x",
  "example.com/olm.x",
  "team",
];
const DROPPED_LABELS = [
  "controller-uid",
  "batch.kubernetes.io/job-name",
  "pod-template-hash",
  "endpointslice.kubernetes.io/managed-by",
  "olm.owner",
  "operators.coreos.com/etcd.shop",
  "argocd.argoproj.io/instance",
  "kustomize.toolkit.fluxcd.io/namespace",
  "velero.io/restore-name",
  "stork.libopenstorage.org/migrated",
  "drover.dev/x",
];
const KEPT_LABELS = ["app.kubernetes.io/instance", "app.kubernetes.io/managed-by", "job", "team"];

function each(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, "true"]));
}

test("annotations of controllers, tools and this cluster go; what people wrote stays", () => {
  assert.deepEqual(cleaned({ annotations: each([...DROPPED_ANNOTATIONS, ...KEPT_ANNOTATIONS]) }), KEPT_ANNOTATIONS);
});

test("labels likewise", () => {
  assert.deepEqual(cleaned({ labels: each([...DROPPED_LABELS, ...KEPT_LABELS]) }), KEPT_LABELS);
});

test("a label that a selector uses stays, whoever wrote it", () => {
  const live = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "shop", labels: { "pod-template-hash": "x" } },
  };
  const { object, rules } = sanitize(live, {}, ["pod-template-hash"]);
  assert.deepEqual((object as KubeObject).metadata.labels, { "pod-template-hash": "x" });
  assert.deepEqual(rules, {});
});
