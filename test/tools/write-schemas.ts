/** Writes `manifests/schemas/` from the definitions that validate and describe documents: `npm run schemas`. */
import { writeFileSync } from "node:fs";
import { SCHEMA_KINDS, schemaFile, schemaOf } from "../../src/core/report/schemas.ts";

for (const kind of SCHEMA_KINDS) {
  const file = new URL(`../../manifests/schemas/${schemaFile(kind)}`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(schemaOf(kind), null, 2)}\n`);
}
