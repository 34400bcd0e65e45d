import assert from "node:assert/strict";
import { test } from "node:test";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { renderMarkdown } from "../../../src/core/report/render-markdown.ts";
import { captureOf, shop } from "../render/live-objects.ts";

const { report } = renderApplication(captureOf(shop()));
const COMMIT = "4".repeat(40);
const REVISION = "5".repeat(40);
const blocker = { code: "render-refused", message: "a <b> of @ops", remedy: "look at #7" } as const;

test("each captured application is a row, and its rules are folded below", () => {
  const text = renderMarkdown({
    reports: [{ ...report, commit: COMMIT }, report],
    refused: new Map(),
    notes: [],
    revision: REVISION,
    explain: false,
  });
  const lines = text.split("\n");
  assert.equal(lines[0], "### 2 applications captured, 0 refused");
  assert.ok(
    lines.some((line) => line.startsWith("| `shop` | east → west | ") && line.endsWith(" | `444444444444` |")),
    text,
  );
  assert.ok(
    lines.some((line) => line.endsWith(" | no change |")),
    text,
  );
  assert.match(text, /<sub>rendered from revision `5{40}`<\/sub>\n$/);
  assert.match(text, /<summary>shop: what was left out or changed<\/summary>\n\n```diff\n {2}left out: /);
});

test("with explain the folded part names the objects", () => {
  const text = renderMarkdown({ reports: [report], refused: new Map(), notes: [], revision: REVISION, explain: true });
  assert.match(text, /```diff\n(.*\n)* {2}Deployment shop\/web\n/);
});

test("refusals and notes come first, escaped, and what was not read is named", () => {
  const unread = [{ group: "example.com", kind: "Widget", namespace: "shop", reason: "forbidden" }];
  const text = renderMarkdown({
    reports: [{ ...report, unread }],
    refused: new Map([["ledger", [blocker]]]),
    notes: [{ ...blocker, code: "recipient-removed" }],
    revision: REVISION,
    explain: false,
  });
  const [headline, , refused, note] = text.split("\n");
  assert.equal(headline, "### 1 application captured, 1 refused");
  assert.equal(refused, "- **ledger** is refused: a &lt;b&gt; of @\u200bops (`render-refused`). → look at #\u200b7");
  assert.equal(note, "- a &lt;b&gt; of @\u200bops (`recipient-removed`). → look at #\u200b7");
  assert.match(text, /- `shop`: \*\*not read\*\* .*Widget/);
});
