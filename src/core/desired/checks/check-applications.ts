import type { DRPolicy } from "../dr-policy.ts";
import { modeOf } from "../dr-policy.ts";
import type { Issue } from "../issue.ts";
import { invalidField, missingField } from "../issue.ts";
import type { ProtectedApplication } from "../protected-application.ts";
import type { FieldPath } from "../source.ts";
import { describePath } from "../source.ts";
import { clustersOf, joins } from "../topology.ts";
import type { Problem, World } from "./problem.ts";
import { onApplication } from "./problem.ts";
import { unknownReference } from "./reference.ts";

/** What applications owe the policies and clusters that they name. */
export function checkApplications(world: World): readonly Problem[] {
  return [...world.applications.values()].flatMap((application) => {
    const policies = application.policies.flatMap((name) => world.policies.get(name) ?? []);
    const subject: Subject = { application, world, policies, members: membersOf(application, policies, world) };
    return [
      ...policyReferences(subject),
      ...placement(subject),
      ...renderTargets(subject),
      ...ruleClusters(subject),
      ...recoveryPoint(subject),
      ...ownership(subject),
      ...consistency(subject),
      ...recipients(subject),
      ...decryption(subject),
    ].map((issue) => onApplication(application, issue));
  });
}

interface Subject {
  readonly application: ProtectedApplication;
  readonly world: World;
  readonly policies: readonly DRPolicy[];
  /** Clusters of all its policies; null when one of them cannot be read, so that nothing is known to be outside. */
  readonly members: ReadonlySet<string> | null;
}

function membersOf(
  application: ProtectedApplication,
  policies: readonly DRPolicy[],
  world: World,
): ReadonlySet<string> | null {
  const pairs = policies.flatMap(({ clusters: [side] }) => (side.type === "syncPair" ? [side.policy] : []));
  const readable = [...application.policies, ...pairs].every((name) => world.policies.has(name));
  return readable ? new Set(policies.flatMap((policy) => clustersOf(policy, world.policies))) : null;
}

function policyReferences({ application, world }: Subject): readonly Issue[] {
  return application.policies.flatMap((name, index) => {
    const target = { kind: "DRPolicy", known: world.policies, broken: world.broken.policies } as const;
    return unknownReference(name, ["spec", "policies", index], target) ?? [];
  });
}

function placement(subject: Subject): readonly Issue[] {
  const { preferredCluster, activeCluster, transition } = subject.application.placement;
  const path = ["spec", "placement"];
  const issues = [
    ...member(subject, preferredCluster, [...path, "preferredCluster"]),
    ...member(subject, activeCluster, [...path, "activeCluster"]),
  ];
  if (transition === null || transition.type === "Cancel") return issues;
  return [...issues, ...member(subject, transition.from, [...path, "transition", "from"])];
}

function member(subject: Subject, cluster: string, path: FieldPath): readonly Issue[] {
  const { world, members } = subject;
  const target = { kind: "Cluster", known: world.clusters, broken: world.broken.clusters } as const;
  const unknown = unknownReference(cluster, path, target);
  if (unknown !== null) return [unknown];
  if (members === null || members.has(cluster)) return [];
  const message = `${describePath(path)}: ${cluster} is in none of the application's policies.`;
  return [invalidField(path, message, `Write one of their clusters: ${[...members].sort().join(", ")}.`)];
}

function renderTargets({ application, world, members }: Subject): readonly Issue[] {
  return [...application.render.targets.keys()].flatMap((cluster) => {
    const path = ["spec", "render", "targets", cluster];
    const target = { kind: "Cluster", known: world.clusters, broken: world.broken.clusters } as const;
    const unknown = unknownReference(cluster, path, target);
    if (unknown !== null) return [{ ...unknown, at: "key" as const }];
    if (members === null || members.has(cluster)) return [];
    const message = `${describePath(path)} has no effect: ${cluster} is in none of the application's policies.`;
    const issue = invalidField(path, message, "Remove it, or add the policy.");
    return [{ ...issue, severity: "warning" as const, at: "key" as const }];
  });
}

function ruleClusters({ application, world }: Subject): readonly Issue[] {
  const target = { kind: "Cluster", known: world.clusters, broken: world.broken.clusters } as const;
  return application.render.rules.flatMap(({ clusters }, index) =>
    clusters.flatMap((cluster, at) => {
      const unknown = unknownReference(cluster, ["spec", "render", "rules", index, "clusters", at], target);
      return unknown === null ? [] : [unknown];
    }),
  );
}

/** An async copy is always behind, so the change has to say how much may be lost (contracts.md section 1). */
function recoveryPoint({ application, world, policies, members }: Subject): readonly Issue[] {
  const { transition, activeCluster } = application.placement;
  if (members === null || transition?.type !== "Failover" || transition.acceptRecoveryPoint !== null) return [];
  const move = { from: transition.from, to: activeCluster };
  const joining = policies.filter((policy) => joins(policy, world.policies, move));
  if (joining.length === 0 || !joining.every((policy) => modeOf(policy) === "async")) return [];
  return [
    missingField(
      ["spec", "placement", "transition", "acceptRecoveryPoint"],
      `A Failover from ${move.from} to ${move.to} uses an asynchronous copy and needs acceptRecoveryPoint.`,
      "Write the oldest state that may be promoted, such as 2026-11-23T02:30:00Z; `drover status` shows what there is.",
    ),
  ];
}

function ownership({ application, policies }: Subject): readonly Issue[] {
  const other = policies.find((policy) => policy.replication.provider !== "portworx");
  if (application.configuration.owner !== "stork" || other === undefined) return [];
  const message = `configuration.owner is stork, but the policy ${other.name} does not replicate with portworx.`;
  return [invalidField(["spec", "configuration", "owner"], message, "Write owner: git.")];
}

function consistency({ application, policies, members }: Subject): readonly Issue[] {
  const { before, after } = application.consistency;
  const sync = members !== null && policies.length > 0 && policies.every((policy) => modeOf(policy) === "sync");
  if (before.length + after.length === 0 || !sync) return [];
  return [
    {
      code: "consistency-without-effect",
      severity: "warning",
      path: ["spec", "consistency"],
      at: "key",
      message: "The consistency hooks have no effect: synchronous replication copies every write, not points in time.",
      remedy: "Remove them, or add an async policy.",
    },
  ];
}

/** Files are applied as they are by direct delivery, and ciphertext is no value of a Secret. */
function decryption({ application, world, members }: Subject): readonly Issue[] {
  if (application.render.secrets !== "sops" || members === null) return [];
  const direct = [...members].filter((name) => world.clusters.get(name)?.delivery.type === "direct").sort();
  if (direct.length === 0) return [];
  return [
    {
      code: "secrets-undeliverable",
      severity: "warning",
      path: ["spec", "render", "secrets"],
      at: "value",
      message: `render.secrets is sops, and nothing decrypts on these clusters with delivery direct: ${direct.join(", ")}. Nothing is rendered for them.`,
      remedy: "Set spec.delivery.type of each to flux (which decrypts) or argocd (with KSOPS), or use external.",
    },
  ];
}

/** Every member can receive at some time, so each needs a key for which the secrets are encrypted. */
function recipients({ application, world, members }: Subject): readonly Issue[] {
  if (application.render.secrets !== "sops" || members === null) return [];
  const without = [...members].filter((name) => world.clusters.get(name)?.secrets.age.length === 0).sort();
  if (without.length === 0) return [];
  const message = `render.secrets is sops, but these clusters name no age recipient: ${without.join(", ")}.`;
  return [invalidField(["spec", "render", "secrets"], message, "Add spec.secrets.age to each of them.")];
}
