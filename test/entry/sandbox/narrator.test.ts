import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PLAIN } from "../../../src/core/report/palette.ts";
import { createNarrator, wrap } from "../../../src/entry/sandbox/demo/narrator.ts";

test("no line of the story is wider than the terminal, and no word gets lost", () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "→", "-"), minLength: 1, maxLength: 130 }));
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 120 }), (list, width) => {
      let out = "";
      const narrator = createNarrator({ write: (text) => void (out += text), palette: PLAIN, width });
      const text = list.join(" ");
      narrator.title(text);
      narrator.chapter(text);
      narrator.say(text);
      narrator.command(text);
      narrator.detail(text);
      narrator.moment("1.5s", text, "dim");
      narrator.good(text);
      for (const line of out.split("\n")) assert.ok(line.length <= Math.min(width, 100), JSON.stringify(line));
      assert.equal(wrap(text, 20).join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    }),
  );
});

test("colours are put around lines after they were broken", () => {
  let out = "";
  const palette = { ...PLAIN, bold: (text: string) => `<${text}>` };
  const narrator = createNarrator({ write: (text) => void (out += text), palette, width: 40 });
  narrator.command("git log --oneline --graph --all --decorate --stat");
  assert.equal(out, "   <$ git log --oneline --graph --all>\n   <  --decorate --stat>\n");
});
