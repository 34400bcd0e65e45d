import { flowText } from "../../core/desired/editing/flow-text.ts";
import type { InitPlan } from "./init-plan.ts";

/** An application to copy: its name ends in `.example`, so that Drover does not read it. */
export function applicationTemplate({ first }: InitPlan): string {
  return `# yaml-language-server: $schema=../.drover/document.schema.json
#
# Copy this file to apps/shop.yaml, change what is yours, and open a pull request:  cp apps/shop.yaml.example apps/shop.yaml
apiVersion: drover.dev/v1alpha1
kind: ProtectedApplication
metadata:
  name: shop
spec:
  policies: [metro]
  # Whole namespaces; add selector: {matchLabels: {...}} to protect a part of one.
  namespaces: [shop]
  placement:
    preferredCluster: ${flowText(first.name)}
    # Where it runs. Never change it by hand alone: \`drover failover\` and \`drover relocate\` write it together with the
    # transition that people approve.
    activeCluster: ${flowText(first.name)}
  configuration:
    # git: the DR branch brings the configuration to the standby. stork: Stork copies it.
    owner: git
  render:
    # external: another tool brings the Secrets to the standby. sops: encrypted in the branch. omit: left out.
    secrets: external
    # What has to be written differently on a receiving cluster.
    # targets:
    #   west: {storageClasses: {east-ssd: west-ssd}, hosts: {.east.example.com: .west.example.com}}
    # Your own changes: a JSON patch, or CEL over \`object\` that gives the value at \`path\`. One that does not fit an
    # object refuses the render; none can start anything on a standby.
    # rules:
    #   - {name: dns, match: {kind: Deployment}, patch: [{op: add, path: /spec/template/spec/dnsPolicy, value: Default}]}
    #   - {name: half, clusters: [west], match: {name: web}, path: /spec/replicas, cel: object.spec.replicas / 2}
  # Order of starting; stopping is the reverse. Absent: by dependency.
  # startup: [{kind: StatefulSet, name: db}, {kind: Deployment, name: web}]
`;
}
