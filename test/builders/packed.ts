import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const call = promisify(execFile);

/** The package as npm would publish it. */
export interface Packed {
  /** A private folder that `close` removes. */
  readonly folder: string;
  readonly tarball: string;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
  readonly unpackedBytes: number;
  readonly close: () => Promise<void>;
}

/** Without types nothing but `src/` itself need be read: the same code, in a third of the time. */
const UNCHECKED = ["--noCheck", "--noResolve", "--types", ""];

/**
 * Builds and packs a copy of the checkout in a private folder, so that nothing is written into the checkout and two runs
 * can't disturb each other. Types are not checked again: `npm run check` does it, and the build of `prepack` too.
 */
export async function packCheckout(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), "drover-package-"));
  const stage = join(folder, "stage");
  await mkdir(stage);
  for (const path of ["package.json", "README.md", "LICENSE", "manifests", "policies", "src", ".npmrc"]) {
    await cp(join(ROOT, path), join(stage, path), { recursive: true });
  }
  await writeFile(join(stage, "notes.txt"), "not for the package\n");
  await call(process.execPath, [join(ROOT, "test/tools/build.ts"), join(stage, "lib"), ...UNCHECKED], { cwd: folder });
  const npm = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await call("npm", npm, { cwd: stage, maxBuffer: 2 ** 24 });
  // npm 12 answers with an object by name, older ones with a list.
  const answer: unknown = JSON.parse(stdout);
  const [packed] = Object.values(answer ?? {}) as {
    readonly filename: string;
    readonly unpackedSize: number;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (packed === undefined) return assert.fail(`npm pack said nothing: ${stdout}`);
  return {
    folder,
    tarball: join(folder, packed.filename),
    files: packed.files.map(({ path }) => path).sort(),
    unpackedBytes: packed.unpackedSize,
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
