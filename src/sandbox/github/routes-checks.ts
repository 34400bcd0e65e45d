import { jsonResponse, RequestRefused } from "./http-message.ts";
import { takeId } from "./hub.ts";
import { presentCheckRun } from "./present-pull.ts";
import { numberParam, pageOf, requireText, textField } from "./router.ts";
import type { Call, Route } from "./router.ts";
import type { CheckRunRecord } from "./state.ts";

const conclusions = ["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required"];
/** GitHub's limit on `output.summary` and `output.text`, in characters. */
const maxText = 65_535;

/** Check runs: only a GitHub App, here a bot account, may write them. */
export const checkRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/repos/{owner}/{repo}/check-runs",
    needs: "write",
    handle: async (call) => {
      requireApp(call);
      const headCommit = requireText(call, "head_sha");
      if ((await call.hub.repository.commit(headCommit)) === null) {
        throw new RequestRefused(422, `No commit found for SHA: ${headCommit.slice(0, 80)}`);
      }
      const run: CheckRunRecord = {
        id: takeId(call.hub),
        app: call.account.login,
        headCommit,
        name: requireText(call, "name"),
        status: "queued",
        conclusion: null,
        externalId: null,
        detailsUrl: null,
        startedAt: call.hub.now(),
        completedAt: null,
        title: null,
        summary: null,
        text: null,
        annotations: 0,
      };
      changeRun(call, run);
      call.hub.state().checkRuns.push(run);
      return jsonResponse(201, presentCheckRun(call.hub, run));
    },
  },
  {
    method: "PATCH",
    path: "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    needs: "write",
    handle: async (call) => {
      requireApp(call);
      const id = numberParam(call, "check_run_id");
      const run = call.hub.state().checkRuns.find((candidate) => candidate.id === id);
      if (run === undefined || run.app !== call.account.login) throw new RequestRefused(404, "Not Found");
      changeRun(call, run);
      return jsonResponse(200, presentCheckRun(call.hub, run));
    },
  },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    handle: async (call) => {
      const ref = call.params["ref"] ?? "";
      const commit = (await call.hub.repository.commit(ref)) ?? (await call.hub.repository.commit(`refs/heads/${ref}`));
      if (commit === null) throw new RequestRefused(422, "No commit found for SHA");
      const name = call.query.get("check_name");
      const app = call.query.get("app_id");
      const runs = call.hub
        .state()
        .checkRuns.filter((run) => run.headCommit === commit.sha && (name === null || run.name === name))
        .map((run) => presentCheckRun(call.hub, run))
        .filter((run) => app === null || String(appId(run)) === app)
        .toReversed();
      const { page, links } = pageOf(call, runs.length);
      const body = { total_count: runs.length, check_runs: runs.slice(page.start, page.end) };
      return jsonResponse(200, body, links === "" ? {} : { link: links });
    },
  },
];

function appId(run: Readonly<Record<string, unknown>>): unknown {
  const app = run["app"];
  return typeof app === "object" && app !== null && "id" in app ? app.id : null;
}

function requireApp(call: Call): void {
  if (call.account.type !== "Bot") throw new RequestRefused(403, "You must authenticate via a GitHub App.");
}

function changeRun(call: Call, run: CheckRunRecord): void {
  run.name = textField(call, "name") ?? run.name;
  run.status = textField(call, "status") ?? run.status;
  run.externalId = textField(call, "external_id") ?? run.externalId;
  run.detailsUrl = textField(call, "details_url") ?? run.detailsUrl;
  const conclusion = textField(call, "conclusion");
  if (conclusion !== null) {
    if (!conclusions.includes(conclusion)) throw new RequestRefused(422, "Invalid request: conclusion is unknown.");
    run.conclusion = conclusion;
    run.status = "completed";
    run.completedAt = call.hub.now();
  }
  const output = call.body["output"];
  if (typeof output === "object" && output !== null) changeOutput(run, { ...output });
}

function changeOutput(run: CheckRunRecord, output: Readonly<Record<string, unknown>>): void {
  for (const field of ["title", "summary", "text"] as const) {
    const value = output[field];
    if (value === undefined) continue;
    if (typeof value !== "string") throw new RequestRefused(422, `Invalid request: output.${field} is not a string.`);
    if (value.length > maxText) throw new RequestRefused(422, `Validation Failed: ${field} is too long`);
    run[field] = value;
  }
  const annotations = output["annotations"];
  if (!Array.isArray(annotations)) return;
  if (annotations.length > 50) throw new RequestRefused(422, "Validation Failed: more than 50 annotations");
  run.annotations += annotations.length;
}
