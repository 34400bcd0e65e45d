import { asFields, asList, asString, at, isFields } from "../../model/fields.ts";
import { parseDuration } from "../../model/duration.ts";
import { WEEKDAYS } from "../dr-policy.ts";
import type { Issue } from "../issue.ts";
import { invalidField, missingField } from "../issue.ts";

const DAY = 24 * 60 * 60_000;
const SYNC_ROUND_TRIP = 10;

/** What the fields of one DRPolicy owe each other. Reads the raw document: other fields may be wrong too. */
export function policyRules(document: unknown): readonly Issue[] {
  const spec = asFields(at(document, "spec"));
  return [...sides(spec), ...modeRules(spec), ...providerRules(spec), ...scheduleRules(spec), ...objectives(spec)];
}

function sides(spec: unknown): readonly Issue[] {
  const entries = asList(at(spec, "clusters"));
  const issues: Issue[] = [];
  const [first, second] = entries;
  if (typeof first === "string" && first === second) {
    issues.push({
      ...invalidField(
        ["spec", "clusters", 1],
        `The cluster ${first} is its own partner.`,
        "Name two different clusters: a copy on the same cluster is lost with it.",
      ),
      code: "own-partner",
    });
  }
  entries.forEach((entry, index) => {
    if (!isFields(entry)) return;
    const path = ["spec", "clusters", index];
    if (index > 0) {
      issues.push(invalidField(path, "A sync pair stands in the second place.", "Write it first: it is the source."));
    }
    if (at(spec, "replication", "mode") !== "async") {
      issues.push(
        invalidField(path, "Only an async policy may replicate from a sync pair.", "Write mode: async, or a cluster."),
      );
    }
  });
  return issues;
}

function modeRules(spec: unknown): readonly Issue[] {
  const path = ["spec", "replication"];
  const replication = at(spec, "replication");
  if (!isFields(replication)) return [];
  if (at(replication, "provider") === "none") {
    return ["mode", "schedule"]
      .filter((field) => Object.hasOwn(replication, field))
      .map((field) =>
        invalidField(
          [...path, field],
          `spec.replication.${field} has no meaning for provider none.`,
          "Remove it: nothing is replicated.",
        ),
      );
  }
  const issues: Issue[] = [];
  if (!Object.hasOwn(replication, "mode")) {
    issues.push(missingField([...path, "mode"], "spec.replication.mode is required.", "Write sync or async."));
  }
  if (at(replication, "mode") === "async" && !Object.hasOwn(replication, "schedule")) {
    issues.push(
      missingField(
        [...path, "schedule"],
        "spec.replication.schedule is required for async.",
        "Write how often to replicate, such as schedule: {interval: 15m}.",
      ),
    );
  }
  return issues;
}

function providerRules(spec: unknown): readonly Issue[] {
  const path = ["spec", "replication", "portworx"];
  const replication = asFields(at(spec, "replication"));
  const settings = at(replication, "portworx");
  if (at(replication, "provider") !== "portworx") {
    if (settings === undefined) return [];
    return [
      invalidField(path, "spec.replication.portworx stands beside another provider.", "Remove it, or write portworx."),
    ];
  }
  if (settings === undefined) {
    const remedy = "Write portworx: {clusterPair: NAME}, the ClusterPair on both clusters.";
    return [missingField(path, "spec.replication.portworx is required for the provider portworx.", remedy)];
  }
  if (at(replication, "mode") !== "async" || !isFields(settings) || Object.hasOwn(settings, "backupLocation"))
    return [];
  return [
    missingField(
      [...path, "backupLocation"],
      "spec.replication.portworx.backupLocation is required for async.",
      "Name the BackupLocation through which Portworx moves snapshots.",
    ),
  ];
}

function scheduleRules(spec: unknown): readonly Issue[] {
  const schedule = at(spec, "replication", "schedule");
  if (!isFields(schedule)) return [];
  const kinds = ["interval", "daily", "weekly", "monthly"];
  const given = kinds.filter((kind) => Object.hasOwn(schedule, kind));
  if (given.length === 1) return [];
  const found = given.length === 0 ? "none of them" : given.join(" and ");
  const message = `spec.replication.schedule needs exactly one of ${kinds.join(", ")}; it has ${found}.`;
  return [invalidField(["spec", "replication", "schedule"], message, `Keep one; days are ${WEEKDAYS.join(", ")}.`)];
}

function objectives(spec: unknown): readonly Issue[] {
  const mode = at(spec, "replication", "mode");
  const rpo = milliseconds(at(spec, "objectives", "rpo"));
  const issues: Issue[] = [];
  if (mode === "sync" && rpo !== null && rpo > 0) {
    issues.push(impossible("A sync policy loses nothing, so its rpo is 0s.", "Write rpo: 0s."));
  }
  const period = longestPeriod(at(spec, "replication", "schedule"));
  if (mode === "async" && rpo !== null && period !== null && rpo < period) {
    const reason =
      rpo === 0
        ? "An rpo of 0s cannot be met by async replication, which is always behind."
        : "spec.objectives.rpo is shorter than the time between two replications.";
    issues.push(impossible(reason, "Replicate more often or promise less; rpo 0s needs mode: sync."));
  }
  const roundTrip = milliseconds(at(spec, "link", "maxRoundTrip"));
  if (mode === "sync" && roundTrip !== null && roundTrip > SYNC_ROUND_TRIP) {
    const path = ["spec", "link", "maxRoundTrip"];
    const message = `A sync policy allows a round trip of ${SYNC_ROUND_TRIP}ms at most.`;
    issues.push(invalidField(path, message, "Write 10ms or less: every write waits for it."));
  }
  return issues;
}

function impossible(message: string, remedy: string): Issue {
  return { ...invalidField(["spec", "objectives", "rpo"], message, remedy), code: "objective-impossible" };
}

function milliseconds(value: unknown): number | null {
  const text = asString(value);
  return text === null ? null : parseDuration(text);
}

/** Of the raw schedule; null when there is none, or a wrong one. Zero is not allowed, so rpo 0 is caught by any. */
function longestPeriod(schedule: unknown): number | null {
  if (!isFields(schedule)) return 1;
  const interval = milliseconds(at(schedule, "interval"));
  if (interval !== null) return Math.max(interval, 1);
  if (at(schedule, "daily") !== undefined) return DAY;
  if (at(schedule, "weekly") !== undefined) return 7 * DAY;
  return at(schedule, "monthly") !== undefined ? 31 * DAY : 1;
}
