import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { asString, at } from "../../core/model/fields.ts";

export interface ServedForge {
  /** For `GITHUB_API_URL`. */
  readonly apiUrl: string;
  readonly cloneUrl: string;
  close(): Promise<void>;
}

export interface ForgeRequest {
  /** A bare repository. */
  readonly directory: string;
  /** By login; all may write. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The only one who may write `dr/` branches. */
  readonly author: string;
  /** Finds git. */
  readonly searchPath: string | undefined;
}

/** Starts the embedded GitHub in a process of its own and waits until it listens. It also ends when this process does. */
export async function serveForge(request: ForgeRequest): Promise<ServedForge> {
  // In a checkout the sources run as they are; in the built package they are JavaScript.
  const file = import.meta.url.endsWith(".ts") ? "./forge-process.ts" : "./forge-process.js";
  const env = request.searchPath === undefined ? {} : { PATH: request.searchPath };
  const child = fork(new URL(file, import.meta.url), { execArgv: [], env, serialization: "advanced" });
  child.send(request);
  const answer = await firstMessage(child);
  const apiUrl = asString(at(answer, "apiUrl")) ?? "";
  const cloneUrl = asString(at(answer, "cloneUrl")) ?? "";
  return {
    apiUrl,
    cloneUrl,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

function firstMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the sandbox's GitHub ended with ${String(code)} at its start`)));
  });
}
