import { after, before, describe } from "node:test";

import { promisesOfApply } from "./apply-promises.ts";
import { newName, openContract } from "./cluster-under-test.ts";
import type { ClusterUnderTest, Contract } from "./cluster-under-test.ts";
import { promisesOfCustomResources } from "./custom-resource-promises.ts";
import { promisesOfDeletion } from "./deletion-promises.ts";
import { promisesOfReading } from "./reading-promises.ts";
import { promisesOfScaling } from "./scaling-promises.ts";
import { promisesOfValidation } from "./validation-promises.ts";
import { promisesOfWatching } from "./watching-promises.ts";
import { promisesOfWriting } from "./writing-promises.ts";

/** A group of promises; the contract is open when its tests run, not yet when they are declared. */
export type Promises = (contract: () => Contract) => void;

const GROUPS: Readonly<Record<string, Promises>> = {
  reading: promisesOfReading,
  writing: promisesOfWriting,
  validation: promisesOfValidation,
  scaling: promisesOfScaling,
  apply: promisesOfApply,
  watching: promisesOfWatching,
  deletion: promisesOfDeletion,
  "custom resources": promisesOfCustomResources,
};

/**
 * The contract of the cluster port and of the API behind it. It runs on a genuine Kubernetes and on the embedded
 * clusters: what passes on one and fails on the other is a mistake of the embedded one.
 */
export function describeClusterPort(name: string, makeCluster: () => Promise<ClusterUnderTest>): void {
  describe(`cluster port on ${name}`, { timeout: 180_000 }, () => {
    let open: Contract | null = null;
    before(async () => {
      open = openContract(await makeCluster(), newName("contract"));
      await open.port.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: open.namespace } });
    });
    after(async () => {
      await open?.cluster.stop();
    });
    const contract = (): Contract => {
      if (open === null) throw new Error("the cluster did not start");
      return open;
    };
    for (const [group, declare] of Object.entries(GROUPS)) describe(group, () => declare(contract));
  });
}
