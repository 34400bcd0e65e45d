import type { ClusterDrift, ObjectDrift } from "../diff/drift.ts";
import { describeRef } from "../model/kube-object.ts";

/** Most objects that a text lists; JSON has all. */
const MAX_OBJECTS = 20;

/** Whether there is anything to tell a person. */
export function hasDrift(drift: ClusterDrift): boolean {
  return drift.objects.length > 0 || drift.unknown > 0;
}

/** One sentence for a cluster: how much differs, and how much was left out of the count and why. */
export function driftSentence(drift: ClusterDrift): string {
  const { cluster, objects, compared, suppressed, unknown, unconfirmed } = drift;
  const parts = [`${objects.length} of ${compared} objects on ${cluster} are not as the branch has them`];
  if (suppressed > 0) parts.push(`${suppressed} more differ in spelling only`);
  if (unknown > 0) parts.push(`${unknown} could not be read`);
  if (unconfirmed > 0) parts.push(`${unconfirmed} could not be confirmed by a dry run`);
  return parts.join("; ");
}

/** A line for each object, with the paths of what differs and never a value: it may be a secret. */
export function driftLines(drift: ClusterDrift): readonly string[] {
  const lines = drift.objects.slice(0, MAX_OBJECTS).map(driftLine);
  const more = drift.objects.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

function driftLine(object: ObjectDrift): string {
  if (object.state === "missing") return `- ${describeRef(object)} is missing`;
  const more = object.more > 0 ? `, and ${object.more} more` : "";
  return `~ ${describeRef(object)}: ${object.paths.join(", ")}${more}`;
}
