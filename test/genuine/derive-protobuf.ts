/**
 * Regenerates `src/sandbox/apiserver/openapi/messages.json`: how the built-in kinds are written in protobuf, read from
 * the tags of their Go types. Typed clients such as `kubectl create namespace` send bodies in that form.
 *
 *     go mod download -json k8s.io/api@v0.36.3 k8s.io/apimachinery@v0.36.3      # prints each "Dir"
 *     node test/genuine/derive-protobuf.ts API-DIR APIMACHINERY-DIR
 *
 * Each message is a map from field number to `JSON-NAME TYPE`. A type is `string`, `int`, `bool`, `bytes`, the name of a
 * message, or one of these behind `*` (pointer: a zero is a value), `[]` or `{}` (map of strings). An empty name stands
 * for a message whose fields belong to the one around it.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

interface GoPackage {
  /** Prefix of its definitions, such as `io.k8s.api.core.v1`. */
  readonly prefix: string;
  /** Declared types: the text after the name. */
  readonly types: ReadonlyMap<string, string>;
  readonly imports: ReadonlyMap<string, string>;
}

const apiPackages = [
  "core/v1",
  "apps/v1",
  "batch/v1",
  "networking/v1",
  "rbac/v1",
  "policy/v1",
  "autoscaling/v1",
  "autoscaling/v2",
  "storage/v1",
  "coordination/v1",
  "scheduling/v1",
];

const special: Readonly<Record<string, string>> = {
  "resource.Quantity": "Quantity",
  "intstr.IntOrString": "IntOrString",
  "types.UID": "string",
  "types.NodeName": "string",
  "runtime.RawExtension": "Raw",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "Time",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "MicroTime",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "Raw",
};

const scalars: Readonly<Record<string, string>> = {
  string: "string",
  bool: "bool",
  int: "int",
  int32: "int",
  int64: "int",
  uint32: "int",
  uint64: "int",
  "[]byte": "bytes",
};

const declaration = /^type (\w+) (struct \{[\s\S]*?^\}|[^\n{]+)$/gm;
const field = /^\s+(?:(\w+)\s+)?([\w.*[\]]+)\s+`json:"([^"]*)"[^`]*protobuf:"\w+,(\d+),[^`]*`/gm;

function prefixOf(importPath: string): string {
  return importPath.replace(/^k8s\.io\//, "io.k8s.").replaceAll("/", ".");
}

function readPackage(directory: string, importPath: string): GoPackage {
  const files = readdirSync(directory).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
  const sources = files
    .filter((name) => !name.startsWith("zz_generated") && name !== "generated.pb.go")
    .map((name) => readFileSync(path.join(directory, name), "utf8").replaceAll(/^\s*\/\/.*\n/gm, ""));
  const types = new Map<string, string>();
  const imports = new Map<string, string>();
  for (const source of sources) {
    for (const [, name = "", body = ""] of source.matchAll(declaration)) types.set(name, body);
    for (const [, alias, target = ""] of source.matchAll(/^\s+(?:(\w+) )?"(k8s\.io\/[^"]+)"/gm))
      imports.set(alias ?? path.basename(target), target);
  }
  return { prefix: prefixOf(importPath), types, imports };
}

/** A named type of this or another package. */
function namedType(go: string, own: GoPackage, packages: ReadonlyMap<string, GoPackage>): string {
  const dot = go.indexOf(".");
  const name = go.slice(dot + 1);
  const home = dot < 0 ? own : packages.get(prefixOf(own.imports.get(go.slice(0, dot)) ?? ""));
  const body = home?.types.get(name);
  if (home === undefined || body === undefined) throw new Error(`unknown type ${go} in ${own.prefix}`);
  const full = `${home.prefix}.${name}`;
  if (special[full] !== undefined) return special[full];
  return body.startsWith("struct") ? full : typeOf(body.trim(), home, packages);
}

/** The type of a field in the form of the data file. */
function typeOf(go: string, own: GoPackage, packages: ReadonlyMap<string, GoPackage>): string {
  const known = scalars[go] ?? special[go];
  if (known !== undefined) return known;
  if (go.startsWith("*")) return `*${typeOf(go.slice(1), own, packages)}`;
  if (go.startsWith("[]")) return `[]${typeOf(go.slice(2), own, packages)}`;
  const map = /^map\[[\w.]+\](.+)$/.exec(go);
  if (map?.[1] !== undefined) return `{}${typeOf(map[1], own, packages)}`;
  return namedType(go, own, packages);
}

function messagesOf(own: GoPackage, packages: ReadonlyMap<string, GoPackage>): Record<string, Record<string, string>> {
  const messages: Record<string, Record<string, string>> = {};
  for (const [name, body] of own.types) {
    const full = `${own.prefix}.${name}`;
    if (!body.startsWith("struct") || special[full] !== undefined) continue;
    const fields = [...body.matchAll(field)].map(([, , go = "", json = "", number = ""]) => {
      const [jsonName = ""] = json.split(",");
      return [number, `${json.endsWith(",inline") ? "" : jsonName} ${typeOf(go, own, packages)}`] as const;
    });
    if (fields.length > 0) messages[full] = Object.fromEntries(fields);
  }
  return messages;
}

const [api, machinery] = process.argv.slice(2);
if (api === undefined || machinery === undefined)
  throw new Error("usage: node test/genuine/derive-protobuf.ts API-DIR APIMACHINERY-DIR");
const metaPath = "k8s.io/apimachinery/pkg/apis/meta/v1";
const all = [
  readPackage(path.join(machinery, "pkg/apis/meta/v1"), metaPath),
  ...apiPackages.map((name) => readPackage(path.join(api, name), `k8s.io/api/${name}`)),
];
const packages = new Map(all.map((one) => [one.prefix, one]));
const messages: Record<string, Record<string, string>> = Object.assign(
  {},
  ...all.map((one) => messagesOf(one, packages)),
);
const definitions = path.join(import.meta.dirname, "../../src/sandbox/apiserver/openapi/definitions.json");
const known = new Set([
  ...Object.keys(JSON.parse(readFileSync(definitions, "utf8")) as object),
  "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
]);

/** Messages that a known definition leads to, inlined ones included. */
function reach(name: string, kept: Map<string, Record<string, string>>): void {
  const message = messages[name];
  if (message === undefined || kept.has(name)) return;
  kept.set(name, message);
  for (const text of Object.values(message)) reach(text.split(" ")[1]?.replace(/^[*[\]{}]+/, "") ?? "", kept);
}

const kept = new Map<string, Record<string, string>>();
for (const name of known) reach(name, kept);
const sorted = Object.fromEntries([...kept].toSorted(([left], [right]) => (left < right ? -1 : 1)));
const target = path.join(import.meta.dirname, "../../src/sandbox/apiserver/openapi/messages.json");
writeFileSync(target, `${JSON.stringify(sorted)}\n`);
