import { isFields } from "../model/fields.ts";
import { type KubeObject, groupOf, refKey, refOf } from "../model/kube-object.ts";
import { applyOperations } from "./apply-patch.ts";
import type { Kustomization, TargetedPatch } from "./kustomization.ts";
import { FolderUnreadable, readKustomization, readYaml } from "./read-kustomization.ts";

type Files = ReadonlyMap<string, string>;

const MAX_DEPTH = 8;

/**
 * The objects that an application's folder stands for, as `kubectl kustomize` would print them, in reading order. Reads
 * exactly the format that Drover writes, and throws `FolderUnreadable` on anything else: what is not understood must
 * not be applied half.
 */
export function buildFolder(files: ReadonlyMap<string, string>): readonly KubeObject[] {
  return buildAt(files, "", 0);
}

/** The same for one folder inside, for example `base`: the form of the standby whatever the top file lists. */
export function buildSubfolder(files: ReadonlyMap<string, string>, folder: string): readonly KubeObject[] {
  return buildAt(files, `${folder}/`, 0);
}

function buildAt(files: Files, folder: string, depth: number): readonly KubeObject[] {
  const file = `${folder}kustomization.yaml`;
  const content = readFile(files, file, depth);
  if (content.kind !== "Kustomization")
    throw new FolderUnreadable(file, "is a Component where a Kustomization must be");
  const objects = resourcesOf(files, { folder, content, depth });
  const patched = content.components.reduce<readonly KubeObject[]>(
    (built, component) => applyComponent(files, built, { folder: `${folder}${component}/`, depth: depth + 1 }),
    applyPatches(objects, content.patches, file),
  );
  return unique(patched, file);
}

function applyComponent(
  files: Files,
  objects: readonly KubeObject[],
  at: { readonly folder: string; readonly depth: number },
): readonly KubeObject[] {
  const file = `${at.folder}kustomization.yaml`;
  const content = readFile(files, file, at.depth);
  if (content.kind !== "Component") throw new FolderUnreadable(file, "is listed as a component and is none");
  if (content.components.length > 0) throw new FolderUnreadable(file, "nests components, which a DR branch never does");
  const added = resourcesOf(files, { folder: at.folder, content, depth: at.depth });
  return applyPatches([...objects, ...added], content.patches, file);
}

function readFile(files: Files, file: string, depth: number): Kustomization {
  if (depth > MAX_DEPTH) throw new FolderUnreadable(file, "is nested deeper than a DR branch ever is");
  const text = files.get(file);
  if (text === undefined) throw new FolderUnreadable(file, "is missing");
  return readKustomization(file, text);
}

function resourcesOf(
  files: Files,
  at: { readonly folder: string; readonly content: Kustomization; readonly depth: number },
): readonly KubeObject[] {
  return at.content.resources.flatMap((resource) => {
    const path = `${at.folder}${resource}`;
    const text = files.get(path);
    return text === undefined ? buildAt(files, `${path}/`, at.depth + 1) : [readObject(path, readYaml(path, text))];
  });
}

/** An object as a file of the folder holds it. */
export function readObject(file: string, object: unknown): KubeObject {
  const metadata = isFields(object) ? object["metadata"] : undefined;
  if (!isFields(object) || !isFields(metadata)) throw new FolderUnreadable(file, "is not a Kubernetes object");
  const named = [object["apiVersion"], object["kind"], metadata["name"]].every(
    (text) => typeof text === "string" && text !== "",
  );
  if (!named) throw new FolderUnreadable(file, "lacks apiVersion, kind or metadata.name");
  return object as unknown as KubeObject;
}

function applyPatches(
  objects: readonly KubeObject[],
  patches: readonly TargetedPatch[],
  file: string,
): readonly KubeObject[] {
  const byTarget = new Map(objects.map((object) => [targetKey(object), object]));
  for (const { target, operations } of patches) {
    const key = `${target.group}/${target.version}|${target.kind}|${target.namespace}|${target.name}`;
    const object = byTarget.get(key);
    if (object === undefined)
      throw new FolderUnreadable(file, `patches ${target.kind} ${target.name}, which is not in the folder`);
    const result = applyOperations(object, operations);
    if (!result.ok) throw new FolderUnreadable(file, `${result.reason} (${target.kind} ${target.name})`);
    byTarget.set(key, result.value as unknown as KubeObject);
  }
  return objects.map((object) => byTarget.get(targetKey(object)) ?? object);
}

function targetKey(object: KubeObject): string {
  const { apiVersion, kind, metadata } = object;
  const group = groupOf(apiVersion) === "" ? `/${apiVersion}` : apiVersion;
  return `${group}|${kind}|${metadata.namespace ?? ""}|${metadata.name}`;
}

function unique(objects: readonly KubeObject[], file: string): readonly KubeObject[] {
  const keys = new Set(objects.map((object) => refKey(refOf(object))));
  if (keys.size !== objects.length) throw new FolderUnreadable(file, "builds the same object twice");
  return objects;
}
