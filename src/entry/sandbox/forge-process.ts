import { asFields, asString, asStringMap } from "../../core/model/fields.ts";
import { createEmbeddedGitHub } from "../../sandbox/github/embedded-github.ts";
import { FORGE } from "./story-documents.ts";

/**
 * The embedded GitHub as a process of its own, started by `serve-forge.ts`: it starts many git processes, and starting
 * one costs a small process far less than the large one that Drover and the clusters live in. It ends with its parent.
 */
function main(): void {
  // A terminal sends its signals to the whole group; the parent decides when this ends.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  process.once("disconnect", () => process.exit());
  process.once("message", (request: unknown) => void serve(request));
}

async function serve(request: unknown): Promise<void> {
  const fields = asFields(request);
  const tokens = Object.entries(asStringMap(fields["tokens"]));
  const searchPath = asString(fields["searchPath"]);
  const github = createEmbeddedGitHub({
    directory: asString(fields["directory"]) ?? "",
    ...FORGE,
    now: Date.now,
    users: tokens.map(([login, token]) => ({ login, token, permission: "write" })),
    restricted: { prefix: "dr/", login: asString(fields["author"]) ?? "" },
    ...(searchPath === null ? {} : { searchPath }),
  });
  const { apiUrl, cloneUrl } = await github.serve();
  process.send?.({ apiUrl, cloneUrl });
}

main();
