import { after, describe, test } from "node:test";
import { startCases } from "../builders/worker-cases.ts";

/** Every fortieth point of the failover and the relocate of `npm run test:kill`. */
describe("a run that dies is finished by the next one", () => {
  const cases = startCases(new URL("./kill-sample.cases.ts", import.meta.url));
  after(() => cases.close());

  for (const name of ["failover", "relocate"]) test(name, () => cases.ended(name));
});
