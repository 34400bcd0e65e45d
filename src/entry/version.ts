import { readFileSync } from "node:fs";
import { asString, at } from "../core/model/fields.ts";

/** The package's own version, in a checkout and installed alike. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return asString(at(JSON.parse(text), "version")) ?? "0.0.0";
}
