import { describeRef, refOf } from "../model/kube-object.ts";
import type { CaptureInput } from "./capture-input.ts";
import { findNotPortable, findTabbedAnnotation, isProvenText, readsBackAs } from "./check-emission.ts";
import type { BaseObject } from "./folder-files.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";
import { REFUSAL_RULES } from "./render-rules.ts";
import type { RenderRefusal } from "./render-result.ts";
import { createGuard, guardFile } from "./secret-guard.ts";
import { secretNeedles } from "./secret-values.ts";

export interface Unchecked {
  readonly input: CaptureInput;
  readonly base: readonly BaseObject[];
  /** As anyone can read them: of an encrypted file what is not encrypted. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths of the files that are on the branch with exactly their bytes. */
  readonly committed: ReadonlySet<string>;
  readonly record: ApplicationFolderRecord;
}

/** Every reason why these files must not be written; empty when they may. */
export function checkRender(unchecked: Unchecked): readonly RenderRefusal[] {
  return [...checkInput(unchecked), ...checkPortability(unchecked), ...checkSecrets(unchecked)];
}

function checkInput({ input, record }: Unchecked): readonly RenderRefusal[] {
  const { previous, namespaces, application } = input;
  const unreadable: RenderRefusal = {
    rule: "folder-unreadable",
    file: null,
    object: null,
    message: `The branch's folder of ${application} is not as Drover wrote it: ${previous?.problem ?? ""}.`,
    remedy: "Restore the folder from the branch's history, in a commit on top of it.",
  };
  return [
    ...(previous !== null && previous.problem !== null ? [unreadable] : []),
    ...namespaces.filter((name) => isMissing(name, record, input)).map(missingNamespace),
  ];
}

/** A namespace that the branch records and that vanished is a suspicious capture instead. */
function isMissing(name: string, record: ApplicationFolderRecord, { previous }: CaptureInput): boolean {
  const has = (known: ApplicationFolderRecord): boolean =>
    known.namespaces.some((namespace) => namespace.name === name);
  return !has(record) && (previous === null || !has(previous.record));
}

function missingNamespace(name: string): RenderRefusal {
  return {
    rule: "namespace-missing",
    file: null,
    object: { apiVersion: "v1", kind: "Namespace", namespace: null, name },
    message: `Namespace ${name} does not exist on the active cluster, or is being deleted.`,
    remedy: "Create it, or take it out of spec.namespaces.",
  };
}

/**
 * The emitter is proven to be read back by three parsers (the tests of `emit-yaml.ts`); what could still be misread holds
 * more than printable ASCII, and is read back before it is written. Bytes that are on the branch already were.
 */
function checkPortability({ base, input }: Unchecked): readonly RenderRefusal[] {
  return base.flatMap(({ path, object, text }): readonly RenderRefusal[] => {
    if (isProvenText(text) || input.previous?.files.get(path) === text) return [];
    const field = findNotPortable(object) ?? findTabbedAnnotation(object);
    if (field === null && readsBackAs(text, object)) return [];
    const where = field === null ? path : `${path} at ${field === "" ? "/" : field}`;
    const message = `${describeRef(refOf(object))}: ${REFUSAL_RULES["not-portable"]} It would be written to ${where}.`;
    const remedy =
      "Put control characters and broken text into binaryData, or leave the object out with render.exclude.";
    return [{ rule: "not-portable", file: path, object: refOf(object), message, remedy }];
  });
}

/**
 * Refusals for what is secret in any file, also in one that does not change: a Secret may have been given a value that a
 * committed file holds.
 */
export function checkSecrets({ base, files, committed, input }: Unchecked): readonly RenderRefusal[] {
  const guard = createGuard(secretNeedles(input.objects));
  const objects = new Map(base.map(({ path, object }) => [path, object]));
  const refusals: RenderRefusal[] = [];
  for (const [path, text] of files) {
    const file = { path, text, object: objects.get(path) ?? null, committed: committed.has(path) };
    refusals.push(...guardFile(file, guard));
  }
  return refusals;
}
