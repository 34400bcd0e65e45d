import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { loadAll } from "js-yaml";

import { type KubeObject, refKey, refOf } from "../../src/core/model/kube-object.ts";
import { EXACT_SCHEMA } from "../../src/core/render/exact-integers.ts";

/** What the genuine `kubectl kustomize` makes of a folder (path to text), or of a folder below it. */
export function kubectlKustomize(
  kubectl: string,
  files: ReadonlyMap<string, string>,
  folder = "",
): readonly KubeObject[] {
  const root = mkdtempSync(join(tmpdir(), "drover-kustomize-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const output = execFileSync(kubectl, ["kustomize", join(root, folder)], {
      encoding: "utf8",
      maxBuffer: 64 * 2 ** 20,
    });
    return readBuilt(output);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The objects that kustomize printed; integers keep their digits. */
export function readBuilt(output: string): readonly KubeObject[] {
  return loadAll(output, { schema: EXACT_SCHEMA }).filter((object) => object !== null) as KubeObject[];
}

/** The same objects in an order of their own: kustomize and Drover sort differently. */
export function inOrder(objects: readonly KubeObject[]): readonly KubeObject[] {
  return [...objects].sort((a, b) => (refKey(refOf(a)) < refKey(refOf(b)) ? -1 : 1));
}
