import assert from "node:assert/strict";
import { test } from "node:test";
import { runDemo } from "../../src/entry/sandbox/demo/run-demo.ts";
import type { Chapter } from "../../src/entry/sandbox/demo/telling.ts";
import type { Stage } from "../../src/entry/sandbox/stage.ts";
import { recordedContext } from "../entry/sandbox/command-context.ts";

const request = {
  directory: null,
  keep: false,
  speed: 100,
  width: 80,
  interrupted: new Promise<string>(() => undefined),
};

test("the demo plays the whole story and keeps every promise", async () => {
  const context = recordedContext("/");
  const chapters: Chapter[] = [];
  await runDemo({ ...request, onChapter: (chapter) => void chapters.push(chapter) }, context);
  const out = context.out();
  assert.equal(context.exitCode(), 0, out);
  assert.deepEqual(chapters, ["protect", "ask", "lose", "fail-over", "return", "go-home"]);
  assert.match(out, /✓ 7 kept, 0 broken/);
  assert.match(out, /! fence @west: storage of east \(cluster domain primary\)/);
  assert.match(out, /approved by ada and ben, merged as [0-9a-f]{12}/);
  assert.doesNotMatch(out, /\u001B/, "no colours where there is no terminal");
  for (const line of out.split("\n")) assert.ok(line.length <= 80, line);
});

test("a story that can't go on ends with 1 and says why", async () => {
  const context = recordedContext("/");
  const onChapter = (chapter: Chapter, stage: Stage): void => {
    if (chapter === "protect") stage.clusters.kill("west");
  };
  await runDemo({ ...request, onChapter }, context);
  assert.equal(context.exitCode(), 1);
  assert.match(context.out(), /✗ The story stopped: drover apply: appns is refused/);
});

test("an interrupted demo ends with 1 and clears up", async () => {
  const context = recordedContext("/");
  let removed = "";
  const { promise: interrupted, resolve } = Promise.withResolvers<string>();
  const onChapter = (_: Chapter, stage: Stage): void => {
    removed = stage.folder.path;
    resolve("SIGINT");
  };
  await runDemo({ ...request, interrupted, onChapter }, context);
  assert.equal(context.exitCode(), 1);
  assert.match(context.out(), /The story stopped: ended by SIGINT/);
  const { access } = await import("node:fs/promises");
  await assert.rejects(access(removed));
});
