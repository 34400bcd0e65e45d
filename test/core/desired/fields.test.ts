import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Changes, Part } from "../../builders/documents.ts";
import { described, desiredWith } from "../../builders/documents.ts";

/** What is changed in which document, and the finding that must follow: its code and a part of its message. */
type Refusal = readonly [part: Part, changes: Changes, code: string, message: RegExp];

const T = "spec.placement.transition";
const FAILOVER = {
  [T]: { id: "move-1", type: "Failover", from: "east", notAfter: "2026-11-23T06:00:00Z", reason: "east is down" },
  "spec.placement.activeCluster": "west",
};
const RELOCATE = {
  [T]: { id: "move-1", type: "Relocate", from: "east", notAfter: "2026-11-23T06:00:00Z" },
  "spec.placement.activeCluster": "west",
};
const CANCEL = { [T]: { id: "move-1", type: "Cancel", reason: "changed our minds" } };
const LONG = "x".repeat(41);

const REFUSALS: readonly Refusal[] = [
  // all documents
  ["shop", { apiVersion: "drover.dev/v2" }, "unknown-kind", /apiVersion "drover.dev\/v2"/],
  ["shop", { apiVersion: undefined }, "unknown-kind", /apiVersion is required/],
  ["shop", { kind: "ProtectedAplication" }, "unknown-kind", /ProtectedAplication/],
  ["shop", { kind: undefined }, "unknown-kind", /kind is required/],
  ["shop", { "metadata.name": undefined }, "missing-field", /metadata\.name is required/],
  ["shop", { "metadata.name": "Shop" }, "invalid-field", /metadata\.name: "Shop" is not a name/],
  ["shop", { "metadata.name": LONG }, "invalid-field", /at most 40 characters/],
  ["shop", { "metadata.name": "-shop" }, "invalid-field", /is not a name/],
  ["shop", { "metadata.name": 12 }, "invalid-field", /is a number and must be text/],
  ["shop", { "metadata.namespace": "x" }, "unknown-field", /metadata has no field "namespace"/],
  ["shop", { "metadata.labels": { a: 1 } }, "invalid-field", /metadata\.labels\.a/],
  ["shop", { spec: null }, "invalid-field", /spec is empty \(null\)/],
  ["shop", { spec: undefined }, "missing-field", /spec is required/],
  ["shop", { status: {} }, "unknown-field", /the document has no field "status"/],
  // Settings
  ["settings", { "spec.folder": ["apps"] }, "unknown-field", /spec has no field "folder"/],
  ["settings", { "spec.folders": "apps" }, "invalid-field", /must be a list/],
  ["settings", { "spec.folders": ["../apps"] }, "invalid-field", /not a folder inside/],
  ["settings", { "spec.folders": ["/apps"] }, "invalid-field", /not a folder inside/],
  ["settings", { "spec.folders": ["apps\\x"] }, "invalid-field", /not a folder inside/],
  ["settings", { "spec.folders": [".git/x"] }, "invalid-field", /not a folder inside/],
  ["settings", { "spec.folders": ["."] }, "invalid-field", /not a folder inside/],
  ["settings", { "spec.folders": [null] }, "invalid-field", /spec\.folders\[0\] is empty/],
  ["settings", { "spec.policies": "apps/rules" }, "invalid-field", /overlap/],
  ["settings", { "spec.policies": "apps" }, "invalid-field", /overlap/],
  ["settings", { "spec.policies": "../rules" }, "invalid-field", /not a folder inside/],
  ["settings", { "spec.folders": ["policies/apps"] }, "invalid-field", /overlap/],
  ["settings", { "spec.remote": "--upload-pack=x" }, "invalid-field", /git allows/],
  ["settings", { "spec.protectedBranch": "a..b" }, "invalid-field", /git allows/],
  ["settings", { "spec.branchPrefix": "drover/" }, "invalid-field", /branchPrefix.*drover\/.*evidence/],
  ["settings", { "spec.branchPrefix": "drover/evidence/" }, "invalid-field", /branchPrefix.*drover\//],
  ["settings", { "spec.protectedBranch": "drover/evidence" }, "invalid-field", /protectedBranch.*drover\/.*evidence/],
  ["settings", { "spec.protectedBranch": "drover" }, "invalid-field", /protectedBranch.*drover\//],
  ["settings", { "spec.branchPrefix": "main/dr/" }, "invalid-field", /protected branch main.*main\/dr\//],
  ["settings", { "spec.protectedBranch": "dr/main" }, "invalid-field", /protected branch dr\/main has the prefix/],
  ["settings", { "spec.branchPrefix": "dr" }, "invalid-field", /does not end with a slash/],
  ["settings", { "spec.forge": { type: "gitlab", repository: "acme/dr" } }, "invalid-field", /gitlab/],
  ["settings", { "spec.forge": { type: "github" } }, "missing-field", /repository is required/],
  ["settings", { "spec.forge": { type: "github", repository: "dr" } }, "invalid-field", /is not a repository/],
  ["settings", { "spec.forge": { type: "github", repository: "a/b", url: "x" } }, "unknown-field", /"url"/],
  ["settings", { "spec.approvals.verify": "forge" }, "invalid-field", /spec\.forge is absent/],
  ["settings", { "spec.approvals": undefined }, "invalid-field", /spec\.forge is absent/],
  ["settings", { "spec.approvals.verify": "none" }, "invalid-field", /"none" is not allowed/],
  ["settings", { "spec.approvals.routine": 11 }, "invalid-field", /above 10/],
  ["settings", { "spec.approvals.disruptive": -1 }, "invalid-field", /below 0/],
  ["settings", { "spec.approvals.destructive": 1.5 }, "invalid-field", /must be a whole number/],
  ["settings", { "spec.approvals.users": ["@jane"] }, "invalid-field", /is not a login/],
  ["settings", { "spec.approvals.teams": ["approvers"] }, "invalid-field", /is not a team/],
  ["settings", { "spec.executor": "cron" }, "invalid-field", /"cron" is not allowed/],
  // Cluster
  ["east", { "spec.connection": undefined }, "missing-field", /spec\.connection is required/],
  ["east", { "spec.connection": {} }, "invalid-field", /exactly one of context, env, inCluster; it has none/],
  ["east", { "spec.connection": { context: "a", env: "B" } }, "invalid-field", /context and env/],
  ["east", { "spec.connection": { inCluster: false } }, "invalid-field", /inCluster/],
  ["east", { "spec.connection": { context: "a", elsewhere: { context: "b" } } }, "invalid-field", /without inCluster/],
  ["east", { "spec.connection": { inCluster: true, elsewhere: {} } }, "invalid-field", /elsewhere needs exactly one/],
  ["east", { "spec.connection": { env: "apiVersion: v1\n" } }, "invalid-field", /name of an environment variable/],
  ["east", { "spec.identity": "kube-system" }, "invalid-field", /is not a UUID/],
  ["east", { "spec.delivery": undefined }, "missing-field", /spec\.delivery is required/],
  ["east", { "spec.delivery.type": "helm" }, "invalid-field", /"helm" is not allowed/],
  ["east", { "spec.delivery.timeout": "20 seconds" }, "invalid-field", /"20 seconds" is not a duration/],
  ["east", { "spec.delivery.timeout": 20 }, "invalid-field", /must be text/],
  ["east", { "spec.delivery.timeout": "99999999999999999999d" }, "invalid-field", /longer duration/],
  ["east", { "spec.portworx.adminNamespace": "Kube" }, "invalid-field", /is not a name/],
  ["east", { "spec.portworx.clusterDomain": "" }, "invalid-field", /needs 1 to 253 characters/],
  ["east", { "spec.secrets": { age: ["age1abc"] } }, "invalid-field", /not an age recipient/],
  // DRPolicy
  ["metro", { "spec.clusters": ["east"] }, "invalid-field", /exactly two entries/],
  ["metro", { "spec.clusters": ["east", 5] }, "invalid-field", /neither a cluster's name nor/],
  ["metro", { "spec.clusters": ["east", "east"] }, "own-partner", /east is its own partner/],
  ["metro", { "spec.clusters": ["east", "nowhere"] }, "unknown-reference", /Cluster nowhere/],
  ["regional", { "spec.clusters": ["far", { syncPair: "metro" }] }, "invalid-field", /second place/],
  ["regional", { "spec.clusters": [{ syncPair: "nothing" }, "far"] }, "unknown-reference", /DRPolicy nothing/],
  ["regional", { "spec.clusters": [{ syncPair: "regional" }, "far"] }, "invalid-field", /not a sync policy/],
  ["regional", { "spec.clusters": [{ syncPair: "metro" }, "west"] }, "own-partner", /member of the pair metro/],
  [
    "regional",
    { "spec.clusters": [{ syncPair: "metro", x: 1 }, "far"] },
    "unknown-field",
    /clusters\[0\] has no field/,
  ],
  ["metro", { "spec.clusters": [{ syncPair: "regional" }, "west"] }, "invalid-field", /Only an async policy/],
  ["metro", { "spec.replication.provider": "zfs" }, "invalid-field", /"zfs" is not allowed/],
  ["metro", { "spec.replication.provider": undefined }, "missing-field", /provider is required/],
  ["metro", { "spec.replication.mode": undefined }, "missing-field", /mode is required/],
  ["metro", { "spec.replication.mode": "Sync" }, "invalid-field", /"Sync" is not allowed/],
  [
    "metro",
    { "spec.replication": { provider: "none", mode: "sync" } },
    "invalid-field",
    /no meaning for provider none/,
  ],
  ["metro", { "spec.replication.portworx": undefined }, "missing-field", /portworx is required/],
  ["metro", { "spec.replication.portworx": {} }, "missing-field", /clusterPair is required/],
  ["metro", { "spec.replication.provider": "volsync" }, "invalid-field", /beside another provider/],
  ["regional", { "spec.replication.portworx": { clusterPair: "a" } }, "missing-field", /backupLocation is required/],
  ["regional", { "spec.replication.schedule": undefined }, "missing-field", /schedule is required for async/],
  ["regional", { "spec.replication.schedule": {} }, "invalid-field", /exactly one of interval/],
  [
    "regional",
    { "spec.replication.schedule": { interval: "1h", daily: "02:00" } },
    "invalid-field",
    /interval and daily/,
  ],
  ["regional", { "spec.replication.schedule": { interval: "90s" } }, "invalid-field", /whole number of minutes/],
  ["regional", { "spec.replication.schedule": { interval: "0m" } }, "invalid-field", /whole number of minutes/],
  ["regional", { "spec.replication.schedule": { daily: "24:00" } }, "invalid-field", /time of day/],
  [
    "regional",
    { "spec.replication.schedule": { weekly: { day: "Monday", time: "02:00" } } },
    "invalid-field",
    /Monday/,
  ],
  ["regional", { "spec.replication.schedule": { weekly: { day: "Mon" } } }, "missing-field", /time is required/],
  [
    "regional",
    { "spec.replication.schedule": { monthly: { date: 29, time: "02:00" } } },
    "invalid-field",
    /every month/,
  ],
  ["regional", { "spec.objectives.rpo": "30m" }, "objective-impossible", /shorter than the time between/],
  ["regional", { "spec.objectives.rpo": "0s" }, "objective-impossible", /cannot be met by async/],
  ["regional", { "spec.replication.schedule": { daily: "02:00" } }, "objective-impossible", /shorter than/],
  ["metro", { "spec.objectives.rpo": "1s" }, "objective-impossible", /sync policy loses nothing/],
  ["metro", { "spec.objectives.rto": "0s" }, "invalid-field", /rto: "0s" is zero/],
  ["metro", { "spec.objectives": undefined }, "missing-field", /objectives is required/],
  ["metro", { "spec.link": { maxRoundTrip: "11ms" } }, "invalid-field", /10ms at most/],
  ["metro", { "spec.link": { maxRoundTrip: "0ms" } }, "invalid-field", /is zero/],
  ["east", { "spec.portworx": undefined }, "missing-field", /needs the cluster domain of east/],
  ["east", { "spec.portworx.clusterDomain": "site-west" }, "invalid-field", /have the same cluster domain/],
  ["east", { "spec.identity": "22222222-2222-4222-8222-222222222222" }, "own-partner", /the identity of two clusters/],
  ["east", { "spec.connection.context": "west" }, "own-partner", /the connection of two clusters/],
  // ProtectedApplication
  ["shop", { "spec.policies": [] }, "invalid-field", /spec\.policies is empty/],
  ["shop", { "spec.policies": ["metro", "metro"] }, "invalid-field", /stands there twice/],
  ["shop", { "spec.policies": ["metr"] }, "unknown-reference", /DRPolicy metr/],
  ["shop", { "spec.namespaces": undefined }, "missing-field", /namespaces is required/],
  ["shop", { "spec.namespaces": ["shop", "shop"] }, "invalid-field", /stands there twice/],
  ["shop", { "spec.namespaces": ["Shop"] }, "invalid-field", /is not a name/],
  ["shop", { "spec.selector": {} }, "missing-field", /matchLabels is required/],
  ["shop", { "spec.selector": { matchLabels: {} } }, "invalid-field", /matchLabels is empty/],
  ["shop", { "spec.selector": { matchLabels: { "a b": "c" } } }, "invalid-field", /label key/],
  ["shop", { "spec.selector": { matchLabels: { a: "c d" } } }, "invalid-field", /label value/],
  ["shop", { "spec.placement.preferredCluster": undefined }, "missing-field", /preferredCluster is required/],
  ["shop", { "spec.placement.activeCluster": "moon" }, "unknown-reference", /Cluster moon/],
  [
    "shop",
    { "spec.policies": ["metro"], "spec.placement.preferredCluster": "far" },
    "invalid-field",
    /none of the app/,
  ],
  ["shop", { ...FAILOVER, [`${T}.id`]: "a" }, "invalid-field", /is not an id/],
  ["shop", { ...FAILOVER, [`${T}.id`]: "Move_1" }, "invalid-field", /is not an id/],
  ["shop", { ...FAILOVER, [`${T}.id`]: 20261123 }, "invalid-field", /must be text/],
  ["shop", { ...FAILOVER, [`${T}.type`]: "FailOver" }, "invalid-field", /"FailOver" is not allowed/],
  ["shop", { ...FAILOVER, [`${T}.type`]: undefined }, "missing-field", /type is required/],
  ["shop", { ...FAILOVER, [`${T}.from`]: undefined }, "missing-field", /Failover needs .*from/],
  ["shop", { ...FAILOVER, [`${T}.from`]: "west" }, "invalid-field", /goes from west to west/],
  ["shop", { ...FAILOVER, [`${T}.from`]: "moon" }, "unknown-reference", /Cluster moon/],
  ["shop", { ...FAILOVER, [`${T}.reason`]: undefined }, "missing-field", /Failover needs .*reason/],
  ["shop", { ...FAILOVER, [`${T}.reason`]: "no" }, "invalid-field", /3 to 500 characters/],
  ["shop", { ...FAILOVER, [`${T}.reason`]: "x".repeat(501) }, "invalid-field", /3 to 500 characters/],
  ["shop", { ...FAILOVER, [`${T}.notAfter`]: undefined }, "missing-field", /Failover needs .*notAfter/],
  ["shop", { ...FAILOVER, [`${T}.notAfter`]: "tomorrow" }, "invalid-field", /RFC 3339/],
  ["shop", { ...FAILOVER, [`${T}.notAfter`]: "2026-02-30T00:00:00Z" }, "invalid-field", /RFC 3339/],
  ["shop", { ...FAILOVER, [`${T}.notAfter`]: "2026-11-23T06:00:00" }, "invalid-field", /RFC 3339/],
  ["shop", { ...FAILOVER, [`${T}.fence`]: { attestation: "off", by: "j" } }, "invalid-field", /10 to 500 characters/],
  ["shop", { ...FAILOVER, [`${T}.fence`]: { attestation: "racks are off" } }, "missing-field", /by is required/],
  ["shop", { ...FAILOVER, [`${T}.unprotectedNamespaces`]: ["A"] }, "invalid-field", /Kubernetes allows/],
  ["shop", { ...FAILOVER, [`${T}.acceptMixedPoints`]: "yes" }, "invalid-field", /true or false/],
  ["shop", { ...FAILOVER, "spec.placement.activeCluster": "far" }, "missing-field", /needs acceptRecoveryPoint/],
  ["shop", { ...RELOCATE, [`${T}.acceptRecoveryPoint`]: "2026-11-23T02:00:00Z" }, "invalid-field", /only a Failover/],
  [
    "shop",
    { ...RELOCATE, [`${T}.fence`]: { attestation: "racks are off", by: "j" } },
    "invalid-field",
    /person's word/,
  ],
  ["shop", { ...RELOCATE, [`${T}.notAfter`]: undefined }, "missing-field", /Relocate needs .*notAfter/],
  ["shop", { ...CANCEL, [`${T}.reason`]: undefined }, "missing-field", /Cancel needs .*reason/],
  [
    "shop",
    { ...CANCEL, [`${T}.fence`]: { attestation: "racks are off", by: "j" } },
    "invalid-field",
    /Cancel must not have fence/,
  ],
  ["shop", { ...CANCEL, [`${T}.discardDivergedData`]: true }, "invalid-field", /only takes a transition back/],
  ["shop", { "spec.consistency": { before: [{ select: {}, exec: [] }] } }, "invalid-field", /exec is empty/],
  ["shop", { "spec.consistency": { before: [{ exec: ["x"] }] } }, "missing-field", /select is required/],
  ["shop", { "spec.configuration": { owner: "argo" } }, "invalid-field", /"argo" is not allowed/],
  ["shop", { "spec.render.secrets": "plain" }, "invalid-field", /"plain" is not allowed/],
  ["shop", { "spec.render.secrets": "sops" }, "invalid-field", /no age recipient: east, far, west/],
  ["shop", { "spec.render.targets": { moon: {} } }, "unknown-reference", /Cluster moon/],
  ["shop", { "spec.render.targets": { west: { classes: {} } } }, "unknown-field", /"classes"/],
  ["shop", { "spec.render.targets": { west: { hosts: { a: 1 } } } }, "invalid-field", /hosts\.a/],
  ["shop", { "spec.render.accept": ["not a digest"] }, "invalid-field", /is not a digest/],
  ["shop", { "spec.render.exclude": [{}] }, "invalid-field", /would leave everything out/],
  ["shop", { "spec.render.exclude": [{ label: "x" }] }, "unknown-field", /"label"/],
  ["shop", { "spec.startup": [{ kind: "Deployment" }] }, "missing-field", /name is required/],
  [
    "shop",
    { "spec.startup": [{ kind: "Deployment", name: "w", namespace: "x" }] },
    "invalid-field",
    /application's names/,
  ],
];

describe("a document is refused", () => {
  for (const [part, changes, code, message] of REFUSALS) {
    test(`${part} ${JSON.stringify(changes)}`, () => {
      const result = desiredWith({ [part]: changes });
      const errors = result.findings.filter(({ severity }) => severity === "error");
      const found = errors.find((finding) => finding.code === code && message.test(finding.message));
      assert.ok(found, described(result).join("\n") || "no finding at all");
      assert.ok(found.file !== null && (found.line ?? 0) > 0 && (found.column ?? 0) > 0, "it has a place");
      assert.ok(found.remedy.length > 5, "it has a remedy");
      assert.ok(result.blocked.has("shop") || part === "shop" || !result.complete, "shop is left alone");
    });
  }
});

type Acceptance = readonly [part: Part, changes: Changes];

const ACCEPTANCES: readonly Acceptance[] = [
  ["shop", { "metadata.name": "x".repeat(40) }],
  ["shop", { "metadata.labels": { team: "a" }, "metadata.annotations": { note: "b" } }],
  ["settings", { "spec.folders": ["./clusters/", "apps//"], "spec.policies": "rules" }],
  ["settings", { "spec.approvals": undefined, "spec.forge": { type: "github", repository: "acme/dr" } }],
  ["settings", { "spec.approvals.routine": 0, "spec.approvals.disruptive": 10 }],
  ["east", { "spec.connection": { env: "KUBECONFIG_EAST" } }],
  ["east", { "spec.connection": { inCluster: true } }],
  ["east", { "spec.connection": { inCluster: true, elsewhere: { context: "e" } } }],
  ["east", { "spec.delivery": { type: "argocd", timeout: "1m30s" } }],
  ["far", { "spec.portworx": undefined }],
  ["metro", { "spec.link": { maxRoundTrip: "5ms" } }],
  ["metro", { "spec.replication.schedule": { daily: "02:30" } }],
  ["regional", { "spec.replication.schedule": { monthly: { date: 28, time: "23:59" } }, "spec.objectives.rpo": "31d" }],
  ["regional", { "spec.replication.schedule": { weekly: { day: "Sun", time: "00:00" } }, "spec.objectives.rpo": "7d" }],
  ["regional", { "spec.replication": { provider: "velero", mode: "async", schedule: { interval: "2h" } } }],
  ["regional", { "spec.clusters": ["east", "far"], "spec.replication": { provider: "none" } }],
  ["shop", FAILOVER],
  ["shop", { ...FAILOVER, [`${T}.unprotectedNamespaces`]: ["n".repeat(63)] }],
  [
    "shop",
    { ...FAILOVER, "spec.placement.activeCluster": "far", [`${T}.acceptRecoveryPoint`]: "2026-11-23T02:30:00+01:00" },
  ],
  ["shop", { ...RELOCATE, [`${T}.discardDivergedData`]: true }],
  ["shop", CANCEL],
  ["shop", { ...CANCEL, [`${T}.from`]: "east", [`${T}.notAfter`]: "2026-11-23T06:00:00Z" }],
  ["shop", { "spec.configuration": { owner: "stork" } }],
  ["shop", { "spec.render.exclude": [{ group: "", kind: "ConfigMap" }, { matchLabels: { a: "" } }] }],
  ["shop", { "spec.startup": [{ kind: "StatefulSet", name: "db", apiVersion: "apps/v1", namespace: "shop" }] }],
];

describe("a document is accepted", () => {
  test("the small repository as it is", () => {
    const result = desiredWith();
    assert.deepEqual(described(result), []);
    assert.deepEqual([...result.blocked], []);
    assert.ok(result.complete);
  });
  for (const [part, changes] of ACCEPTANCES) {
    test(`${part} ${JSON.stringify(changes)}`, () => {
      const result = desiredWith({ [part]: changes });
      assert.deepEqual(described(result), []);
      assert.deepEqual([...result.blocked], []);
    });
  }
});
