import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";
import { compileExpression } from "../../../src/core/cel/expression.ts";
import { buildDesiredState } from "../../../src/core/desired/desired-state.ts";
import { checkExpressions } from "../../../src/core/render/check-expressions.ts";
import { asFields, asList, at } from "../../../src/core/model/fields.ts";
import { ANY_DOCUMENT, SCHEMA_KINDS, schemaFile, schemaOf } from "../../../src/core/report/schemas.ts";
import { repository } from "../../builders/documents.ts";

/** One validator of each schema: compiling one takes longer than all that it is asked. */
const COMPILED = new Map<string, ValidateFunction>();

function validatorOf(kind: string): ValidateFunction {
  const known = COMPILED.get(kind) ?? compile(kind);
  COMPILED.set(kind, known);
  return known;
}

function ajv(): Ajv {
  const instance = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
  formats.default(instance);
  return instance;
}

function compile(kind: string): ValidateFunction {
  return ajv().compile(schemaOf(kind) ?? assert.fail(`no schema of ${kind}`));
}

describe("JSON Schemas", () => {
  for (const kind of SCHEMA_KINDS) {
    test(`${kind} is a draft-7 schema`, () => {
      assert.equal(schemaOf(kind)?.["$schema"], "http://json-schema.org/draft-07/schema#");
      validatorOf(kind);
    });
  }

  test("accept the documents of a valid repository, each by its kind and by the common one", () => {
    for (const text of repository().values()) {
      const document: { readonly kind: string } = parse(text);
      for (const kind of [document.kind, ANY_DOCUMENT]) {
        const validate = validatorOf(kind);
        assert.ok(validate(document), `${kind}: ${JSON.stringify(validate.errors)}`);
      }
    }
  });

  const move = { id: "move-1", type: "Failover", from: "east", notAfter: "2026-11-23T06:00:00Z", reason: "power" };
  const refused: readonly (readonly [string, string, unknown])[] = [
    ["an unknown field", "shop.spec.extra", 1],
    ["null", "shop.spec.render", null],
    ["a wrong name", "shop.metadata.name", "Shop"],
    ["a Failover without a reason", "shop.spec.placement.transition", { ...move, reason: undefined }],
    [
      "a Relocate with a fence",
      "shop.spec.placement.transition",
      { ...move, type: "Relocate", fence: { attestation: "it is off now", by: "j" } },
    ],
    ["two ways to connect", "east.spec.connection", { context: "a", env: "B" }],
    ["two schedules", "regional.spec.replication.schedule", { interval: "1h", daily: "02:00" }],
    ["an unknown kind", "shop.kind", "Shop"],
  ];
  for (const [what, path, value] of refused) {
    test(`refuse ${what} in an editor`, () => {
      const [part = "", ...steps] = path.split(".");
      const changes = { [part]: { [steps.join(".")]: value } };
      const file = [...repository(changes)].find(([name]) => name.includes(part))?.[1] ?? assert.fail();
      assert.equal(validatorOf(ANY_DOCUMENT)(parse(file)), false);
    });
  }

  const shown: readonly (readonly [string, readonly string[]])[] = [
    ["ProtectedApplication", ["spec", "render", "rules"]],
    ["ProtectedApplication", ["spec", "render", "targets", "*", "hosts"]],
    ["ProtectedApplication", ["spec", "render", "targets", "*", "cidrs"]],
    ["ProtectedApplication", ["spec", "render", "exclude"]],
    ["RenderReportList", []],
  ];
  for (const [kind, path] of shown) {
    test(`show by an example how ${kind} ${path.join(".")} is written, and the example fits`, () => {
      let schema: unknown = schemaOf(kind);
      for (const key of path) schema = key === "*" ? at(schema, "additionalProperties") : at(schema, "properties", key);
      const examples = asList(at(schema, "examples"));
      assert.ok(examples.length > 0 && typeof at(schema, "description") === "string");
      const validate = ajv().compile(asFields(schema));
      for (const example of examples) assert.ok(validate(example), JSON.stringify(validate.errors));
    });
  }

  test("the example of rules is one that Drover takes, expressions included", () => {
    const render = at(schemaOf("ProtectedApplication"), "properties", "spec", "properties", "render", "properties");
    const [rules] = asList(at(render, "rules", "examples"));
    const { state, findings } = buildDesiredState(repository({ shop: { "spec.render.rules": rules } }));
    assert.deepEqual([findings, checkExpressions([...state.applications.values()], compileExpression)], [[], []]);
  });

  test("have file names that differ", () => {
    assert.equal(schemaFile("DRPolicy"), "dr-policy.schema.json");
    assert.equal(schemaFile("ProtectedApplication"), "protected-application.schema.json");
    assert.equal(new Set(SCHEMA_KINDS.map(schemaFile)).size, SCHEMA_KINDS.length);
    assert.equal(schemaOf("toString"), null);
  });
});
