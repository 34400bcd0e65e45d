import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { counted } from "../../../src/core/model/counted.ts";
import { ClusterFault } from "../../../src/ports/cluster.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { recordToData } from "../../../src/core/model/record.ts";
import { mergeRecord } from "../../../src/core/model/merge-record.ts";
import { buildPlan } from "../../../src/core/plan/build-plan.ts";
import { contextFor } from "../../../src/core/plan/application-context.ts";
import { capture } from "../../../src/core/plan/capture.ts";
import { buildStatus } from "../../../src/core/plan/status.ts";
import { driftSentence } from "../../../src/core/report/drift-words.ts";
import { harmless, harmlessText } from "../../../src/core/report/harmless.ts";
import { code, html, plain } from "../../../src/core/report/markdown-escape.ts";
import { PLAIN } from "../../../src/core/report/palette.ts";
import { planDocument } from "../../../src/core/report/plan-json.ts";
import { planMarkdown } from "../../../src/core/report/plan-markdown.ts";
import { planText } from "../../../src/core/report/plan-text.ts";
import { renderText } from "../../../src/core/report/render-text.ts";
import { statusDocument, statusMarkdown, statusText } from "../../../src/core/report/status-views.ts";
import { describeFault } from "../../../src/entry/describe-fault.ts";
import { deployment, secret, statefulSet } from "../../builders/live-objects.ts";
import { type AppSpec, FAILOVER, type WorldSpec, world } from "../../builders/plan-world.ts";

const ODD = [
  "@",
  "#",
  "GH-",
  "`",
  "```",
  "~~~",
  "<",
  ">",
  "&",
  "|",
  "[",
  "](",
  "![",
  "http://x",
  "https://x",
  "www.x",
  "ftp://x",
  "_",
  "*",
  "\n",
  "\r",
  "\u2028",
  "\u0000",
  "\u001b[31m",
  "\u202e",
  "\u2066",
  "- ",
  "1. ",
  "x@y.example",
  "mailto:x",
  "</details>",
  "<!--",
  "$",
  "\\",
  "x",
];
const hostile = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...ODD), { maxLength: 8 }).map((parts) => parts.join("")),
);

/** What GitHub makes something of, unless it is escaped. */
const ACTIVE: readonly (readonly [string, RegExp])[] = [
  ["a mention or an address", /@[A-Za-z0-9]/],
  ["a reference", /#\d/],
  ["a reference by its long name", /\bGH-\d/i],
  ["a link by itself", /(?:https?|ftp):\/\//i],
  ["a link by its host", /\bwww\.[a-z0-9]/i],
  ["HTML", /[<>]/],
  ["a fence", /(?<!\\)`/],
  ["another fence", /(?<!\\)~/],
  ["a link or an image", /(?<!\\)[[\]]/],
  ["emphasis", /(?<!\\)[*_]/],
  ["a new cell", /(?<!\\)\|/],
  ["a formula", /(?<!\\)\$/],
  ["a control character", /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/],
  ["another direction of reading", /[\u202a-\u202e\u2066-\u2069]/],
];

test("text of people and clusters stays text in Markdown", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = plain(text).replaceAll("\\\\", "");
      for (const [what, pattern] of ACTIVE) assert.doesNotMatch(escaped, pattern, what);
    }),
    { numRuns: 2000 },
  );
});

test("and in a line of HTML, without the backslashes that GitHub would show there", () => {
  const markdown = ["a fence", "another fence", "a link or an image", "emphasis", "a new cell", "a formula"];
  fc.assert(
    fc.property(hostile, (text) => {
      const active = ACTIVE.filter(([what]) => !markdown.includes(what));
      for (const [what, pattern] of active) assert.doesNotMatch(html(text), pattern, what);
    }),
  );
  assert.equal(html("appns (16 steps)"), "appns (16 steps)");
});

test("a plan says what its digest is for: it is what an approval covers", () => {
  const plan = buildPlan(world({ apps: [TO_WEST] }));
  assert.match(planText(plan, PLAIN), new RegExp(`· plan digest ${plan.digest.slice(0, 16)} \\(what is approved\\) ·`));
  assert.match(planMarkdown(plan), new RegExp(`· plan digest \`${plan.digest}\` \\(what is approved\\) ·`));
});

