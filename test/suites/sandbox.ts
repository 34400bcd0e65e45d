import { SUITES } from "./folders.ts";
import { importTests } from "./import-tests.ts";

await importTests(SUITES.sandbox);
