import { asFields, asString } from "./fields.ts";

/**
 * Field managers that are controllers of the cluster, not people and not their tools (as they sign in Kubernetes 1.24 to
 * 1.36 and OpenShift 4.12 to 4.20). What only they own in an object, they will write again elsewhere.
 */
const CONTROLLERS: ReadonlySet<string> = new Set([
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "cloud-controller-manager",
  "openshift-controller-manager",
  "cluster-policy-controller",
  "pod-security-admission-label-synchronization-controller",
  "service-ca-operator",
  "cert-manager-cainjector",
  "external-snapshotter",
]);
const CONTROLLER_PREFIXES = ["openshift.io/image-registry-pull-secrets_", "csi-"];

/** True when an entry of `managedFields` says what a controller wrote outside of the status. */
export function isControllerEntry(entry: unknown): boolean {
  const { manager, subresource } = asFields(entry) as { manager?: unknown; subresource?: unknown };
  if (subresource === "status") return false;
  const name = asString(manager) ?? "";
  return CONTROLLERS.has(name) || CONTROLLER_PREFIXES.some((prefix) => name.startsWith(prefix));
}
