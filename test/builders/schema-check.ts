import assert from "node:assert/strict";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { schemaOf } from "../../src/core/report/schemas.ts";

const COMPILED = new Map<string, ValidateFunction>();

/** What an output is judged by: the schema of its kind, as `manifests/schemas/` holds it and a foreign validator reads it. */
export function assertFitsSchema(kind: string, document: unknown): void {
  const known = COMPILED.get(kind) ?? compile(kind);
  COMPILED.set(kind, known);
  // As a reader gets it: what JSON can't say is not there.
  const read: unknown = JSON.parse(JSON.stringify(document));
  const errors = known(read) ? "" : JSON.stringify(known.errors, null, 1);
  assert.equal(errors, "", `${kind}: ${JSON.stringify(read).slice(0, 2000)}`);
}

function compile(kind: string): ValidateFunction {
  const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
  formats.default(ajv);
  return ajv.compile(schemaOf(kind) ?? assert.fail(`no schema of ${kind}`));
}
