import type { KubeObject } from "../model/kube-object.ts";
import { ACTIVE_COMPONENT } from "./activation.ts";
import { compareBytes } from "./byte-order.ts";
import { emitObject } from "./emit-yaml.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";
import { type TargetedPatch, emitKustomization } from "./kustomization.ts";
import { RECORD_FILE } from "./read-folder.ts";

/** One object of the base with the path of its file in the folder. */
export interface BaseObject {
  readonly path: string;
  readonly object: KubeObject;
  readonly text: string;
}

export interface FolderContent {
  readonly base: readonly BaseObject[];
  readonly patches: readonly TargetedPatch[];
  readonly record: ApplicationFolderRecord;
}

/** An object with the text of its file. */
export function baseObject(path: string, object: KubeObject): BaseObject {
  return { path, object, text: emitObject(object) };
}

/**
 * All files of an application's folder, in standby form. The base stands alone: whoever applies it gets an idle copy, and
 * only the top file decides whether the active component is added.
 */
export function folderFiles({ base, patches, record }: FolderContent): ReadonlyMap<string, string> {
  const resources = base.map(({ path }) => path.slice("base/".length)).sort(compareBytes);
  const files = new Map([
    [
      "kustomization.yaml",
      emitKustomization({ kind: "Kustomization", resources: ["base"], components: [], patches: [] }),
    ],
    ["base/kustomization.yaml", emitKustomization({ kind: "Kustomization", resources, components: [], patches: [] })],
    [
      `${ACTIVE_COMPONENT}/kustomization.yaml`,
      emitKustomization({ kind: "Component", resources: [], components: [], patches }),
    ],
    [RECORD_FILE, `${JSON.stringify(record, null, 2)}\n`],
    ...base.map(({ path, text }) => [path, text] as const),
  ]);
  return new Map([...files].sort(([a], [b]) => compareBytes(a, b)));
}
