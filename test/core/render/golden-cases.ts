import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import type { CaptureInput } from "../../../src/core/render/capture-input.ts";
import { NO_MAPPINGS } from "../../../src/core/desired/protected-application.ts";
import { captureOf } from "./live-objects.ts";

export const GOLDEN = join(import.meta.dirname, "../../golden/render");

export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  readonly input: CaptureInput;
}

interface CaseFile extends Pick<CaptureInput, "application" | "sourceCluster" | "standbyCluster" | "namespaces"> {
  readonly render?: Partial<CaptureInput["render"]>;
}

/** Every folder of `test/golden/render/`: `live.yaml` and `case.json` in, `expected/` and `report.json` out. */
export function goldenCases(): readonly GoldenCase[] {
  return readdirSync(GOLDEN).map((name) => {
    const folder = join(GOLDEN, name);
    const { render, ...rest } = JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as CaseFile;
    const objects = loadAll(readFileSync(join(folder, "live.yaml"), "utf8")) as KubeObject[];
    const target = { ...NO_MAPPINGS, ...render?.target };
    return { name, folder, input: captureOf(objects, { ...rest, render: { ...render, target } }) };
  });
}
