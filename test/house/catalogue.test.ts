import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { FINDING_CODES } from "../../src/core/model/finding-codes.ts";
import { SCHEMA_KINDS, schemaFile, schemaOf } from "../../src/core/report/schemas.ts";
import { ROOT, sources } from "./sources.ts";

const src = sources("src");

describe("codes", () => {
  const CATALOGUE = "src/core/model/finding-codes.ts";

  test("every finding code of the catalogue is used: nobody waits for what is never said", () => {
    const used = src.filter(({ path }) => path !== CATALOGUE);
    const unused = Object.keys(FINDING_CODES).filter((code) => !used.some(({ text }) => text.includes(`"${code}"`)));
    assert.deepEqual(unused, []);
  });

  test("every finding code that is used is in the catalogue", () => {
    const written = src.flatMap(({ path, text }) =>
      [...text.matchAll(/\bcode: "([a-z0-9-]+)",\s*(?:\/\/[^\n]*\s*)?severity:/g)].map(([, code]) => ({ path, code })),
    );
    assert.ok(written.length > 5, "the pattern still finds codes");
    assert.deepEqual(
      written.filter(({ code }) => !Object.hasOwn(FINDING_CODES, code ?? "")),
      [],
    );
  });

  test("codes are words with dashes, and each is explained by a sentence", () => {
    for (const [code, sentence] of Object.entries(FINDING_CODES)) {
      assert.match(code, /^[a-z]+(-[a-z0-9]+)+$/);
      assert.match(sentence, /^[A-Za-z].{10,}\.$/, code);
    }
  });

  test("every fault code of a port is raised by an adapter or the use cases", () => {
    const faults = src
      .filter(({ path }) => path.startsWith("src/ports/"))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/export type (\w+FaultCode) =([^;]+);/g)].flatMap(([, type, union = ""]) =>
          [...union.replace(/\/\/[^\n]*/g, "").matchAll(/"([a-z-]+)"/g)].map(([, code]) => ({ path, type, code })),
        ),
      );
    assert.ok(faults.length > 10, "the pattern still finds codes");
    const raising = src.filter(({ path }) => path.startsWith("src/adapters/") || path.startsWith("src/app/"));
    const silent = faults.filter(({ code }) => !raising.some(({ text }) => text.includes(`"${code}"`)));
    assert.deepEqual(silent, []);
  });
});

describe("schemas", () => {
  test("manifests/schemas/ is what the definitions generate: run npm run schemas", () => {
    for (const kind of SCHEMA_KINDS) {
      const committed = readFileSync(join(ROOT, "manifests/schemas", schemaFile(kind)), "utf8");
      assert.equal(committed, `${JSON.stringify(schemaOf(kind), null, 2)}\n`, schemaFile(kind));
    }
    assert.deepEqual(readdirSync(join(ROOT, "manifests/schemas")).sort(), SCHEMA_KINDS.map(schemaFile).sort());
  });
});

describe("test/README.md", () => {
  const readme = readFileSync(join(ROOT, "test/README.md"), "utf8");
  const rowsBelow = (heading: string): readonly (readonly string[])[] => {
    const [, section = ""] = readme.split(`## ${heading}\n`);
    const lines = section.split("\n## ")[0]?.split("\n") ?? [];
    return lines.flatMap((line) =>
      line.includes("`") && line.startsWith("|") ? [line.split("|").map((cell) => cell.trim())] : [],
    );
  };
  const acceptance = rowsBelow("Acceptance of capture and render");

  test("names tests that exist, for acceptance and for bad input", () => {
    const rows = [...acceptance, ...rowsBelow("Bad input to a capture")];
    assert.ok(rows.length > 30, "the tables are still found");
    for (const row of rows) {
      const [title = "", file = ""] = row.toReversed().slice(1);
      const text = readFileSync(join(ROOT, "test", file.replaceAll("`", "")), "utf8");
      assert.ok(text.includes(title), `${file}: ${title}`);
    }
  });

  test("has each of the ten acceptance checks, and titles that begin with their number", () => {
    assert.deepEqual([...new Set(acceptance.map(([, check]) => Number(check)))], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const [, check = "", , , title = ""] of acceptance)
      assert.match(title, new RegExp(`^acceptance (?:.*[, ])?${check}(?:\\D|$)`), title);
  });
});