test("one of a thing is not spoken of as many", () => {
  const object = { apiVersion: "v1", kind: "Service", namespace: "shop", name: "web" };
  const one = { cluster: "east", compared: 12, suppressed: 1, unknown: 0, unconfirmed: 0 };
  assert.equal(
    driftSentence({ ...one, objects: [{ ...object, state: "missing", paths: [], more: 0 }] }),
    "1 of 12 objects on east is not as the branch has it; 1 more differs in spelling only",
  );
  assert.equal(
    driftSentence({ ...one, compared: 1, suppressed: 0, objects: [] }),
    "0 of 1 object on east are not as the branch has them",
  );
  assert.deepEqual(
    [counted(1, "policy", "policies"), counted(2, "policy", "policies"), counted(0, "step"), counted(1, "step")],
    ["1 policy", "2 policies", "0 steps", "1 step"],
  );
});

test("on a terminal only colours, tabs and line ends of Drover's own pass; nothing turns the direction of reading", () => {
  const odd = "a\u001b[31mred\u001b[0m\tb\nc\u001b[2Jd\u0007e\u202ef\u2066g\u2028h";
  const shown = "a\u001b[31mred\u001b[0m\tb\nc\ufffd[2Jd\ufffde\ufffdf\ufffdg\ufffdh";
  assert.equal(harmlessText(odd), shown);
  assert.doesNotMatch(harmless(odd), /[\u001b\t\n\u202e]/);
});

test("inline code ends where it is meant to, whatever is in it", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const written = code(text);
      const [fence = ""] = /^`+/.exec(written) ?? [];
      const inside = written.slice(fence.length, -fence.length);
      assert.ok(fence.length > 0 && written.endsWith(fence) && inside.length > 0);
      assert.ok(!inside.startsWith("`") && !inside.endsWith("`"));
      assert.ok([...inside.matchAll(/`+/g)].every((run) => run[0].length !== fence.length));
      assert.doesNotMatch(inside, /[\u0000-\u001f]|(?<!\\)\|/);
    }),
    { numRuns: 1000 },
  );
});

const VALUE = "hunter2-Qz9-not-to-be-seen";
const BASE64 = Buffer.from(VALUE).toString("base64");
const TO_WEST: AppSpec = { active: "west", transition: FAILOVER };

/** A Secret, workloads that refer to it, and other places where a value hides. */
function withSecret(app: AppSpec): AppSpec {
  const env = [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "login", key: "password" } } }];
  const web = deployment("shop", "web", { replicas: 1 });
  const spec = structuredClone(web["spec"]) as { template: { spec: { containers: object[] } } };
  spec.template.spec.containers = [{ name: "main", image: "registry.example.com/web:1", env }];
  const token: KubeObject = { ...secret("shop", "token", VALUE), type: "kubernetes.io/service-account-token" };
  const applied = {
    "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ data: { password: BASE64 } }),
  };
  const own = secret("shop", "login", VALUE);
  const more = [
    { ...web, spec },
    { ...own, metadata: { ...own.metadata, annotations: applied } },
    token,
    statefulSet("shop", "queue", { replicas: 1 }),
  ];
  return {
    ...app,
    east: { without: (object) => object.kind === "Deployment" && !more.includes(object as never), more },
  };
}

const WORLDS: readonly (readonly [string, WorldSpec])[] = [
  ["protection", { apps: [withSecret({ folder: "none" })] }],
  ["failover", { apps: [withSecret(TO_WEST)] }],
  ["failover of a dead site", { apps: [withSecret(TO_WEST)], away: { east: "away" } }],
  ["relocate", { apps: [withSecret({ active: "west", transition: { ...FAILOVER, type: "Relocate" } })] }],
];

