import { createEmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";
import type { EmbeddedCluster } from "../../../src/sandbox/apiserver/cluster.ts";

/** Midday of a day that has no meaning. */
export const startOfTime = Date.UTC(2026, 10, 23, 12, 0, 0);

/** A clock that tests move by hand. */
export interface TestClock {
  now: number;
}

/** A fresh cluster whose identities are counted, so that two of them with the same history are equal. */
export function newCluster(
  options: { readonly clock?: TestClock; readonly historyLimit?: number } = {},
): EmbeddedCluster {
  const clock = options.clock ?? { now: startOfTime };
  let uids = 0;
  return createEmbeddedCluster({
    name: "east",
    now: () => clock.now,
    newUid: () => `00000000-0000-4000-8000-${String((uids += 1)).padStart(12, "0")}`,
    ...(options.historyLimit === undefined ? {} : { historyLimit: options.historyLimit }),
  });
}

/** An answer with its body parsed. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Send {
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends `METHOD PATH` in process. */
export async function send(cluster: EmbeddedCluster, line: string, what: Send = {}): Promise<Reply> {
  const [method = "", path = ""] = line.split(" ");
  const body = what.body === undefined || typeof what.body === "string" ? what.body : JSON.stringify(what.body);
  const headers = {
    ...(body === undefined ? {} : { "content-type": what.type ?? "application/json" }),
    ...what.headers,
  };
  const response = await cluster.handle({ method, path, headers, ...(body === undefined ? {} : { body }) });
  const text = typeof response.body === "string" ? response.body : "{}";
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as Reply["body"] };
}
