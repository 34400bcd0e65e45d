/** Folders of `test/` whose files share one process, by suite. */
export const SUITES = {
  core: ["core", "providers"],
  sandbox: ["apiserver", "client", "clock", "portworx", "stork", "workloads", "world"].map((room) => `sandbox/${room}`),
} as const satisfies Readonly<Record<string, readonly string[]>>;
