import { type ClusterDrift, type Verdict, compareFolder, driftOf } from "../core/diff/drift.ts";
import { changed } from "../core/diff/object-diff.ts";
import { type KubeObject, refKey, refOf } from "../core/model/kube-object.ts";
import { isUnread } from "../core/observed/unread-kind.ts";
import { type ApplicationContext, recordOf } from "../core/plan/application-context.ts";
import { decideApplication } from "../core/plan/plan-application.ts";
import { folderDigest } from "../core/plan/capture.ts";
import type { PlanInput } from "../core/plan/plan-input.ts";
import { buildFolder } from "../core/render/build-folder.ts";
import { FolderUnreadable } from "../core/render/read-kustomization.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";
import { inParallel } from "./in-parallel.ts";

const AT_A_TIME = 8;

/**
 * For each application with a standby that something was delivered to: what is there now beside what its branch says.
 * Objects that differ are put to the server as a dry run of the very apply that a delivery would make, so that defaults
 * and other spellings of a value are never called drift. Reads only. Applications whose branch is ahead of the
 * delivery are left out: that difference is the delivery to come, and the plan has it.
 */
export async function gatherDrift(
  input: PlanInput,
  ports: ReadonlyMap<string, ClusterPort>,
): Promise<ReadonlyMap<string, readonly ClusterDrift[]>> {
  const found = new Map<string, readonly ClusterDrift[]>();
  for (const document of input.desired.state.applications.values()) {
    if (input.desired.blocked.has(document.name)) continue;
    const { context } = decideApplication(input, document);
    const port = context === null ? undefined : ports.get(context.target.name);
    const wanted = context === null ? null : deliveredObjects(context);
    if (context === null || port === undefined || wanted === null) continue;
    found.set(document.name, [await driftOn(port, context, wanted)]);
  }
  return found;
}

async function driftOn(
  port: ClusterPort,
  { target }: ApplicationContext,
  wanted: readonly KubeObject[],
): Promise<ClusterDrift> {
  const wide = await readClusterScoped(port, wanted);
  const live = [...(target.application?.facts.objects ?? []), ...wide.found];
  const unread = target.application?.facts.unread ?? [];
  const comparison = compareFolder(wanted, live, (object) => {
    const ref = refOf(object);
    return wide.unread.has(refKey(ref)) || isUnread(unread, ref);
  });
  const verdicts = await inParallel(comparison.differing, AT_A_TIME, (each) => askServer(port, each));
  return driftOf(target.name, comparison, verdicts);
}

/**
 * What the branch holds, if exactly that was delivered. Null: nothing was, or the branch is ahead, or it is a folder that a
 * person changed, which the plan says in its own words.
 */
function deliveredObjects({ document, target, input }: ApplicationContext): readonly KubeObject[] | null {
  const files = target.branch.folders.get(document.name);
  const delivered = recordOf(target)?.delivered?.content ?? null;
  if (files === undefined || delivered !== folderDigest(files, input.digest)) return null;
  try {
    return buildFolder(files);
  } catch (error) {
    if (error instanceof FolderUnreadable) return null;
    throw error;
  }
}

interface ClusterScoped {
  readonly found: readonly KubeObject[];
  /** Keys of what could not be read. */
  readonly unread: ReadonlySet<string>;
}

async function readClusterScoped(port: ClusterPort, wanted: readonly KubeObject[]): Promise<ClusterScoped> {
  const refs = wanted.filter((object) => object.metadata.namespace === undefined).map(refOf);
  const unread = new Set<string>();
  const found = await inParallel(refs, AT_A_TIME, async (ref) => {
    try {
      return await port.get(ref);
    } catch (error) {
      if (!(error instanceof ClusterFault)) throw error;
      unread.add(refKey(ref));
      return null;
    }
  });
  return { found: found.flatMap((object) => object ?? []), unread };
}

async function askServer(port: ClusterPort, { wanted }: { readonly wanted: KubeObject }): Promise<Verdict> {
  try {
    const live = await port.get(refOf(wanted));
    if (live === null) return null;
    return { difference: changed(live, await port.apply(wanted, { dryRun: true, force: true })) };
  } catch (error) {
    // Who may only read still learns of the difference; it is shown as not confirmed.
    if (error instanceof ClusterFault) return null;
    throw error;
  }
}
