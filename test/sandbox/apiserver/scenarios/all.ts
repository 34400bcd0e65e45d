import type { Scenario } from "../scenario.ts";
import { applyScenario, sharedScenario } from "./apply.ts";
import { configScenario, serviceScenario, storageScenario } from "./core.ts";
import { customScenario } from "./custom.ts";
import { groupScenario, pathScenario } from "./groups.ts";
import { podScenario } from "./pods.ts";
import { deploymentScenario, workloadScenario } from "./workloads.ts";

/** Every scenario that was played on a genuine server, whose answers are kept below `test/golden/apiserver/`. */
export const scenarios: readonly Scenario[] = [
  deploymentScenario,
  workloadScenario,
  podScenario,
  configScenario,
  serviceScenario,
  storageScenario,
  groupScenario,
  pathScenario,
  applyScenario,
  sharedScenario,
  customScenario,
];
