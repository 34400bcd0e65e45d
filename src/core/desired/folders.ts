import { z } from "zod";
import { at } from "../model/fields.ts";
import type { Finding } from "../model/finding.ts";
import { parseFile } from "./documents.ts";
import { folder } from "./schemas/fields.ts";
import type { Settings } from "./settings.ts";
import { locate } from "./source.ts";

/** The one place of the Settings document. */
export const SETTINGS_FILE = "drover.yaml";

export interface Folders {
  /** Where documents are. */
  readonly documents: readonly string[];
  /** Where policy rules are. */
  readonly policies: string;
}

/**
 * The folders that have to be read, from the text of drover.yaml. What the text does not say well enough has its default,
 * so that the other documents' errors can be reported together with those of the settings.
 */
export function foldersOf(settings: string | null): Folders {
  const documents = settings === null ? [] : parseFile(SETTINGS_FILE, settings).documents;
  const value = documents.find((document) => at(document.value, "kind") === "Settings")?.value;
  return {
    documents: z
      .array(folder)
      .catch(["clusters", "apps"])
      .parse(at(value, "spec", "folders")),
    policies: folder.catch("policies").parse(at(value, "spec", "policies")),
  };
}

/** Whether a path is one of the files that hold documents. */
export function isDocumentFile(path: string, folders: Folders): boolean {
  if (path === SETTINGS_FILE) return true;
  return /\.ya?ml$/.test(path) && folders.documents.some((inside) => isInside(inside, path));
}

function isInside(folder: string, path: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** A misspelt folder reads as one that nothing is in, and what it should have named is silently not protected. */
export function emptyFolders({ folders, source }: Settings, files: Iterable<string>): readonly Finding[] {
  const paths = [...files];
  return folders.flatMap((folder, index): Finding[] => {
    if (paths.some((path) => isInside(folder, path))) return [];
    return [
      {
        code: "folder-empty",
        severity: "warning",
        message: `The folder ${folder} holds no document: there is no such folder, or no *.yaml or *.yml file in it.`,
        remedy: `Correct its name in spec.folders, put a document into it, or list the folders without it.`,
        ...locate({ source }, ["spec", "folders", index]),
      },
    ];
  });
}
