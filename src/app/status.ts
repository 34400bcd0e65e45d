import { type ApplicationStatus, buildStatus } from "../core/plan/status.ts";
import type { Finding } from "../core/model/finding.ts";
import { readTip } from "./apply.ts";
import { gather } from "./gather.ts";
import type { Ports } from "./ports.ts";

export interface StatusResult {
  readonly revision: string;
  /** Milliseconds since the epoch. */
  readonly observedAt: number;
  readonly applications: readonly ApplicationStatus[];
  readonly findings: readonly Finding[];
  /** Clusters that could not be read, except one that a failover is leaving: the answer is incomplete. */
  readonly unreadable: readonly string[];
}

/** Reads, and writes nothing: no Lease is taken. */
export async function status(
  ports: Ports,
  start: { readonly protectedBranch: string; readonly now: number },
): Promise<StatusResult> {
  await ports.git.fetch();
  const repository = await readTip(ports, start.protectedBranch);
  const { input } = await gather(ports, { repository, now: start.now, purpose: "look" });
  const applications = buildStatus(input);
  const leaving = new Set(
    applications
      .filter((application) => application.phase === "FailingOver" || application.phase === "FailedOver")
      .flatMap((application) => application.conditions)
      .filter((condition) => condition.type === "Reachable" && condition.reason === "NoAnswer")
      .map((condition) => condition.cluster),
  );
  const away = [...input.clusters.values()].filter((cluster) => !cluster.reachable).map((cluster) => cluster.name);
  return {
    revision: repository.revision,
    observedAt: start.now,
    applications,
    findings: repository.desired.findings,
    unreadable: away.filter((name) => !leaving.has(name)),
  };
}
