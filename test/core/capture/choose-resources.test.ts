import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { aggregatedGroups } from "../../../src/core/capture/aggregated-apis.ts";
import { chooseResources } from "../../../src/core/capture/choose-resources.ts";
import type { ApiResource } from "../../../src/core/model/api-resource.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";

const ALL = ["create", "delete", "get", "list", "patch", "watch"];

function resource(apiVersion: string, kind: string, more: Partial<ApiResource> = {}): ApiResource {
  return { apiVersion, kind, plural: `${kind.toLowerCase()}s`, namespaced: true, verbs: ALL, ...more };
}

const AGGREGATED = new Set(["metrics.k8s.io", "apps.openshift.io", "image.openshift.io", "computed.example.com"]);

const CASES: readonly (readonly [boolean, string, ApiResource])[] = [
  [true, "a kind of Kubernetes", resource("apps/v1", "Deployment")],
  [true, "a custom resource", resource("databases.example.com/v1beta1", "Database")],
  [false, "a kind without namespaces", resource("v1", "PersistentVolume", { namespaced: false })],
  [false, "a subresource", resource("v1", "Pod", { plural: "pods/log" })],
  [false, "a review", resource("authorization.k8s.io/v1", "LocalSubjectAccessReview", { verbs: ["create"] })],
  [false, "what can't be created", resource("views.example.com/v1", "View", { verbs: ["get", "list"] })],
  [false, "events of the core group", resource("v1", "Event")],
  [false, "events of their own group", resource("events.k8s.io/v1", "Event")],
  [false, "leases", resource("coordination.k8s.io/v1", "Lease")],
  [false, "histories", resource("apps/v1", "ControllerRevision")],
  [
    false,
    "metrics of pods, which are called pods too",
    resource("metrics.k8s.io/v1beta1", "PodMetrics", { plural: "pods" }),
  ],
  [false, "a legacy view", resource("extensions/v1beta1", "Ingress", { plural: "ingresses" })],
  [false, "OpenShift's view of bindings", resource("authorization.openshift.io/v1", "RoleBinding")],
  [false, "OpenShift's view of namespaces", resource("project.openshift.io/v1", "Project")],
  [true, "a stored kind behind an extension server", resource("apps.openshift.io/v1", "DeploymentConfig")],
  [true, "image streams", resource("image.openshift.io/v1", "ImageStream")],
  [false, "tags of image streams", resource("image.openshift.io/v1", "ImageStreamTag")],
  [true, "what nobody knows behind an extension server, to name it", resource("computed.example.com/v1", "Sum")],
  [false, "catalogues of operators", resource("packages.operators.coreos.com/v1", "PackageManifest")],
  [false, "replication itself", resource("stork.libopenstorage.org/v1alpha1", "Migration")],
  [false, "snapshots of one site", resource("snapshot.storage.k8s.io/v1", "VolumeSnapshot")],
  [false, "Argo CD's instructions", resource("argoproj.io/v1alpha1", "Application")],
  [true, "a rollout of the same group", resource("argoproj.io/v1alpha1", "Rollout")],
  [false, "Flux's instructions", resource("kustomize.toolkit.fluxcd.io/v1", "Kustomization")],
  [false, "requests of cert-manager", resource("cert-manager.io/v1", "CertificateRequest")],
  [true, "certificates", resource("cert-manager.io/v1", "Certificate")],
  [false, "runs of pipelines", resource("tekton.dev/v1", "PipelineRun")],
];

describe("which kinds are listed", () => {
  for (const [listed, what, candidate] of CASES) {
    test(`${what}: ${listed ? "listed" : "never asked for"}`, () => {
      const real = candidate.apiVersion.startsWith("extensions/") ? [resource("networking.k8s.io/v1", "Ingress")] : [];
      const { captured } = chooseResources({ resources: [candidate, ...real], stale: [] }, AGGREGATED);
      assert.equal(captured.includes(candidate), listed);
    });
  }

  test("a server so old that a kind exists in extensions alone still shows it", () => {
    const old = resource("extensions/v1beta1", "Ingress", { plural: "ingresses" });
    assert.deepEqual(chooseResources({ resources: [old], stale: [] }, new Set()).captured, [old]);
  });

  test("the same cluster gives the same order, whatever the order of its groups", () => {
    const resources = CASES.map(([, , each]) => each);
    const turned = chooseResources({ resources: resources.toReversed(), stale: [] }, AGGREGATED);
    assert.deepEqual(turned, chooseResources({ resources, stale: [] }, AGGREGATED));
  });

  test("a known view that is down is no loss; a group of which nobody knows what it holds is", () => {
    const stale = [
      "metrics.k8s.io/v1beta1",
      "computed.example.com/v1",
      "apps.openshift.io/v1",
      "unknown.example.com/v1",
    ];
    const chosen = chooseResources({ resources: [], stale }, AGGREGATED);
    assert.deepEqual(chosen.stale, ["apps.openshift.io/v1", "computed.example.com/v1", "unknown.example.com/v1"]);
    assert.deepEqual(chooseResources({ resources: [], stale }, null).stale, chosen.stale);
  });

  test("groups of extension servers are those whose APIService names a Service", () => {
    const service = (group: string, spec: object): KubeObject => ({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: `v1.${group}` },
      spec: { group, ...spec },
    });
    const found = aggregatedGroups([
      service("apps", {}),
      service("route.openshift.io", { service: null }),
      service("metrics.k8s.io", { service: { name: "metrics", namespace: "kube-system" } }),
    ]);
    assert.deepEqual([...found], ["metrics.k8s.io"]);
  });
});
