import { describeClusterPort } from "../../contract/cluster-port.ts";

import { embeddedInProcess, embeddedOverHttps } from "./embedded-cluster.ts";

describeClusterPort("the embedded cluster, in process", embeddedInProcess);
describeClusterPort("the embedded cluster, over HTTPS", embeddedOverHttps);
