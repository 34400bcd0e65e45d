import { describeClusterPort } from "../contract/cluster-port.ts";
import type { ClusterUnderTest } from "../contract/cluster-under-test.ts";

import { genuineCluster } from "./genuine-cluster.ts";
import { requirePrograms } from "./setup.ts";

const programs = await requirePrograms(process.env);

describeClusterPort("genuine Kubernetes", (): Promise<ClusterUnderTest> => genuineCluster(programs));
