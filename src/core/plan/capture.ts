import type { ApplicationFolder, CaptureInput } from "../render/capture-input.ts";
import { type FolderDifference, uncaptured } from "../diff/folder-diff.ts";
import { NO_MAPPINGS } from "../desired/protected-application.ts";
import { activateFolder, deactivateFolder } from "../render/activation.ts";
import { FolderUnreadable } from "../render/read-kustomization.ts";
import { readFolder } from "../render/read-folder.ts";
import { renderApplication } from "../render/render-application.ts";
import type { RenderResult } from "../render/render-result.ts";
import { type ApplicationContext, type End, objectsOf, recordOf } from "./application-context.ts";

/** What the target's branch holds for the application; null when it holds nothing readable. */
export function folderOnBranch(context: ApplicationContext): ApplicationFolder | null {
  const { branch } = context.target;
  const files = branch.folders.get(context.document.name);
  if (files === undefined || files.size === 0) return null;
  const folder = readFolder(files);
  const byHand = branch.byHand?.get(context.document.name);
  return folder === null || byHand === undefined ? folder : { files, record: folder.record, problem: byHand };
}

/** Renders the source's objects for the target. Only called with a complete read of the source. */
export function capture(context: ApplicationContext): RenderResult {
  const { document, input, target } = context;
  const sealed = input.sealed.get(sealedKey(document.name, target.name));
  return renderApplication({ ...captureInput(context), ...(sealed === undefined ? {} : { sealed }) });
}

/** Names one application's encrypted files for one receiving cluster. */
export function sealedKey(application: string, target: string): string {
  return `${application}@${target}`;
}

/** What the renderer needs to know, but for what has to be encrypted first. */
export function captureInput(context: ApplicationContext): CaptureInput {
  const { document, input, source, target } = context;
  return {
    application: document.name,
    sourceCluster: source.name,
    standbyCluster: target.name,
    namespaces: document.namespaces,
    selector: document.matchLabels,
    objects: objectsOf(source),
    ...aroundOf(source),
    render: {
      secrets: document.render.secrets,
      target: document.render.targets.get(target.name) ?? NO_MAPPINGS,
      exclude: document.render.exclude,
      rules: document.render.rules,
      compile: input.compile,
      rulesFile: document.source.file,
      accept: document.render.accept,
    },
    previous: folderOnBranch(context),
    startup: document.startup,
    digest: input.digest,
  };
}

/** What the pass read around the namespaces of the source. */
function aroundOf({ cluster, application }: End): Pick<CaptureInput, "around"> {
  if (application === null) return {};
  const { resources, companions } = cluster?.surroundings ?? { resources: [], companions: [] };
  const { unread, owners } = application.facts;
  return { around: { resources, companions, unread, owners } };
}

/** What the source has and the target's branch does not; null: nothing, or no comparison can be made. */
export function uncapturedBy(context: ApplicationContext | null, render: RenderResult | null): FolderDifference | null {
  const branch = context?.target.branch.folders.get(context.document.name);
  if (context === null || render === null || branch === undefined || branch.size === 0) return null;
  if (render.suspicious !== null || render.refusals.length > 0) return null;
  return uncaptured(context.source.name, deactivateFolder(render.files), branch);
}

/** One string for the content of a folder, whatever the order of its files. */
export function folderDigest(files: ReadonlyMap<string, string>, digest: (text: string) => string): string {
  const entries = [...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return digest(JSON.stringify(entries));
}

/** Why the target's branch can't be activated as it is; null when it can. */
export function folderProblem(context: ApplicationContext): string | null {
  const folder = folderOnBranch(context);
  if (folder === null) return "has no folder";
  if (folder.problem !== null) return `has a folder that is not as Drover wrote it (${folder.problem})`;
  try {
    activateFolder(folder.files);
    return null;
  } catch (error) {
    if (error instanceof FolderUnreadable) return `has a folder that can't be activated (${error.message})`;
    throw error;
  }
}

/**
 * The target runs what the active component says: the delivery of it came to its end, and something still runs. A run
 * that died between two workloads is no end.
 */
export function isDeliveredActive(context: ApplicationContext): boolean {
  const workloads = context.target.application?.facts.workloads ?? [];
  return recordOf(context.target)?.delivered?.form === "active" && workloads.some((workload) => workload.replicas > 0);
}
