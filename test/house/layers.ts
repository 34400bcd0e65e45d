/** The folders of `src/`, what each may import from the others, and why. `src/README.md` draws the same line. */
export interface Layer {
  /** Path prefix from the root; the longest that fits a file is its layer. */
  readonly folder: string;
  /** Prefixes of what it may import besides its own files. */
  readonly may: readonly string[];
  /** npm packages it may import; null: any. */
  readonly packages: readonly string[] | null;
  /** Whether it may import Node's own modules. */
  readonly node: boolean;
  readonly because: string;
}

const MODEL = "src/core/model/";
const DESIRED = "src/core/desired/";
const OBSERVED = "src/core/observed/";
const PURE = { node: false } as const;

export const LAYERS: readonly Layer[] = [
  {
    folder: MODEL,
    may: [],
    packages: [],
    ...PURE,
    because: "The vocabulary is at the bottom: everything speaks it, so it can know nothing of the rest.",
  },
  {
    folder: DESIRED,
    may: [MODEL],
    packages: ["zod", "yaml"],
    ...PURE,
    because: "What the repository asks for does not depend on what the clusters hold.",
  },
  {
    folder: OBSERVED,
    may: [MODEL],
    packages: [],
    ...PURE,
    because: "What a cluster holds is read the same way whatever the repository asks for.",
  },
  {
    folder: "src/core/diff/",
    may: [MODEL, DESIRED, OBSERVED],
    packages: [],
    ...PURE,
    because: "A difference needs both sides and nothing that decides.",
  },
  {
    folder: "src/core/failover/",
    may: [MODEL, DESIRED, OBSERVED],
    packages: [],
    ...PURE,
    because: "The state machine decides from facts and intent; steps are the plan's business.",
  },
  {
    folder: "src/core/capture/",
    may: [MODEL, OBSERVED],
    packages: [],
    ...PURE,
    because: "What is asked of a cluster depends on what it serves, not on what becomes of the answers.",
  },
  {
    folder: "src/core/cel/",
    may: [MODEL],
    packages: ["@marcbachmann/cel-js"],
    ...PURE,
    because: "Expressions of rules and policies are evaluated in one place; what they mean is their caller's business.",
  },
  {
    folder: "src/core/render/",
    may: [MODEL, DESIRED, OBSERVED, "src/core/capture/", "src/core/cel/"],
    // js-yaml writes what machines read; yaml reads it back as a second opinion.
    packages: ["js-yaml", "yaml"],
    ...PURE,
    because: "Captured objects become files by themselves; rendering neither plans nor decides.",
  },
  {
    folder: "src/core/sops/",
    may: [MODEL, DESIRED, "src/core/render/"],
    packages: [],
    ...PURE,
    because: "What is encrypted is a rendered object in the renderer's own YAML; the ciphers come in as values.",
  },
  {
    folder: "src/core/provider.ts",
    may: [MODEL],
    packages: [],
    ...PURE,
    because: "The contract of data movers is made of vocabulary only, so that a provider needs nothing else.",
  },
  {
    folder: "src/core/plan/",
    may: [
      MODEL,
      DESIRED,
      OBSERVED,
      "src/core/capture/",
      "src/core/diff/",
      "src/core/failover/",
      "src/core/render/",
      "src/core/provider.ts",
    ],
    packages: [],
    ...PURE,
    because: "The plan joins everything left of it into one value, and knows nothing of who may approve it.",
  },
  {
    folder: "src/core/policy/",
    may: [MODEL, DESIRED, "src/core/failover/", "src/core/plan/"],
    packages: [],
    ...PURE,
    because: "Policy judges a finished plan; a plan that knew its judge would be made to please it.",
  },
  {
    folder: "src/core/evidence/",
    may: [MODEL, DESIRED, "src/core/plan/", "src/core/policy/"],
    packages: [],
    ...PURE,
    because: "Evidence records what was planned and allowed; nothing depends on it.",
  },
  {
    folder: "src/core/report/",
    may: ["src/core/"],
    packages: ["zod"],
    ...PURE,
    because: "Views show any value of the core; no decision may look at a view.",
  },
  {
    folder: "src/providers/",
    may: [MODEL, "src/core/provider.ts"],
    packages: ["zod"],
    ...PURE,
    because: "A provider describes steps as data; it never sees a port, the planner or another provider.",
  },
  {
    folder: "src/ports/",
    may: [MODEL],
    packages: [],
    ...PURE,
    because: "Ports are the outside as the core's vocabulary names it, free of any library.",
  },
  {
    folder: "src/app/",
    may: ["src/core/", "src/ports/", "src/providers/registry.ts"],
    packages: [],
    ...PURE,
    because: "Use cases sequence ports and decisions; which library answers is unknown to them.",
  },
  {
    folder: "src/adapters/",
    may: ["src/ports/", MODEL],
    packages: null,
    node: true,
    because: "An adapter translates between one library and one port, and decides nothing.",
  },
  {
    folder: "src/sandbox/",
    may: [MODEL],
    packages: null,
    node: true,
    because: "The stage must not share code with what is tested on it, or both would be wrong in the same way.",
  },
  {
    folder: "src/entry/",
    may: ["src/"],
    packages: null,
    node: true,
    because: "Only the entry builds adapters and composes them with use cases.",
  },
];

/** The layer of a file; null: in none. */
export function layerOf(path: string): Layer | null {
  const fitting = LAYERS.filter(({ folder }) => path.startsWith(folder));
  return fitting.sort((a, b) => b.folder.length - a.folder.length)[0] ?? null;
}

/** Folders below these keep to themselves: they never import each other. */
export const APART: readonly string[] = ["src/adapters/", "src/providers/"];

/** `src/adapters/git/` of `src/adapters/git/x/y.ts`; null for a file directly in the folder. */
export function roomOf(path: string, parent: string): string | null {
  const rest = path.slice(parent.length);
  const end = rest.indexOf("/");
  return end < 0 ? null : parent + rest.slice(0, end + 1);
}
