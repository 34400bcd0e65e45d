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
