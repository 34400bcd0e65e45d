import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { join } from "node:path";
import { ROOT, sources } from "./sources.ts";

const src = sources("src");
const tests = sources("test");
const pure = src.filter(({ path }) => path.startsWith("src/core/") || path.startsWith("src/providers/"));

/** Files in which a pattern is found, each with its first line. */
function found(files: typeof src, pattern: RegExp, part: "code" | "text" = "code"): readonly string[] {
  return files.flatMap((file) => {
    const match = pattern.exec(file[part]);
    return match === null ? [] : [`${file.path}: ${match[0].trim()}`];
  });
}

describe("the core is pure: the same input gives the same bytes", () => {
  const ambient: readonly (readonly [string, RegExp])[] = [
    ["a clock", /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/],
    ["randomness", /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b/],
    ["the process", /\bprocess\.|\bglobalThis\b/],
    ["the console", /\bconsole\./],
    ["timers", /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\(/],
    ["the network", /\bfetch\(|\bXMLHttpRequest\b|\bWebSocket\b/],
    [
      "the locale or time zone of the machine",
      /\.toLocale\w*\(|\bIntl\.|\.getHours\(|\.getDate\(|\.getTimezoneOffset\(/,
    ],
    ["waiting", /\basync\s|\bawait\s/],
  ];
  for (const [what, pattern] of ambient) {
    test(`it does not touch ${what}`, () => assert.deepEqual(found(pure, pattern), []));
  }
});

describe("habits", () => {
  test("nothing is suppressed in the core: a rule that is wrong there is wrong", () => {
    const pattern = /(oxlint|eslint)-disable[^\n]*|@ts-(ignore|expect-error|nocheck)/;
    assert.deepEqual(found(pure, pattern, "text"), []);
  });

  test("suppressions elsewhere say why", () => {
    const others = tests.filter(({ path }) => !path.startsWith("test/house/"));
    const unexplained = [...src, ...others].flatMap(({ path, text }) =>
      text
        .split("\n")
        .filter((line) => /(oxlint|eslint)-disable|@ts-(ignore|expect-error|nocheck)/.test(line))
        .filter((line) => !line.includes(" -- "))
        .map((line) => `${path}: ${line.trim()}`),
    );
    assert.deepEqual(unexplained, []);
  });

  test("exports have names, so that searching finds them", () => {
    assert.deepEqual(found([...src, ...tests], /^export default\b/m), []);
  });

  test("no file passes on another's exports: import the file that has them", () => {
    assert.deepEqual(found(src, /^export\s+(type\s+)?(\*|\{[^}]*\}\s*from)[^\n]*/m), []);
  });

  test("no state lives in a module of src/: two worlds in one process must not meet", () => {
    assert.deepEqual(found(src, /^(export )?(let|var)\s[^\n]*/m), []);
  });

  test("tests replace ports, never modules", () => {
    assert.deepEqual(found(tests, /\bmock\.module\b|\bregister(Hooks)?\(\s*""/), []);
  });

  test("nothing is left for later in the code", () => {
    assert.deepEqual(found([...src, ...tests], new RegExp(`\\b(TO${"DO"}|FIX${"ME"}|XX${"X"})\\b`), "text"), []);
  });

  test("TypeScript that Node can run: no enums, namespaces or decorators", () => {
    assert.deepEqual(found([...src, ...tests], /^\s*(export )?(declare )?(const )?(enum|namespace)\s+\w+/m), []);
  });
});

describe("size", () => {
  test("no file has more than 400 lines, and the median is small", (context) => {
    const lengths = src.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    context.diagnostic(`${sorted.length} files in src/, median ${median} lines, longest ${sorted.at(-1) ?? 0}`);
    assert.deepEqual(
      [...lengths, ...tests.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))].filter(
        ({ lines }) => lines > 400,
      ),
      [],
    );
    assert.ok(median <= 120, `the median is ${median} lines`);
  });

  test("the linter has nothing to say: sizes, complexity, parameters, cycles, default exports", () => {
    try {
      execFileSync(process.execPath, [join(ROOT, "node_modules/oxlint/bin/oxlint"), "--format=unix", "src", "test"], {
        cwd: ROOT,
        encoding: "utf8",
        stdio: "pipe",
        timeout: 60_000,
      });
    } catch (error) {
      const output: unknown = error instanceof Error && "stdout" in error ? error.stdout : error;
      assert.fail(String(output));
    }
  });
});
