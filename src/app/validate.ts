import type { DesiredResult } from "../core/desired/desired-state.ts";
import { buildDesiredState } from "../core/desired/desired-state.ts";
import { foldersOf, SETTINGS_FILE } from "../core/desired/folders.ts";
import type { Finding } from "../core/model/finding.ts";
import { sortFindings } from "../core/model/finding.ts";
import { checkExpressions } from "../core/render/check-expressions.ts";
import type { FileProblem, FilesPort } from "../ports/files.ts";
import { expressionCompiler } from "./load-expressions.ts";

/** The desired state of a folder and everything that is wrong with it. Needs neither git nor network. */
export async function validateRepository(files: Pick<FilesPort, "read">): Promise<DesiredResult> {
  const top = await files.read([SETTINGS_FILE]);
  const folders = foldersOf(top.files.get(SETTINGS_FILE) ?? null);
  const documents = await files.read(folders.documents);
  const result = buildDesiredState(new Map([...documents.files, ...top.files]));
  const applications = [...result.state.applications.values()];
  const problems = [...top.problems, ...documents.problems];
  return {
    ...result,
    findings: sortFindings([
      ...result.findings,
      ...checkExpressions(applications, await expressionCompiler(applications)),
      ...problems.map(toFinding),
    ]),
    complete: result.complete && problems.length === 0,
  };
}

function toFinding({ code, path, message }: FileProblem): Finding {
  return {
    code,
    severity: "error",
    message: `${path}: ${message}`,
    remedy: REMEDIES[code],
    file: path,
    line: 1,
    column: 1,
  };
}

const REMEDIES = {
  "path-escape": "Replace the link by a file: what is outside of the repository cannot be reviewed.",
  "file-too-large": "Split it into several files; any number of files is read.",
  "file-unreadable": "Make it a readable UTF-8 text file, or remove it from the folders that hold documents.",
} as const satisfies Record<FileProblem["code"], string>;
