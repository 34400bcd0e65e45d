import { EVIDENCE_BRANCH, evidenceOf, evidencePath } from "../core/evidence/evidence.ts";
import { counted } from "../core/model/counted.ts";
import { mergeTransitions } from "../core/failover/open-transition.ts";
import type { ProtectedApplication } from "../core/desired/protected-application.ts";
import type { TransitionRecord } from "../core/model/record.ts";
import { valueOf } from "../core/observed/cluster-facts.ts";
import type { PlanInput } from "../core/plan/plan-input.ts";
import type { GitPort } from "../ports/git.ts";

const ATTEMPTS = 5;

/**
 * Brings the evidence branch up to date with the records of both clusters: one document for each transition that serves
 * or has ended. It follows from what the clusters keep, so a run that died before writing it loses nothing.
 */
export async function writeEvidence(git: GitPort, input: PlanInput): Promise<void> {
  const files = new Map<string, string>();
  for (const document of input.desired.state.applications.values()) {
    for (const transition of settled(input, document)) {
      const objectives = input.desired.state.policies.get(document.policies[0] ?? "")?.objectives;
      if (objectives === undefined) continue;
      const text = `${JSON.stringify(evidenceOf(document, transition, objectives), null, 2)}\n`;
      files.set(evidencePath(document.name, transition.id), text);
    }
  }
  if (files.size > 0) await commit(git, files);
}

function settled(input: PlanInput, document: ProtectedApplication): readonly TransitionRecord[] {
  const records = [...input.clusters.values()].map((cluster) => {
    const record = cluster.reachable ? cluster.applications.get(document.name)?.record : undefined;
    return record === undefined ? [] : (valueOf(record)?.transitions ?? []);
  });
  return mergeTransitions(records).filter((transition) => transition.phase !== "begun");
}

async function commit(git: GitPort, files: ReadonlyMap<string, string>): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const parent = await git.tip(EVIDENCE_BRANCH);
    const message = `Evidence of ${counted(files.size, "transition")}\n`;
    const owns = [...files.keys()];
    const result = await git.commitAndPush({ branch: EVIDENCE_BRANCH, parent, owns, files, message });
    if (result.outcome !== "moved") return;
    await git.fetch();
  }
}
