import { after, describe, test } from "node:test";
import { startCases } from "../builders/worker-cases.ts";
import { SEEDS } from "./data-loss-seeds.ts";

/** The bank's promise, counted by the volumes: nothing acknowledged is ever lost, on the way out and on the way home. */
describe("no acknowledged write is lost", () => {
  const cases = startCases(new URL("./data-loss.cases.ts", import.meta.url));
  after(() => cases.close());

  for (const seed of SEEDS) test(`seed ${seed}`, () => cases.ended(`seed ${seed}`));
});
