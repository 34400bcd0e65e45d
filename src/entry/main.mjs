#!/usr/bin/env node
// Plain JavaScript that any Node can read: an old one must be told, not crash on syntax, and the compile cache must be on
// before the first TypeScript file is loaded.
import * as nodeModule from "node:module";

const [major = "0"] = process.versions.node.split(".");
if (Number(major) < 24 || nodeModule.enableCompileCache === undefined) {
  process.stderr.write(
    `drover needs Node 24 or newer; this is ${process.version}. In a checkout: npm ci, then npm run drover\n`,
  );
  process.exitCode = 1;
} else {
  nodeModule.enableCompileCache();
  // In a checkout the sources run as they are; in the built package they are JavaScript.
  const { runCli } = await import(import.meta.url.endsWith("/src/entry/main.mjs") ? "./cli.ts" : "./cli.js");
  await runCli(process.argv.slice(2));
}
