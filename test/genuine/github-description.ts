import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { programFolder } from "./toolchain-cache.ts";

/**
 * GitHub's own OpenAPI description of its REST interface, npm package `@octokit/openapi`. It is no dependency: unpacked it
 * takes 385 MB, which nobody should download for `npm ci`. One file of 13 MB of it is kept in the cache.
 */
const VERSION = "23.0.2";
const INTEGRITY = "pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==";
const INSIDE = "package/generated/api.github.com.json";

/** The description as text, or why it can't be had here. */
export type GitHubDescription =
  { readonly outcome: "ready"; readonly text: string } | { readonly outcome: "missing"; readonly message: string };

/** Reads the description from the cache; the first time it is downloaded with `npm pack` and its digest is compared. */
export function gitHubDescription(environment: Readonly<Record<string, string | undefined>>): GitHubDescription {
  const folder = join(programFolder(environment), "..", "..", "github-description");
  const file = join(folder, `api.github.com-${VERSION}.json`);
  if (!existsSync(file)) {
    try {
      download(folder, file);
    } catch (error) {
      const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
      return { outcome: "missing", message: `@octokit/openapi ${VERSION} can't be downloaded: ${String(why)}` };
    }
  }
  return { outcome: "ready", text: readFileSync(file, "utf8") };
}

function download(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, "download-"));
  try {
    const options = { cwd: work, stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"], timeout: 300_000 };
    execFileSync("npm", ["pack", "--silent", `@octokit/openapi@${VERSION}`], options);
    const archive = join(work, `octokit-openapi-${VERSION}.tgz`);
    const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
    if (digest !== INTEGRITY) throw new Error("its digest is not the pinned one");
    execFileSync("tar", ["-xzf", archive, INSIDE], options);
    mkdirSync(dirname(file), { recursive: true });
    renameSync(join(work, INSIDE), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
