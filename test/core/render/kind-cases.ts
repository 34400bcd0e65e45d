import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { RenderTarget } from "../../../src/core/desired/protected-application.ts";
import { type KubeObject, groupOf } from "../../../src/core/model/kube-object.ts";
import type { CaptureInput } from "../../../src/core/render/capture-input.ts";
import { NO_MAPPINGS } from "../../../src/core/desired/protected-application.ts";
import { captureOf, namespace } from "./live-objects.ts";

export const KINDS = join(import.meta.dirname, "../../golden/kinds");
const OUTPUT = ".out.yaml";

/** What a file of `test/golden/kinds/` says: live objects as an API server returns them, and what they are about. */
export interface KindCase {
  readonly name: string;
  readonly about: string;
  readonly target: Partial<RenderTarget>;
  readonly live: readonly KubeObject[];
}

/** `<name>.yaml` goes in; `<name>.out.yaml` is what comes out. */
export function kindCases(): readonly KindCase[] {
  return readdirSync(KINDS)
    .filter((file) => !file.endsWith(OUTPUT))
    .map((file) => {
      const content = load(readFileSync(join(KINDS, file), "utf8")) as Omit<KindCase, "name">;
      return { ...content, name: file.replace(/\.yaml$/, "") };
    });
}

export function outputFile(name: string): string {
  return join(KINDS, name + OUTPUT);
}

const CLUSTER_SCOPED_INPUT: ReadonlySet<string> = new Set(["Namespace", "PersistentVolume"]);

/** The capture of one case. Objects without a namespace stand around it, as a pass reads them. */
export function captureOfKind({ live, target }: Pick<KindCase, "live" | "target">): CaptureInput {
  const companions = live.filter(
    ({ kind, metadata }) => metadata.namespace === undefined && !CLUSTER_SCOPED_INPUT.has(kind),
  );
  return captureOf([namespace("harbour"), ...live.filter((object) => !companions.includes(object))], {
    application: "harbour",
    namespaces: ["harbour"],
    around: { resources: [], companions, unread: [], owners: new Map([["not-captured", "exists"]]) },
    render: { target: { ...NO_MAPPINGS, ...target } },
  });
}

/** Kind with its group, as documentation names it. */
export function kindName({ apiVersion, kind }: KubeObject): string {
  const group = groupOf(apiVersion);
  return group === "" ? kind : `${kind}.${group}`;
}
