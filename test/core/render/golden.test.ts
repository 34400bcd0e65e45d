import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { goldenCases } from "./golden-cases.ts";

/** `DROVER_UPDATE_GOLDEN=1` writes what is rendered now; review the difference like code. */
const UPDATE = process.env["DROVER_UPDATE_GOLDEN"] === "1";

function write(folder: string, files: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function read(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

for (const { name, folder, input } of goldenCases()) {
  test(`golden: ${name}`, () => {
    const { files, report, refusals, suspicious } = renderApplication(input);
    assert.deepEqual([refusals, suspicious], [[], null]);
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (UPDATE) {
      write(join(folder, "expected"), files);
      writeFileSync(join(folder, "report.json"), text);
    }
    assert.deepEqual(files, read(join(folder, "expected")));
    assert.equal(text, readFileSync(join(folder, "report.json"), "utf8"));
  });
}
