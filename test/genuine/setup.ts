import { join } from "node:path";

import { buildBinaries } from "./build-binaries.ts";

/** What the test files of the genuine tier find in their environment, or why the tier can't run here. */
export type GenuineSetup =
  | { readonly outcome: "ready"; readonly environment: Readonly<Record<string, string>> }
  | { readonly outcome: "missing"; readonly message: string };

/**
 * Prepares the genuine tier once, before its test files start: builds what is missing and names where it is.
 * `DROVER_BIN` is the folder of all programs; `DROVER_KUBECTL` and `DROVER_KUSTOMIZE` are those that tests of other
 * parts ask for by name. The caller turns `missing` into a skipped tier on a laptop and a failure where `CI=true`.
 */
export async function prepareGenuineTier(
  environment: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
): Promise<GenuineSetup> {
  const built = await buildBinaries(environment, say);
  if (built.outcome === "missing") return built;
  return {
    outcome: "ready",
    environment: {
      DROVER_BIN: built.folder,
      DROVER_KUBECTL: join(built.folder, "kubectl"),
      DROVER_KUSTOMIZE: join(built.folder, "kustomize"),
    },
  };
}

/**
 * The programs' folder for a test file: what the runner prepared, else built now. Ends the process as skipped (0) where
 * they can't be had; in CI that is a failure.
 */
export async function requirePrograms(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const prepared = environment["DROVER_BIN"] ?? "";
  if (prepared !== "") return prepared;
  const setup = await prepareGenuineTier(environment, (line) => process.stderr.write(`${line}\n`));
  if (setup.outcome === "ready") return setup.environment["DROVER_BIN"] ?? "";
  if (environment["CI"] === "true") throw new Error(setup.message);
  process.stderr.write(`skipped: ${setup.message}\n`);
  process.exit(0);
}
