import type { ClusterDrift, ObjectDrift } from "../diff/drift.ts";
import type { FolderDifference } from "../diff/folder-diff.ts";
import { counted, nounFor } from "../model/counted.ts";
import { describeRef } from "../model/kube-object.ts";

/** Most objects that a text lists; JSON has all. */
const MAX_OBJECTS = 20;

/** One sentence: what the last render does not have. */
export function uncapturedSentence({ cluster, added, changed, removed }: FolderDifference): string {
  const count = (paths: readonly string[], what: string): readonly string[] =>
    paths.length === 0 ? [] : [`${paths.length} ${what}`];
  const parts = [...count(changed, "changed"), ...count(added, "new"), ...count(removed, "gone")];
  return `${cluster} changed since the last render: ${parts.join(", ")} of the folder's files`;
}

/** The files concerned, as `+ - ~`. */
export function uncapturedLines({ added, changed, removed }: FolderDifference): readonly string[] {
  return limited([
    ...removed.map((path) => `- ${path}`),
    ...changed.map((path) => `~ ${path}`),
    ...added.map((path) => `+ ${path}`),
  ]);
}

function limited(lines: readonly string[]): readonly string[] {
  const more = lines.length - MAX_OBJECTS;
  return more > 0 ? [...lines.slice(0, MAX_OBJECTS), `… and ${more} more`] : lines;
}

/** Whether there is anything to tell a person. */
export function hasDrift(drift: ClusterDrift): boolean {
  return drift.objects.length > 0 || drift.unknown > 0;
}

/** One sentence for a cluster: how much differs, and how much was left out of the count and why. */
export function driftSentence(drift: ClusterDrift): string {
  const { cluster, objects, compared, suppressed, unknown, unconfirmed } = drift;
  const differ = nounFor(objects.length, "is not as the branch has it", "are not as the branch has them");
  const parts = [`${objects.length} of ${counted(compared, "object")} on ${cluster} ${differ}`];
  if (suppressed > 0) parts.push(`${suppressed} more ${nounFor(suppressed, "differs", "differ")} in spelling only`);
  if (unknown > 0) parts.push(`${unknown} could not be read`);
  if (unconfirmed > 0) parts.push(`${unconfirmed} could not be confirmed by a dry run`);
  return parts.join("; ");
}

/** A line for each object, with the paths of what differs and never a value: it may be a secret. */
export function driftLines(drift: ClusterDrift): readonly string[] {
  return limited(drift.objects.map(driftLine));
}

function driftLine(object: ObjectDrift): string {
  if (object.state === "missing") return `- ${describeRef(object)} is missing`;
  const more = object.more > 0 ? `, and ${object.more} more` : "";
  return `~ ${describeRef(object)}: ${object.paths.join(", ")}${more}`;
}
