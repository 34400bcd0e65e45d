/** Groups under `k8s.io` that custom resource definitions bring in, although the name looks like the platform's. */
const DEFINED: ReadonlySet<string> = new Set([
  "gateway.networking.k8s.io",
  "autoscaling.k8s.io",
  "policy.networking.k8s.io",
  "kueue.x-k8s.io",
  "snapshot.storage.k8s.io",
  "groupsnapshot.storage.k8s.io",
  "secrets-store.csi.x-k8s.io",
]);

/**
 * Whether kinds of this group exist only where somebody installed a custom resource definition. Groups of Kubernetes have
 * no dot or end in `k8s.io`; those of OpenShift come with the platform, as crane's export has it.
 */
export function isCustomGroup(group: string): boolean {
  if (DEFINED.has(group)) return true;
  return group.includes(".") && !group.endsWith(".k8s.io") && group !== "k8s.io" && !group.endsWith(".openshift.io");
}
