import { z } from "zod";
import type { StepAction } from "../model/step.ts";
import type { PlanVerdict } from "../plan/plan.ts";
import {
  type Each,
  apiVersion,
  blocker,
  drift,
  duration,
  instant,
  objectRef,
  revision,
  risk,
  uncaptured,
} from "./schema-parts.ts";
import { findingSchema } from "./validation-report.ts";

const verdict = z.enum({
  "no-changes": "no-changes",
  changes: "changes",
  "needs-approval": "needs-approval",
  refused: "refused",
} satisfies Each<PlanVerdict>);

const action = z.enum({
  create: "create",
  update: "update",
  delete: "delete",
  suspend: "suspend",
  resume: "resume",
  quiesce: "quiesce",
  demote: "demote",
  fence: "fence",
  unfence: "unfence",
  promote: "promote",
  activate: "activate",
  deliver: "deliver",
  render: "render",
  snapshot: "snapshot",
  wait: "wait",
  verify: "verify",
} satisfies Each<StepAction>);

const authorisation = z.strictObject({
  kind: z.string(),
  name: z.string(),
  file: z.string(),
  field: z.string(),
  commit: z.string(),
});

const step = z.strictObject({
  id: z.string(),
  application: z.string().nullable().meta({ description: "Null: it concerns a whole site." }),
  cluster: z.string(),
  action,
  object: objectRef.nullable(),
  risk,
  why: z.string(),
  after: z.array(z.string()).meta({ description: "Ids of the steps that must be done before." }),
  authorisedBy: authorisation
    .nullable()
    .meta({ description: "The approved document, field and commit; null only for a routine step." }),
});

const application = z.strictObject({
  name: z.string(),
  verdict,
  activeCluster: z.string().nullable().meta({ description: "As recorded; null: unknown." }),
  targetCluster: z.string().nullable().meta({ description: "Where it goes, or its standby." }),
  expectedDataLoss: duration.nullable(),
  expectedRecoveryTime: duration.nullable(),
  objectivesMet: z.boolean().nullable(),
  blockers: z.array(blocker),
  waitingFor: z.array(z.string()),
  drift: z.array(drift),
  uncaptured: uncaptured.nullable(),
});

/** How a step ended; only a run has these. */
const result = z.strictObject({
  step: z.string(),
  state: z.enum(["done", "refused", "again", "timed-out", "skipped"]),
  detail: z.string().nullable().optional().meta({ description: "Of a step that was done." }),
  why: z.string().optional().meta({ description: "Of a step that was not." }),
});

/** The `Plan` document; `drover apply` adds what came of it. */
export const planSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("Plan"),
    verdict,
    revision,
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    observedAt: instant,
    steps: z.array(step),
    applications: z.array(application),
    findings: z.array(findingSchema),
    results: z.array(result).optional().meta({ description: "Only from `drover apply`." }),
    refused: z
      .record(z.string(), z.array(blocker))
      .optional()
      .meta({ description: "Only from `drover apply`: by application, why it was left alone." }),
    busy: z
      .array(z.strictObject({ cluster: z.string(), holder: z.string() }))
      .optional()
      .meta({ description: "Only from `drover apply`: clusters whose Lease another run holds." }),
  })
  .meta({ description: "What `drover plan -o json` and `drover apply -o json` print." });
