import { type KubeObject, refKey, refOf } from "../model/kube-object.ts";
import type { UnreadKind } from "../observed/unread-kind.ts";
import { ACTIVE_COMPONENT } from "./activation.ts";
import { readObject } from "./build-folder.ts";
import type { ApplicationFolder, CaptureInput } from "./capture-input.ts";
import { safeSegment } from "./file-names.ts";
import type { TargetedPatch } from "./kustomization.ts";
import { readKustomization, readYaml } from "./read-kustomization.ts";
import type { RenderedObject } from "./render-objects.ts";
import { type SealedObject, isSealedPath, readSeals } from "./sealed-objects.ts";

/** Files of what could not be read this time, with everything that the folder says about them. */
export interface KeptFiles {
  readonly rendered: readonly RenderedObject[];
  readonly sealed: readonly SealedObject[];
}

/**
 * The committed files of every kind that could not be read, byte for byte (design invariant 7): whether their objects
 * changed or went away is unknown. An object that is among the captured ones all the same is judged by what was captured.
 */
export function keptFiles(input: CaptureInput, captured: readonly KubeObject[]): KeptFiles {
  const { previous, around } = input;
  const unread = around?.unread ?? [];
  if (previous === null || unread.length === 0 || previous.problem !== null) return { rendered: [], sealed: [] };
  const belongs = pathTest(unread, input);
  const fresh = new Set(captured.map((object) => refKey(refOf(object))));
  const objects = [...previous.files]
    .filter(([path]) => belongs(path))
    .map(([path, text]) => ({ path, text, object: readObject(path, readYaml(path, text)) }))
    .filter(({ object }) => !fresh.has(refKey(refOf(object))));
  const patches = patchesOf(previous, objects.length > 0);
  const seals = readSeals(previous.files);
  return {
    rendered: objects
      .filter(({ path }) => !isSealedPath(path))
      .map((base) => ({
        live: base.object,
        base,
        changes: [],
        patch: patches.get(refKey(refOf(base.object))) ?? null,
        workload: null,
        failure: null,
      })),
    sealed: objects
      .filter(({ path }) => isSealedPath(path))
      .map(({ path, text, object }) => {
        const seal = seals.get(path) ?? null;
        return { ref: refOf(object), path, text, seal, clear: object, readable: "", changes: [] };
      }),
  };
}

/** Whether a path is one of an unread kind: `<place>/[<namespace>/]<kind>.<group>/<name>`. */
function pathTest(unread: readonly UnreadKind[], { digest }: CaptureInput): (path: string) => boolean {
  const tests = unread.map(({ group, kind, namespace }) => {
    const type =
      kind === null ? null : safeSegment(group === "" ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`, digest);
    const space = namespace === null ? null : safeSegment(namespace, digest);
    return (folders: readonly string[]): boolean => {
      const found = folders.at(-1) ?? "";
      const isType = type === null ? found.endsWith(`.${group}`) : found === type;
      return isType && (space === null || folders.at(-2) === space);
    };
  });
  return (path) => {
    const segments = path.split("/");
    return segments.length >= 3 && tests.some((test) => test(segments.slice(0, -1)));
  };
}

/** What the active component does to each object, by identity. */
function patchesOf({ files }: ApplicationFolder, wanted: boolean): ReadonlyMap<string, TargetedPatch> {
  const file = `${ACTIVE_COMPONENT}/kustomization.yaml`;
  const text = files.get(file);
  if (!wanted || text === undefined) return new Map();
  return new Map(
    readKustomization(file, text).patches.map((patch) => {
      const { group, version, kind, namespace, name } = patch.target;
      const apiVersion = group === "" ? version : `${group}/${version}`;
      return [refKey({ apiVersion, kind, namespace, name }), patch];
    }),
  );
}
