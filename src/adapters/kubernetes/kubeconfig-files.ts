import { readFile, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { parseDocument } from "yaml";

import { asList, asString, at, isFields } from "../../core/model/fields.ts";
import type { Fields } from "../../core/model/fields.ts";
import { ClusterFault } from "../../ports/cluster.ts";

/** One named entry (a context, a cluster or a user) and the folder that its relative paths count from. */
export interface KubeconfigEntry {
  readonly fields: Fields;
  /** null: the kubeconfig came as text, so a relative path in it points nowhere. */
  readonly folder: string | null;
}

/** Several files seen as one, the way kubectl merges them: the first one that says something counts. */
export interface MergedKubeconfig {
  readonly currentContext: string | null;
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
}

interface KubeconfigText {
  readonly text: string;
  readonly folder: string | null;
  /** How to name it in an error; never its content. */
  readonly label: string;
}

/** Kubeconfigs of hundreds of clusters stay well below this. */
const LARGEST_FILE = 4 * 1024 * 1024;

/**
 * Reads the list of files that `$KUBECONFIG` holds, separated as `$PATH` is. Missing ones are passed over as kubectl
 * does; at least one must be there.
 */
export async function readKubeconfigList(list: string, cluster: string): Promise<MergedKubeconfig> {
  const paths = list.split(delimiter).filter((path) => path !== "");
  const texts = await Promise.all(paths.map((path) => readIfThere(path, cluster)));
  const found = texts.filter((text) => text !== null);
  if (found.length === 0) {
    throw misconfigured(cluster, `no kubeconfig at ${paths.join(", ") || "an empty path"}: pass --kubeconfig FILE`);
  }
  return merge(found, cluster);
}

/** A kubeconfig that is given as text, or by the path of one file that must be there; `label` stands in errors. */
export async function readKubeconfigValue(value: string, label: string, cluster: string): Promise<MergedKubeconfig> {
  if (value.includes("\n")) return merge([{ text: value, folder: null, label }], cluster);
  const file = await readIfThere(value, cluster, label);
  // The value is not repeated: it may be a kubeconfig whose line breaks were lost on the way.
  if (file === null)
    throw misconfigured(cluster, `${label} names no file: it must hold a path, or a kubeconfig's text`);
  return merge([file], cluster);
}

/** The one exception for settings that can't be used; nothing was sent to anyone yet. */
export function misconfigured(cluster: string, why: string): ClusterFault {
  return new ClusterFault("misconfigured", cluster, `cluster ${cluster}: can't be connected to: ${why}`);
}

async function readIfThere(path: string, cluster: string, label = path): Promise<KubeconfigText | null> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) throw misconfigured(cluster, `${label} is larger than ${LARGEST_FILE} bytes`);
    const folder = dirname(isAbsolute(path) ? path : join(process.cwd(), path));
    return { text: await readFile(path, "utf8"), folder, label };
  } catch (error) {
    const code = at(error, "code");
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return null;
    if (error instanceof ClusterFault) throw error;
    throw misconfigured(cluster, `${label} can't be read (${asString(code) ?? "unknown reason"})`);
  }
}

function merge(texts: readonly KubeconfigText[], cluster: string): MergedKubeconfig {
  const parsed = texts.map((text) => ({ content: parse(text, cluster), folder: text.folder }));
  const named = (list: string, inner: string): ReadonlyMap<string, KubeconfigEntry> => {
    const entries = parsed.flatMap(({ content, folder }) =>
      asList(content[list]).map((entry) => [at(entry, "name"), { fields: at(entry, inner), folder }] as const),
    );
    const merged = new Map<string, KubeconfigEntry>();
    for (const [name, { fields, folder }] of entries) {
      if (typeof name === "string" && isFields(fields) && !merged.has(name)) merged.set(name, { fields, folder });
    }
    return merged;
  };
  const current = parsed.map(({ content }) => asString(content["current-context"]) ?? "");
  return {
    currentContext: current.find((name) => name !== "") ?? null,
    contexts: named("contexts", "context"),
    clusters: named("clusters", "cluster"),
    users: named("users", "user"),
  };
}

/** The parser's own messages quote the text around a mistake, and that text may be a token: only the line is told. */
function parse({ text, label }: KubeconfigText, cluster: string): Fields {
  const document = parseDocument(text, { prettyErrors: false });
  const mistake = document.errors[0];
  if (mistake !== undefined) {
    const line = text.slice(0, mistake.pos[0]).split("\n").length;
    throw misconfigured(cluster, `${label} is not valid YAML (line ${line})`);
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw misconfigured(cluster, `${label} expands to far more than it holds`);
  }
  if (!isFields(content)) throw misconfigured(cluster, `${label} is not a kubeconfig`);
  return content;
}
