import assert from "node:assert/strict";
import { test } from "node:test";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { CHANGE_RULES } from "../../../src/core/render/render-rules.ts";
import { PLAIN } from "../../../src/core/report/palette.ts";
import { renderText } from "../../../src/core/report/render-text.ts";
import { captureOf, shop } from "../render/live-objects.ts";

const REVISION = "5".repeat(40);

function text(explain: boolean): string {
  const { report } = renderApplication(captureOf(shop()));
  return renderText({ reports: [report], refused: new Map(), notes: [], revision: REVISION, explain }, PLAIN);
}

test("without --explain each rule is counted once, with what it left out or changed", () => {
  const lines = text(false).split("\n");
  assert.equal(lines.filter((line) => line.startsWith("  left out: ")).length, 1);
  const changed = lines.filter((line) => line.startsWith("  changed: "));
  assert.equal(changed.length, 1);
  assert.match(changed[0] ?? "", /server-default × \d+.*standby-replicas × 2/);
});

test("says from where it was rendered: cluster and commit of the desired state", () => {
  const lines = text(false).split("\n");
  assert.match(lines[0] ?? "", /^shop east → west: \d+ objects, no change, no commit$/);
  assert.equal(lines.at(-2), `rendered from revision ${REVISION}`);
});

test("with --explain each object names its rules, with their sentences in one column", () => {
  const lines = text(true).split("\n");
  const at = lines.indexOf("  Deployment shop/web");
  const rows = lines.slice(at + 1).slice(
    0,
    lines.slice(at + 1).findIndex((line) => !line.startsWith("    ")),
  );
  assert.ok(rows.length > 3, lines.join("\n"));
  const columns = rows.map((row) => {
    const sentence = Object.values(CHANGE_RULES).find((each) => row.endsWith(`  ${each}`));
    return sentence === undefined ? assert.fail(row) : row.length - sentence.length;
  });
  assert.equal(new Set(columns).size, 1);
  assert.ok(rows.some((row) => row.includes("standby-replicas × 1")));
  assert.match(lines.join("\n"), /left out: recorded-claim +Replication delivers claims/);
});
