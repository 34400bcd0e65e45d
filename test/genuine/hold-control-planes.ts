/** Starts genuine control planes, says where, and waits to be killed: the test of what then becomes of them. */
import { startControlPlanes } from "./control-planes.ts";

const planes = await startControlPlanes({ programs: process.argv[2] ?? "", controllers: false, nodes: false });
const servers = [planes.etcd, ...Object.values(planes.clusters).map((cluster) => cluster.server)];
process.stdout.write(`${JSON.stringify({ folder: planes.folder, servers })}\n`);
setInterval(() => undefined, 60_000);
