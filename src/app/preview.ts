import { buildPlan } from "../core/plan/build-plan.ts";
import type { Plan } from "../core/plan/plan.ts";
import { gather } from "./gather.ts";
import { readRepositoryAt, readWorkTree } from "./gather-repository.ts";
import type { Ports } from "./ports.ts";

/**
 * What would be done for a revision, or for the work tree when none is named. Reads only; nothing is verified, so a
 * disruptive plan says that it needs approval.
 */
export async function preview(
  ports: Ports,
  asked: { readonly revision: string | null; readonly now: number },
): Promise<Plan> {
  const repository =
    asked.revision === null
      ? await readWorkTree(ports.git)
      : await readRepositoryAt(ports.git, await ports.git.resolve(asked.revision));
  const { input } = await gather(ports, { repository, now: asked.now, purpose: "look" });
  return buildPlan(input);
}
