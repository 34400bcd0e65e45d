import { compareBytes } from "./byte-order.ts";

/** One row of the branch's table of applications. */
export interface BranchApplication {
  readonly name: string;
  readonly sourceCluster: string;
  readonly namespaces: readonly string[];
  readonly objects: number;
  readonly claims: number;
  readonly activated: boolean;
  /** It has encrypted files. */
  readonly sealed: boolean;
}

/** Where a rendered branch came from, in the words of Argo CD's source hydrator (3.5, `hydrator.metadata`). */
export interface DrySource {
  /** Full id of the protected branch's commit. */
  readonly drySha: string;
  readonly repoUrl: string | null;
  /** `Name <email>` of that commit's author. */
  readonly author: string | null;
  /** RFC 3339. */
  readonly date: string | null;
  readonly subject: string | null;
  readonly body: string | null;
}

export interface BranchDescription {
  readonly branch: string;
  readonly cluster: string;
  readonly protectedBranch: string;
  readonly applications: readonly BranchApplication[];
  readonly source: DrySource;
}

/**
 * The files at the top of a DR branch. `hydrator.metadata` names the desired commit and so differs with each; write these
 * files together with a changed application folder, never as a commit of their own.
 */
export function branchFiles(description: BranchDescription): ReadonlyMap<string, string> {
  return new Map([
    [".gitattributes", gitAttributes()],
    ["README.md", readme(description)],
    ["hydrator.metadata", metadata(description.source)],
  ]);
}

/** Line ends stay as written on every checkout, and forges fold what is generated. */
function gitAttributes(): string {
  return [
    "* text eol=lf",
    "**/README.md linguist-generated=true",
    "**/hydrator.metadata linguist-generated=true",
    "applications/** linguist-generated=true",
    "",
  ].join("\n");
}

function metadata(source: DrySource): string {
  const fields = [
    ["author", source.author],
    ["body", source.body],
    ["date", source.date],
    ["drySha", source.drySha],
    ["repoURL", source.repoUrl],
    ["subject", source.subject],
  ].filter(([, value]) => value !== null && value !== "");
  return `${JSON.stringify(Object.fromEntries(fields), null, 2)}\n`;
}

function readme({ branch, cluster, protectedBranch, applications }: BranchDescription): string {
  return [
    `# ${cell(branch)}: what is ready to run on ${cell(cluster)}`,
    "",
    `Drover writes this branch; do not edit it, a change by hand is reported and overwritten by nothing. What is wanted is`,
    `decided by pull requests to \`${cell(protectedBranch)}\`.`,
    "",
    "Each folder below `applications/` holds one protected application as it was last captured where it runs. Its",
    "`base` stands by: every workload at zero replicas. The component `components/active` restores the counts, and is",
    `listed only once the application was failed over or relocated to ${cell(cluster)}. \`record.json\` names what is`,
    "not synced: claims and volumes (replication delivers them), what the application needs here, what was left out and",
    ...secretLines(applications),
    "",
    ...table(applications),
    "",
    "To see what an application would apply: `kubectl kustomize applications/<application>`.",
    "",
  ].join("\n");
}

function secretLines(applications: readonly BranchApplication[]): readonly string[] {
  if (applications.every(({ sealed }) => !sealed)) return ["why. Secret values are never on this branch."];
  return [
    "why. Secret values are only in the folders `secrets`, encrypted with SOPS for age keys of this cluster: Flux decrypts",
    "them if its Kustomization has `spec.decryption` with the provider sops, Argo CD with KSOPS.",
  ];
}

function table(applications: readonly BranchApplication[]): readonly string[] {
  if (applications.length === 0) return ["No application is rendered for this cluster."];
  const rows = [...applications].sort((a, b) => compareBytes(a.name, b.name)).map(row);
  return [
    "| application | captured on | namespaces | objects | claims | state |",
    "| --- | --- | --- | ---: | ---: | --- |",
    ...rows,
  ];
}

function row(application: BranchApplication): string {
  const { name, sourceCluster, namespaces, objects, claims, activated } = application;
  const cells = [
    name,
    sourceCluster,
    [...namespaces].sort(compareBytes).join(", "),
    objects,
    claims,
    activated ? "active" : "standby",
  ];
  return `| ${cells.map((each) => cell(String(each))).join(" | ")} |`;
}

/** Text that stays inside its table cell and can't become markup. */
function cell(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, " ").replaceAll(/[\\`*_[\]<>|#]/g, "\\$&");
}
