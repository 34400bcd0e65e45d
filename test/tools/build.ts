/**
 * Builds the package's `lib/`: `node test/tools/build.ts [FOLDER] [OPTION-OF-TSC…]`. The compiler leaves alone what is not
 * code, so the data that the sandbox reads when it runs is copied to the same places.
 */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [folder = "lib", ...options] = process.argv.slice(2);
const out = resolve(root, folder);

rmSync(out, { recursive: true, force: true });
const compiler = join(root, "node_modules/typescript/bin/tsc");
const compiled = spawnSync(process.execPath, [compiler, "-p", ".tsconfig.build.json", "--outDir", out, ...options], {
  cwd: root,
  stdio: "inherit",
});
if (compiled.status === 0) {
  for (const path of globSync("src/**/{*.json,NOTICE}", { cwd: root })) {
    cpSync(join(root, path), join(out, path.slice("src/".length)));
  }
}
process.exitCode = compiled.status ?? 1;
