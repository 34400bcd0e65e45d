import { z } from "zod";
import { planSchema } from "./plan-schema.ts";
import { apiVersion, commit, instant } from "./schema-parts.ts";

const user = z.strictObject({
  login: z.string(),
  id: z.int(),
  type: z.enum(["User", "Bot", "Organization", "Mannequin"]),
});

const pullRequest = z.strictObject({
  number: z.int().positive(),
  url: z.string(),
  title: z.string(),
  state: z.enum(["open", "closed"]),
  mergedAt: instant.nullable(),
  mergeCommit: z.string().nullable(),
  mergedBy: user.nullable(),
  author: user.nullable(),
  headCommit: z.string(),
  headBranch: z.string(),
  fromFork: z.boolean(),
  baseBranch: z.string(),
});

/** The `Proposal` document. */
export const proposalSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("Proposal"),
    state: z.enum(["opened", "refused"]),
    reasons: z.array(z.string()).meta({ description: "Why it was refused." }),
    id: z.string().nullable().meta({ description: "Of the transition." }),
    branch: z.string().nullable(),
    commit: commit.nullable(),
    pullRequest: pullRequest.nullable().meta({ description: "Null: refused, or the settings name no forge." }),
    plan: planSchema.nullable().meta({ description: "What would be done; null: refused before there was one." }),
  })
  .meta({ description: "What `drover failover`, `relocate` and `cancel` print with -o json." });
