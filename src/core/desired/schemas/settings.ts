import { z } from "zod";
import type { Settings } from "../settings.ts";
import type { Source } from "../source.ts";
import { document, folder, login, refName, rule } from "./fields.ts";

const count = z
  .int()
  .min(0, { error: rule("is below 0", "Write how many people must approve, 0 to 10.") })
  .max(10, { error: rule("is above 10", "Write how many people must approve, 0 to 10.") });

const team = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
  error: rule("is not a team", "Write organisation and team, such as acme/dr-approvers, without @."),
});

const forge = z
  .strictObject({
    type: z.literal("github"),
    repository: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, {
      error: rule("is not a repository", "Write owner and name, such as acme/dr."),
    }),
  })
  .meta({
    description:
      "Where pull requests are. Address and token come from the environment only (GITHUB_API_URL, GITHUB_TOKEN), so that a pull request cannot choose its approver. Absent: no forge.",
  });

const approvals = z.strictObject({
  verify: z.enum(["forge", "merge"]).default("forge").meta({
    description:
      "forge: reviews are read from the forge. merge: being on the protected branch counts as the approval; every plan warns about it.",
  }),
  routine: count.default(1).meta({ description: "People who must approve routine steps." }),
  disruptive: count.default(2).meta({ description: "People who must approve quiesce, fence, promote and activate." }),
  destructive: count.default(2).meta({ description: "People who must approve whatever deletes or overwrites." }),
  users: z.array(login).default([]).meta({ description: "Logins whose approval counts." }),
  teams: z.array(team).default([]).meta({
    description: "Teams whose members' approval counts. With users empty too: anyone with write permission.",
  }),
});

export const settingsDocument = document(
  "Settings",
  z.strictObject({
    folders: z.array(folder).prefault(["clusters", "apps"]).meta({
      description: "Folders that are read for documents, with everything below them (*.yaml, *.yml).",
    }),
    policies: folder.prefault("policies").meta({ description: "Folder of policy rules; never inside folders." }),
    remote: refName.default("origin").meta({ description: "Name of the git remote." }),
    protectedBranch: refName.default("main").meta({ description: "Branch that only approved changes reach." }),
    branchPrefix: refName
      .regex(/\/$/, { error: rule("does not end with a slash", "Write it with a slash at the end, such as dr/.") })
      .default("dr/")
      .meta({ description: "Prefix of the branches that Drover writes, one for each cluster." }),
    forge: forge.optional(),
    approvals: approvals.prefault({}),
    executor: z
      .enum(["action", "controller", "cli"])
      .default("cli")
      .meta({ description: "Who applies after a merge." }),
  }),
).meta({ description: "The repository's own settings: exactly one, in drover.yaml at the root." });

export function toSettings(value: z.output<typeof settingsDocument>, source: Source): Settings {
  const { spec } = value;
  return { ...spec, name: value.metadata.name, source, forge: spec.forge ?? null };
}
