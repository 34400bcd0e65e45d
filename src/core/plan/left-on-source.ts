import type { Blocker } from "../failover/intent.ts";
import { describeRef, refKey, refOf } from "../model/kube-object.ts";
import { activateFolder, deactivateFolder } from "../render/activation.ts";
import { buildFolder } from "../render/build-folder.ts";
import { FolderUnreadable } from "../render/read-kustomization.ts";
import { type ApplicationContext, objectsOf } from "./application-context.ts";

const MAX_NAMED = 5;

/**
 * What a move leaves on a source that answers, so that nobody is surprised: objects that only an active copy may have.
 * They can't idle, and deleting them might delete data. Pods of theirs that mount a claim keep the move from going on.
 */
export function leftOnSource(context: ApplicationContext): readonly Blocker[] {
  const { source, target, document } = context;
  const files = target.branch.folders.get(document.name);
  if (source.cluster === null || files === undefined) return [];
  const only = activeOnly(files);
  const stay = objectsOf(source)
    .map(refOf)
    .filter((ref) => only.has(refKey(ref)));
  if (stay.length === 0) return [];
  const named = stay.slice(0, MAX_NAMED).map(describeRef).join(", ");
  const more = stay.length > MAX_NAMED ? ` and ${stay.length - MAX_NAMED} more` : "";
  return [
    {
      code: "left-on-source",
      message: `${document.name} has objects that can't idle; they stay on ${source.name} as they are: ${named}${more}`,
      remedy: `once ${target.name} serves, stop or remove them on ${source.name} if they do anything there`,
    },
  ];
}

/** Keys of what the active component adds; a folder that can't be read stops the move in other words. */
function activeOnly(files: ReadonlyMap<string, string>): ReadonlySet<string> {
  try {
    const keys = (built: ReadonlyMap<string, string>): readonly string[] =>
      buildFolder(built).map((object) => refKey(refOf(object)));
    const standby = new Set(keys(deactivateFolder(files)));
    return new Set(keys(activateFolder(files)).filter((key) => !standby.has(key)));
  } catch (error) {
    if (error instanceof FolderUnreadable) return new Set();
    throw error;
  }
}
