import { z } from "zod";
import type { DRPolicy, PolicySide, Replication, Schedule } from "../dr-policy.ts";
import { WEEKDAYS } from "../dr-policy.ts";
import type { Source } from "../source.ts";
import { document, duration, name, rule, timeOfDay } from "./fields.ts";

const MINUTE = 60_000;
const DEFAULT_SYNC_ROUND_TRIP = 10;

const side = z.union([name, z.strictObject({ syncPair: name })], {
  error: rule("is neither a cluster's name nor {syncPair: policy}", "Write the name of a Cluster."),
});

const schedule = z
  .strictObject({
    interval: duration
      .refine((value) => value > 0 && value % MINUTE === 0, {
        error: rule("is not a whole number of minutes", "Schedules count in minutes: write 1m or more."),
      })
      .optional(),
    daily: timeOfDay.optional(),
    weekly: z.strictObject({ day: z.enum(WEEKDAYS), time: timeOfDay }).optional(),
    monthly: z
      .strictObject({
        date: z
          .int()
          .min(1, { error: rule("is not a day of every month", "Write 1 to 28.") })
          .max(28, { error: rule("is not a day of every month", "Write 1 to 28.") }),
        time: timeOfDay,
      })
      .optional(),
  })
  .meta({
    oneOf: ["interval", "daily", "weekly", "monthly"].map((field) => ({ required: [field] })),
    description: "Exactly one of interval, daily, weekly and monthly; UTC. Required for async; sync: every minute.",
  });

export const policyDocument = document(
  "DRPolicy",
  z.strictObject({
    clusters: z
      .array(side)
      .length(2, { error: rule("does not have exactly two entries", "A policy joins two sides: write two.") })
      .meta({ description: "The two sides. {syncPair: policy} may stand first in an async policy." }),
    replication: z.strictObject({
      provider: z.enum(["portworx", "csi-addons", "volsync", "velero", "none"]),
      mode: z.enum(["sync", "async"]).optional().meta({ description: "Required, except for provider none." }),
      schedule: schedule.optional(),
      portworx: z
        .strictObject({
          clusterPair: name.meta({ description: "Name of the ClusterPair on both sides." }),
          backupLocation: name.optional().meta({ description: "Required for async." }),
        })
        .optional(),
    }),
    objectives: z.strictObject({
      rpo: duration.meta({ description: "What may be lost at most. sync: 0s; async: the interval or more." }),
      rto: duration
        .refine((value) => value > 0, { error: rule("is zero", "Write how long a recovery may take.") })
        .meta({ description: "How long a recovery may take." }),
    }),
    link: z
      .strictObject({
        maxRoundTrip: duration
          .refine((value) => value > 0, { error: rule("is zero", "Write the round trip that is still good enough.") })
          .optional()
          .meta({ description: "sync: 10ms, and may only be lowered." }),
      })
      .optional(),
  }),
).meta({ description: "How volumes are replicated between two clusters, and what that promises." });

type Raw = z.output<typeof policyDocument>;

export function toPolicy(value: Raw, source: Source): DRPolicy {
  const { spec } = value;
  const [first, second] = spec.clusters.map(toSide);
  if (first === undefined || second === undefined) throw new TypeError("a policy has two sides");
  const fallback = spec.replication.mode === "sync" ? DEFAULT_SYNC_ROUND_TRIP : null;
  return {
    name: value.metadata.name,
    source,
    clusters: [first, second],
    replication: toReplication(spec.replication),
    objectives: spec.objectives,
    maxRoundTrip: spec.link?.maxRoundTrip ?? fallback,
  };
}

function toSide(raw: Raw["spec"]["clusters"][number]): PolicySide {
  return typeof raw === "string" ? { type: "cluster", cluster: raw } : { type: "syncPair", policy: raw.syncPair };
}

function toReplication(raw: Raw["spec"]["replication"]): Replication {
  const { provider, mode } = raw;
  if (provider === "none" || mode === undefined) return { provider: "none" };
  const common = { mode, schedule: toSchedule(raw.schedule) };
  if (provider !== "portworx") return { provider, ...common };
  const { clusterPair, backupLocation = null } = raw.portworx ?? { clusterPair: "" };
  return { provider, ...common, portworx: { clusterPair, backupLocation } };
}

/** A sync policy without a schedule runs every minute: only configuration and records depend on it. */
function toSchedule(raw: z.output<typeof schedule> | undefined): Schedule {
  if (raw?.daily !== undefined) return { type: "daily", time: raw.daily };
  if (raw?.weekly !== undefined) return { type: "weekly", ...raw.weekly };
  if (raw?.monthly !== undefined) return { type: "monthly", ...raw.monthly };
  return { type: "interval", interval: raw?.interval ?? MINUTE };
}
