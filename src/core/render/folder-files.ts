import type { KubeObject } from "../model/kube-object.ts";
import { ACTIVE_COMPONENT } from "./activation.ts";
import { compareBytes } from "./byte-order.ts";
import { emitObject } from "./emit-yaml.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";
import { type Kustomization, type TargetedPatch, emitKustomization } from "./kustomization.ts";
import { RECORD_FILE } from "./read-folder.ts";

/** Folder of objects without a namespace. */
const CLUSTER_FOLDER = "cluster";
/** Folder of the encrypted files. */
export const SECRETS_FOLDER = "secrets";

/** One object with the path of its file in the folder: in the base, in `cluster/`, or in the active component. */
export interface BaseObject {
  readonly path: string;
  readonly object: KubeObject;
  readonly text: string;
}

export interface FolderContent {
  readonly base: readonly BaseObject[];
  readonly patches: readonly TargetedPatch[];
  readonly record: ApplicationFolderRecord;
  /** All files of `secrets/`. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** An object with the text of its file, which is written when somebody asks for it. */
export function baseObject(path: string, object: KubeObject): BaseObject {
  let text: string | null = null;
  return {
    path,
    object,
    get text() {
      return (text ??= emitObject(object));
    },
  };
}

/**
 * All files of an application's folder, in standby form. The base stands alone: whoever applies it gets an idle copy, and
 * only the top file decides whether the active component is added.
 */
export function folderFiles({ base, patches, record, secrets }: FolderContent): ReadonlyMap<string, string> {
  const cluster = pathsBelow(base, CLUSTER_FOLDER);
  const resources = [
    "base",
    ...(cluster.length === 0 ? [] : [CLUSTER_FOLDER]),
    ...(secrets.size === 0 ? [] : [SECRETS_FOLDER]),
  ];
  const files = new Map([
    ["kustomization.yaml", kustomization({ resources })],
    ["base/kustomization.yaml", kustomization({ resources: pathsBelow(base, "base") })],
    [
      `${ACTIVE_COMPONENT}/kustomization.yaml`,
      kustomization({ kind: "Component", resources: pathsBelow(base, ACTIVE_COMPONENT), patches }),
    ],
    [RECORD_FILE, `${JSON.stringify(record, null, 2)}\n`],
    ...base.map(({ path, text }) => [path, text] as const),
    ...secrets,
  ]);
  if (cluster.length > 0) files.set(`${CLUSTER_FOLDER}/kustomization.yaml`, kustomization({ resources: cluster }));
  return new Map([...files].sort(([a], [b]) => compareBytes(a, b)));
}

/** Files of one folder as its kustomization lists them. */
function pathsBelow(objects: readonly BaseObject[], folder: string): readonly string[] {
  const start = folder.length + 1;
  return objects
    .filter(({ path }) => path.startsWith(`${folder}/`))
    .map(({ path }) => path.slice(start))
    .sort(compareBytes);
}

function kustomization(content: Partial<Kustomization>): string {
  return emitKustomization({ kind: "Kustomization", resources: [], components: [], patches: [], ...content });
}
