import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ajv } from "ajv";
import type { Finding } from "../../../src/core/model/finding.ts";
import { FINDING_CODES } from "../../../src/core/model/finding-codes.ts";
import { schemaOf } from "../../../src/core/report/schemas.ts";
import { validationReport } from "../../../src/core/report/validation-report.ts";
import { validationSarif } from "../../../src/core/report/validation-sarif.ts";
import { validationMarkdown, validationText } from "../../../src/core/report/validation-text.ts";
import { desiredWith } from "../../builders/documents.ts";

const error: Finding = {
  code: "unknown-field",
  severity: "error",
  message: 'spec has no field "polices".',
  remedy: "Did you mean policies?",
  file: "apps/my shop.yaml",
  line: 7,
  column: 3,
};
const warning: Finding = { ...error, code: "cluster-identity", severity: "warning", line: 9 };
const nowhere: Finding = { ...error, code: "settings-missing", file: null, line: null, column: null };

const { state } = desiredWith();
const input = { findings: [error, warning], state, blocked: new Set(["shop"]) };

describe("the validation report", () => {
  test("as text: place first, then reason, code and remedy, and the verdict last", () => {
    assert.equal(
      validationText(input, false),
      'apps/my shop.yaml:7:3: error: spec has no field "polices". [unknown-field]\n    Did you mean policies?\n' +
        'apps/my shop.yaml:9:3: warning: spec has no field "polices". [cluster-identity]\n    Did you mean policies?\n\n' +
        "Not valid: 1 error, 1 warning. Blocked until corrected: shop.\n",
    );
    assert.equal(
      validationText({ findings: [], state, blocked: new Set() }, false),
      "Valid: 3 clusters, 2 policies, 1 application.\n",
    );
  });

  test("as text: control characters of a file never reach the terminal", () => {
    const evil = { ...error, message: "a\u001b[2Jb\u202ec\nd", file: "x\u0007.yaml" };
    const text = validationText({ ...input, findings: [evil] }, false);
    for (const control of ["\u001b", "\u0007", "\u202e"]) assert.ok(!text.includes(control));
    assert.equal(text.split("\n").length, validationText({ ...input, findings: [error] }, false).split("\n").length);
    assert.ok(validationText(input, true).includes("\u001b[31merror"));
  });

  test("as Markdown: nothing from a file becomes markup", () => {
    const evil = { ...error, message: "<img src=x> @team | [a](b) `c` #1" };
    const text = validationMarkdown({ ...input, findings: [evil] });
    assert.ok(!/<img|@team|\[a\]|`c`| #1/.test(text));
    assert.equal(text.split("\n").at(-2)?.replaceAll("\\|", "").split("|").length, 7);
  });

  test("as JSON: valid against its schema, unknown values null", () => {
    const report = validationReport([error, warning, nowhere]);
    const validate = new Ajv().compile(schemaOf("ValidationReport") ?? {});
    assert.ok(validate(report), JSON.stringify(validate.errors));
    assert.equal(report.valid, false);
    assert.equal(validationReport([warning]).valid, true);
    assert.deepEqual(Object.keys(report.findings[0] ?? {}), [
      "code",
      "severity",
      "message",
      "remedy",
      "file",
      "line",
      "column",
    ]);
    assert.equal(report.findings[2]?.file, null);
  });
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly columnKind: string;
    readonly tool: {
      readonly driver: {
        readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string } }[];
      };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

describe("the validation report as SARIF 2.1.0", () => {
  const sarif = (findings: readonly Finding[]) => validationSarif(findings, "1.2.3") as unknown as Sarif;

  test("has rule, level, place and fingerprint of every finding, errors first", () => {
    const run = sarif([warning, error, nowhere]).runs[0] ?? assert.fail();
    assert.equal(run.columnKind, "utf16CodeUnits");
    assert.deepEqual(
      run.results.map(({ level }) => level),
      ["error", "error", "warning"],
    );
    for (const result of run.results) {
      const rule = run.tool.driver.rules[result.ruleIndex] ?? assert.fail();
      assert.equal(rule.id, result.ruleId);
      assert.equal(rule.shortDescription.text, FINDING_CODES[result.ruleId as Finding["code"]]);
    }
    const places = run.results.map(({ locations }) => locations[0]?.physicalLocation);
    assert.deepEqual(places[0], {
      artifactLocation: { uri: "apps/my%20shop.yaml" },
      region: { startLine: 7, startColumn: 3 },
    });
    assert.deepEqual(places[1], { artifactLocation: { uri: "drover.yaml" }, region: { startLine: 1 } });
  });

  test("keeps a finding's fingerprint when its line moves, and tells equal ones apart", () => {
    const prints = (findings: readonly Finding[]) =>
      sarif(findings).runs[0]?.results.map(({ partialFingerprints }) => partialFingerprints["droverFinding/v1"]);
    assert.deepEqual(prints([error]), prints([{ ...error, line: 99 }]));
    assert.equal(new Set(prints([error, { ...error, line: 99 }, warning])).size, 3);
  });

  test("stays within GitHub's number of results, and is byte-identical for the same input", () => {
    const many = Array.from({ length: 25_010 }, (_, line) => ({ ...error, line: line + 1 }));
    assert.equal(sarif(many).runs[0]?.results.length, 25_000);
    assert.equal(JSON.stringify(sarif([error, warning])), JSON.stringify(sarif([error, warning])));
  });
});
