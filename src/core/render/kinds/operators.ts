import { ORIGINAL_PREFIX } from "../../model/marks.ts";
import { type KindRule, type Switch, bySwitches, clean } from "./kind-rule.ts";
import { storkMemory } from "./stork-memory.ts";

/**
 * Custom resources of operators that have a field under which nothing runs: the ones that Stork registers (24.3,
 * `appregistration.go`) and some others whose API documents the field. "Paused" often only means that the operator does
 * not act, which is enough where nothing ran before.
 */
const IDLE: readonly (readonly [group: string, kind: string, path: string, off: unknown])[] = [
  ["couchbase.com", "CouchbaseCluster", "spec.paused", true],
  ["cassandra.datastax.com", "CassandraDatacenter", "spec.stopped", true],
  ["weblogic.oracle", "Domain", "spec.serverStartPolicy", "NEVER"],
  ["rabbitmq.com", "RabbitmqCluster", "spec.replicas", 0],
  ["pxc.percona.com", "PerconaXtraDBCluster", "spec.pause", true],
  ["psmdb.percona.com", "PerconaServerMongoDB", "spec.pause", true],
  ["pgv2.percona.com", "PerconaPGCluster", "spec.pause", true],
  ["monitoring.coreos.com", "Prometheus", "spec.replicas", 0],
  ["monitoring.coreos.com", "Alertmanager", "spec.replicas", 0],
  ["monitoring.coreos.com", "ThanosRuler", "spec.replicas", 0],
  ["kafka.strimzi.io", "Kafka", "spec.kafka.replicas", 0],
  ["kafka.strimzi.io", "KafkaNodePool", "spec.replicas", 0],
  ["kafka.strimzi.io", "KafkaConnect", "spec.replicas", 0],
  ["kafka.strimzi.io", "KafkaMirrorMaker2", "spec.replicas", 0],
  ["kafka.strimzi.io", "KafkaBridge", "spec.replicas", 0],
  ["acid.zalan.do", "postgresql", "spec.numberOfInstances", 0],
  ["postgres-operator.crunchydata.com", "PostgresCluster", "spec.shutdown", true],
  ["mongodbcommunity.mongodb.com", "MongoDBCommunity", "spec.members", 0],
  ["ibp.com", "IBPCA", "spec.replicas", 0],
  ["ibp.com", "IBPConsole", "spec.replicas", 0],
  ["ibp.com", "IBPOrderer", "spec.replicas", 0],
  ["ibp.com", "IBPPeer", "spec.replicas", 0],
  ["k8s.keycloak.org", "Keycloak", "spec.instances", 0],
];

function switchOf(path: string, off: unknown): Switch {
  return {
    path: path.split("."),
    off,
    mark: `${ORIGINAL_PREFIX}${path}`,
    foreign: storkMemory(path),
    rule: "standby-idle",
  };
}

/** ZooKeeper beside an older Kafka counts on its own. */
const ZOOKEEPER = switchOf("spec.zookeeper.replicas", 0);

export const OPERATORS: readonly KindRule[] = IDLE.map(([group, kind, path, off]) => ({
  group,
  kind,
  versions: null,
  sanitize: clean,
  standby: bySwitches(switchOf(path, off), ...(kind === "Kafka" ? [ZOOKEEPER] : [])),
}));
