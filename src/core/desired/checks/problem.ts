import type { Finding } from "../../model/finding.ts";
import type { Issue } from "../issue.ts";
import { toFinding } from "../issue.ts";
import type { ClusterSpec } from "../cluster.ts";
import type { DRPolicy } from "../dr-policy.ts";
import type { ProtectedApplication } from "../protected-application.ts";
import type { Declared } from "../source.ts";

/** A finding between documents, and the document that it makes unusable when it is an error. */
export interface Problem {
  readonly finding: Finding;
  readonly spoils: { readonly kind: "Cluster" | "DRPolicy" | "ProtectedApplication"; readonly name: string };
}

/** All that is known by name. Documents with errors are not in the maps; their names tell references from typing errors. */
export interface World {
  readonly clusters: ReadonlyMap<string, ClusterSpec>;
  readonly policies: ReadonlyMap<string, DRPolicy>;
  readonly applications: ReadonlyMap<string, ProtectedApplication>;
  readonly broken: { readonly clusters: ReadonlySet<string>; readonly policies: ReadonlySet<string> };
}

export function onCluster(cluster: ClusterSpec, issue: Issue): Problem {
  return { finding: toFinding(issue, cluster), spoils: { kind: "Cluster", name: cluster.name } };
}

/** `where` is the document to be corrected, which may be another one than the policy that is spoilt. */
export function onPolicy(policy: DRPolicy, issue: Issue, where: Declared = policy): Problem {
  return { finding: toFinding(issue, where), spoils: { kind: "DRPolicy", name: policy.name } };
}

export function onApplication(application: ProtectedApplication, issue: Issue, where: Declared = application): Problem {
  return { finding: toFinding(issue, where), spoils: { kind: "ProtectedApplication", name: application.name } };
}
