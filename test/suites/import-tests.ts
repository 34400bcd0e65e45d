import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/**
 * Loads the test files below some folders of `test/` into this process. A hundred processes would each load the same
 * modules; files that only look at values, and hook nothing outside a `describe`, may share one.
 */
export async function importTests(folders: readonly string[]): Promise<void> {
  const files = folders.flatMap((folder) => globSync(`test/${folder}/**/*.test.ts`, { cwd: fileURLToPath(ROOT) }));
  for (const file of files.sort()) await import(new URL(file, ROOT).href);
}
