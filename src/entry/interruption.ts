import type { Ports } from "../app/ports.ts";
import type { ClusterPort } from "../ports/cluster.ts";

/** The person, or the system, asked the process to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * Listens for SIGINT and SIGTERM. The first one aborts `signal`, so that the run ends in order and gives its Leases back;
 * the second one has the system's own effect. `code` is what a shell expects of a process that such a signal ended.
 */
export function listenForSignals(say: (text: string) => void): {
  readonly signal: AbortSignal;
  readonly code: () => number | null;
} {
  const abort = new AbortController();
  let code: number | null = null;
  for (const [name, number] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(name, () => {
      code ??= number;
      say("  stopping: what was begun is finished by the next drover apply; once more stops at once\n");
      abort.abort();
    });
  }
  return { signal: abort.signal, code: () => code };
}

/** The same ports, of which none begins to write or to wait once the signal is aborted; what is under way ends. */
export function interruptible(ports: Ports, signal: AbortSignal): Ports {
  const check = (): void => {
    if (signal.aborted) throw new Interrupted("interrupted");
  };
  return {
    ...ports,
    clock: { ...ports.clock, sleep: (milliseconds) => sleepUnless(signal, () => ports.clock.sleep(milliseconds)) },
    git: {
      ...ports.git,
      commitAndPush: async (request) => {
        check();
        return ports.git.commitAndPush(request);
      },
      commitSeriesAndPush: async (series) => {
        check();
        return ports.git.commitSeriesAndPush(series);
      },
    },
    cluster: async (spec) => {
      const connection = await ports.cluster(spec);
      return connection.state === "ready" ? { state: "ready", port: guarded(connection.port, check) } : connection;
    },
  };
}

/** Renewing and giving back a Lease is what an interrupted run still has to do. */
function guarded(port: ClusterPort, check: () => void): ClusterPort {
  return {
    ...port,
    create: async (object, options) => {
      check();
      return port.create(object, options);
    },
    apply: async (object, options) => {
      check();
      return port.apply(object, options);
    },
    patch: async (ref, patch, options) => {
      if (ref.kind !== "Lease") check();
      return port.patch(ref, patch, options);
    },
    delete: async (ref, preconditions) => {
      check();
      return port.delete(ref, preconditions);
    },
  };
}

async function sleepUnless(signal: AbortSignal, sleep: () => Promise<void>): Promise<void> {
  if (signal.aborted) throw new Interrupted("interrupted");
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Interrupted("interrupted"));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    await Promise.race([sleep(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