for (const [name, spec] of WORLDS) {
  test(`no value of a Secret is in any view: ${name}`, () => {
    const input = world(spec);
    const plan = buildPlan(input);
    const report = { revision: input.revision, observedAt: plan.observedAt, applications: buildStatus(input) };
    const everything = [
      planText(plan, PLAIN),
      planMarkdown(plan),
      JSON.stringify(planDocument(plan)),
      statusText(report, PLAIN),
      statusMarkdown(report),
      JSON.stringify(statusDocument(report)),
      ...plan.steps.map((step) =>
        JSON.stringify(step.operation, (_, value: unknown) => (value instanceof Map ? [...value] : value)),
      ),
      ...recordsOf(plan),
      ...rendered(input),
    ].join("\n");
    for (const part of [VALUE, BASE64, Buffer.from(VALUE).toString("hex")]) assert.ok(!everything.includes(part), name);
    assert.ok(everything.includes("shop"));
  });
}

function recordsOf(plan: ReturnType<typeof buildPlan>): readonly string[] {
  return plan.steps.flatMap(({ operation }) => {
    if (operation.type !== "record") return [];
    const record = mergeRecord(null, operation.application, { change: operation.change, now: plan.observedAt });
    return record === null ? [] : Object.values(recordToData(record));
  });
}

function rendered(input: ReturnType<typeof world>): readonly string[] {
  const document = input.desired.state.applications.get("shop") ?? assert.fail("it is there");
  const context = contextFor(input, document, { source: "east", target: "west" });
  if (context === null || context.source.cluster === null) return [];
  const { report, files } = capture(context);
  return [
    renderText({ reports: [{ ...report, commit: null }], refused: new Map(), notes: [], revision: "" }, PLAIN),
    ...files.values(),
  ];
}

test("a fault says what and where, not what was sent", () => {
  const text = describeFault(new ClusterFault("invalid", "east", "east refused Secret shop/login"));
  assert.match(text, /shop\/login.*\[invalid\]/);
});

test("unknown is said as unknown, in every view", () => {
  const input = world({ apps: [TO_WEST], away: { west: "away" } });
  const plan = buildPlan(input);
  const document = planDocument(plan) as { applications: readonly { expectedDataLoss: unknown }[] };
  assert.equal(document.applications[0]?.expectedDataLoss, null);
  assert.match(planText(plan, PLAIN), /expected data loss unknown/);
  assert.match(planMarkdown(plan), /\| unknown \|/);
});

test("the plan's views begin and end with the verdict", () => {
  const plan = buildPlan(world({ apps: [TO_WEST] }));
  const lines = planText(plan, PLAIN).trim().split("\n");
  assert.match(lines[0] ?? "", /needs approval/);
  assert.equal(lines.at(-2), lines[0]);
  assert.match(planMarkdown(plan), /^### Plan: /);
});

test("a fence is said right under the headline: it concerns the whole site", () => {
  const fenced = buildPlan(world({ apps: [TO_WEST], away: { east: "away" } }));
  const says =
    /^\*{0,2}Fences: storage of east .*cluster domain primary.* refuses writes; nothing on that site can write/;
  assert.match(planText(fenced, PLAIN).split("\n")[1] ?? "", says);
  assert.match(planMarkdown(fenced).split("\n")[2] ?? "", says);
  assert.doesNotMatch(planText(buildPlan(world()), PLAIN), /Fences/);
});

test("what people wrote can't leave its place in the pull request's text", () => {
  const input = world({ apps: [TO_WEST] });
  const plan = buildPlan(input);
  const [application = assert.fail("it is there")] = plan.applications;
  const evil = "x\n\n# Approved by @admin\n```\n</details><img src=https://x>";
  const blockers = [{ code: "branch-missing", message: evil, remedy: evil } as const];
  const steps = plan.steps.map((step) => ({ ...step, why: evil }));
  const text = planMarkdown({ ...plan, steps, applications: [{ ...application, blockers, waitingFor: [evil] }] });
  const outside = text.replaceAll(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, "");
  assert.doesNotMatch(outside, /@admin|<img|^# Approved|https:\/\//m);
  assert.equal(outside.match(/<\/details>/g)?.length, outside.match(/<details>/g)?.length);
});
