import { emitKustomization } from "./kustomization.ts";
import { FolderUnreadable, readKustomization } from "./read-kustomization.ts";

export const ACTIVE_COMPONENT = "components/active";
const TOP = "kustomization.yaml";

/** The folder with the active component listed: what is committed to let the application run on this cluster. */
export function activateFolder(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return withComponents(files, [ACTIVE_COMPONENT]);
}

/** The folder in its standby form: every workload at zero. No files stay no files; what stands by is given back as it is. */
export function deactivateFolder(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (files.size === 0) return files;
  return readKustomization(TOP, topOf(files)).components.length === 0 ? files : withComponents(files, []);
}

/** True when the folder's top file lists the active component; an empty folder is not activated. */
export function isActivated(files: ReadonlyMap<string, string>): boolean {
  return files.size > 0 && readKustomization(TOP, topOf(files)).components.includes(ACTIVE_COMPONENT);
}

function withComponents(
  files: ReadonlyMap<string, string>,
  components: readonly string[],
): ReadonlyMap<string, string> {
  const top = readKustomization(TOP, topOf(files));
  if (components.some((component) => !files.has(`${component}/${TOP}`))) {
    throw new FolderUnreadable(`${ACTIVE_COMPONENT}/${TOP}`, "is missing, so the folder can't be activated");
  }
  return new Map(files).set(TOP, emitKustomization({ ...top, components }));
}

function topOf(files: ReadonlyMap<string, string>): string {
  const text = files.get(TOP);
  if (text === undefined) throw new FolderUnreadable(TOP, "is missing");
  return text;
}
