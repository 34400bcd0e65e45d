#!/usr/bin/env node
// Only what any Node can read stands here: an old one must be told, not crash on syntax.
const [major = "0"] = process.versions.node.split(".");
if (Number(major) < 24) {
  process.stderr.write(
    `drover needs Node 24 or newer; this is ${process.version}. In a checkout: npm ci, then npm run drover\n`,
  );
  process.exitCode = 1;
} else {
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  const { runCli } = await import("./cli.ts");
  await runCli(process.argv.slice(2));
}
