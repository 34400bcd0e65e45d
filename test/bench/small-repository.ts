import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { storyApplications, storyDocuments } from "../builders/story-documents.ts";

/** The repository of the story as files: what a small team's looks like. */
export function writeSmallRepository(folder: string): void {
  const identity = "6f0c2a4e-0d5b-4f0e-9a63-5a7f3b1c2d10";
  const identities = { east: identity, west: identity.replace("6f", "7f") };
  const documents = { ...storyDocuments({ identities, forge: "acme/dr" }), ...storyApplications() };
  for (const [path, text] of Object.entries(documents)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
