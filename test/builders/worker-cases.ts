import { parentPort, Worker } from "node:worker_threads";

/**
 * The test runner follows every promise of its thread, which makes a story of a hundred thousand of them three times as
 * slow. Such stories play in a thread of their own: a module of cases that says how each ended, and tests that wait for
 * the cases by name.
 */
export interface WorkerCases {
  /** Resolves when the case of this name ended well; rejects with what it threw, or when the thread ends without it. */
  readonly ended: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface CaseResult {
  readonly name: string;
  /** Null: it ended well. */
  readonly error: string | null;
}

/** A story leaves little behind: with room for what is young, the collector seldom looks at what stays. */
const YOUNG_MB = 192;

/** Starts the module, which calls `reportCases`. */
export function startCases(module: URL): WorkerCases {
  const worker = new Worker(module, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const results = new Map<string, CaseResult>();
  const waiting = new Map<string, () => void>();
  let over: string | null = null;
  const wake = (): void => {
    for (const look of waiting.values()) look();
  };
  worker.on("message", (result: CaseResult) => {
    results.set(result.name, result);
    waiting.get(result.name)?.();
  });
  worker.on("error", (error) => {
    over = String(error instanceof Error ? error.stack : error);
    wake();
  });
  worker.on("exit", () => {
    over ??= "the thread ended";
    wake();
  });
  return {
    ended: (name) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const result = results.get(name);
          if (result === undefined && over === null) return;
          waiting.delete(name);
          if (result === undefined) reject(new Error(`${name} never ended: ${String(over)}`));
          else if (result.error !== null) reject(new Error(result.error));
          else resolve();
        };
        waiting.set(name, look);
        look();
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}

/** In the thread: runs the cases in turn and reports how each ended. */
export async function reportCases(cases: Iterable<readonly [string, () => Promise<void>]>): Promise<void> {
  for (const [name, run] of cases) {
    const error = await run().then(
      () => null,
      (reason: unknown) =>
        reason instanceof Error ? `${reason.stack ?? reason.message}${causeOf(reason)}` : String(reason),
    );
    parentPort?.postMessage({ name, error } satisfies CaseResult);
  }
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `\ncaused by ${cause.stack ?? cause.message}` : "";
}
