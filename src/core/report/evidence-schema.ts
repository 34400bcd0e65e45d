import { z } from "zod";
import type { StopProof, TransitionPhase, TransitionType } from "../model/record.ts";
import { type Each, apiVersion, commit, duration, instant } from "./schema-parts.ts";

const type = z.enum({ Failover: "Failover", Relocate: "Relocate" } satisfies Each<TransitionType>);
const phase = z.enum({
  begun: "begun",
  serving: "serving",
  complete: "complete",
  abandoned: "abandoned",
} satisfies Each<TransitionPhase>);
const proof = z.enum({
  drained: "drained",
  "storage-fence": "storage-fence",
  attested: "attested",
} satisfies Each<StopProof>);

const times = z.strictObject({
  begun: instant.nullable(),
  stopped: instant.nullable(),
  promoted: instant.nullable(),
  serving: instant.nullable(),
  ended: instant.nullable(),
});

/** The `Evidence` document of one transition. */
export const evidenceSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("Evidence"),
    application: z.string(),
    namespaces: z.array(z.string()),
    transition: z.strictObject({
      id: z.string(),
      type,
      from: z.string(),
      to: z.string(),
      commit: commit.meta({ description: "The verified commit that was carried out." }),
      phase,
      proof: proof.nullable().meta({ description: "How it was proven that the source could no longer write." }),
      times,
    }),
    approvals: z.array(z.strictObject({ login: z.string(), review: z.int(), commit: z.string() })),
    achieved: z.strictObject({
      recoveryPoint: instant.nullable(),
      dataLoss: duration.nullable(),
      recoveryTime: duration.nullable(),
    }),
    objectives: z.strictObject({ rpo: duration, rto: duration, met: z.boolean().nullable() }),
  })
  .meta({ description: "What the branch drover/evidence holds for each transition." });
