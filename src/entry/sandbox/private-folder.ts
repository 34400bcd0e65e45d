import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UsageFault } from "../describe-fault.ts";

/** A folder that only this user can read: kubeconfig, tokens and repositories of a sandbox live in it. */
export interface PrivateFolder {
  readonly path: string;
  /** Removes it, unless somebody named it or asked to keep it. */
  close(): Promise<void>;
}

/** Opens `given` (absolute; it must not hold anything yet), or a new folder under the system's temporary one. */
export async function openPrivateFolder(options: {
  readonly given: string | null;
  readonly keep: boolean;
}): Promise<PrivateFolder> {
  const { given, keep } = options;
  if (given !== null) {
    await claim(given);
    return { path: given, close: () => Promise.resolve() };
  }
  const path = await mkdtemp(join(tmpdir(), "drover-sandbox-"));
  return {
    path,
    close: () => (keep ? Promise.resolve() : rm(path, { recursive: true, force: true, maxRetries: 3 })),
  };
}

async function claim(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if ((await readdir(path)).length > 0) throw new UsageFault(`${path} is not empty; name a new or empty folder`);
    await chmod(path, 0o700);
  } catch (error) {
    if (error instanceof UsageFault) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageFault(`${path} can't be used for the sandbox: ${why}`);
  }
}

/** Writes a file that only this user can read; folders on the way are made as private. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
}
