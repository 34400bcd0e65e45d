import { z } from "zod";
import type { ApplicationPhase, StatusCondition } from "../plan/status.ts";
import { type Each, apiVersion, blocker, drift, duration, instant, revision, uncaptured } from "./schema-parts.ts";

const phase = z.enum({
  Unprotected: "Unprotected",
  Protecting: "Protecting",
  Protected: "Protected",
  Degraded: "Degraded",
  FailingOver: "FailingOver",
  FailedOver: "FailedOver",
  Relocating: "Relocating",
  Blocked: "Blocked",
  Unknown: "Unknown",
} satisfies Each<ApplicationPhase>);

const conditionType = z.enum({
  Reachable: "Reachable",
  Replicating: "Replicating",
  Delivered: "Delivered",
} satisfies Each<StatusCondition["type"]>);

const condition = z.strictObject({
  type: conditionType,
  cluster: z.string(),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string(),
  message: z.string(),
});

/** What a failover to one place would mean now. */
const answer = {
  recoveryPoint: instant.nullable(),
  dataLossIfFailedNow: duration.nullable(),
  recoveryTimeIfFailedNow: duration.nullable(),
  canFailover: z.boolean(),
  canRelocate: z.boolean(),
  blockers: z.array(blocker),
};

const application = z.strictObject({
  name: z.string(),
  activeCluster: z.string().nullable().meta({ description: "As recorded; null: unknown." }),
  phase,
  ...answer,
  conditions: z.array(condition),
  drift: z.array(drift),
  uncaptured: uncaptured.nullable(),
  targets: z.array(z.strictObject({ cluster: z.string(), ...answer })),
});

/** The `Status` document. */
export const statusSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("Status"),
    revision,
    observedAt: instant,
    applications: z.array(application).meta({
      description: "The fields of an application repeat those of its best target; null: unknown, never healthy.",
    }),
  })
  .meta({ description: "What `drover status -o json` prints." });
