import { SETTINGS_FILE } from "../core/desired/folders.ts";
import { ANY_DOCUMENT, schemaFile, schemaOf } from "../core/report/schemas.ts";
import type { FilesPort } from "../ports/files.ts";
import type { FileTree } from "../ports/git.ts";
import { applicationTemplate } from "./init/application-template.ts";
import { clusterTemplate, policyTemplate } from "./init/cluster-templates.ts";
import type { InitPlan } from "./init/init-plan.ts";
import { settingsTemplate } from "./init/settings-template.ts";

export interface InitRequest {
  readonly clusters: readonly [NamedContext, NamedContext];
  /** `owner/name`; null: none yet. */
  readonly forge: string | null;
}

export interface NamedContext {
  readonly name: string;
  readonly context: string;
}

/** Asks the clusters who they are: names to UIDs of kube-system. A cluster that does not answer is left out. */
export type ReadIdentities = (clusters: readonly NamedContext[]) => Promise<ReadonlyMap<string, string>>;

export type InitResult =
  | { readonly outcome: "written"; readonly files: readonly string[]; readonly unidentified: readonly string[] }
  /** Nothing was written, because these files are there already. */
  | { readonly outcome: "refused"; readonly existing: readonly string[] };

/** Writes a new DR repository that validates; never over a file that is there. */
export async function initialise(
  request: InitRequest,
  files: Pick<FilesPort, "create">,
  readIdentities: ReadIdentities | null = null,
): Promise<InitResult> {
  const identities = readIdentities === null ? new Map<string, string>() : await readIdentities(request.clusters);
  const [first, second] = request.clusters;
  const planned = (cluster: NamedContext): InitPlan["first"] => ({
    ...cluster,
    identity: identities.get(cluster.name) ?? null,
  });
  const tree = repositoryFiles({ first: planned(first), second: planned(second), forge: request.forge });
  const existing = await files.create(tree);
  if (existing.length > 0) return { outcome: "refused", existing };
  const unidentified = request.clusters.map(({ name }) => name).filter((name) => !identities.has(name));
  return { outcome: "written", files: [...tree.keys()], unidentified };
}

/** The files of a new repository, in the order in which a person should read them. */
export function repositoryFiles(plan: InitPlan): FileTree {
  return new Map([
    [SETTINGS_FILE, settingsTemplate(plan)],
    [`clusters/${plan.first.name}.yaml`, clusterTemplate(plan.first)],
    [`clusters/${plan.second.name}.yaml`, clusterTemplate(plan.second)],
    ["clusters/policy-metro.yaml", policyTemplate(plan)],
    ["apps/shop.yaml.example", applicationTemplate(plan)],
    [`.drover/${schemaFile(ANY_DOCUMENT)}`, `${JSON.stringify(schemaOf(ANY_DOCUMENT), null, 2)}\n`],
  ]);
}
