import { join } from "node:path";
import { APPROVERS, AUTHOR } from "./forge.ts";
import { writePrivateFile } from "./private-folder.ts";
import type { Stage } from "./stage.ts";
import { APPLICATIONS, applicationDocuments } from "./story-documents.ts";

export interface MergedPull {
  readonly number: number;
  readonly files: readonly string[];
  readonly approver: string;
  /** Tip of main afterwards. */
  readonly commit: string;
}

/** The first change of a DR repository, as people make it: a branch, a pull request, one approval, a merge, a pull. */
export async function protectByPullRequest({ forge }: Pick<Stage, "forge">): Promise<MergedPull> {
  const branch = "protect-the-bank";
  const documents = applicationDocuments();
  await forge.git(["switch", "--quiet", "--create", branch]);
  for (const [path, text] of Object.entries(documents)) await writePrivateFile(join(forge.checkout, path), text);
  await forge.git(["add", "--all"]);
  await forge.git(["commit", "--quiet", "--message", `Protect ${APPLICATIONS.join(" and ")}`]);
  await forge.git(["push", "--quiet", "origin", branch]);
  const title = `Protect ${APPLICATIONS.join(" and ")}`;
  const body = "Every acknowledged write is to survive the loss of east, and the bank is to be back within a minute.";
  const number = await forge.people.open(AUTHOR, { title, body, branch });
  const [approver] = APPROVERS;
  await forge.people.approve(approver, number);
  const commit = await forge.people.merge(AUTHOR, number);
  await forge.git(["switch", "--quiet", "main"]);
  await forge.git(["pull", "--quiet", "--ff-only", "origin", "main"]);
  return { number, files: Object.keys(documents), approver, commit };
}
