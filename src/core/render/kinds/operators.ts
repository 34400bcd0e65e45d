import { ORIGINAL_PREFIX } from "../../model/marks.ts";
import { type KindRule, type Switch, bySwitches, clean, kindsOf, same } from "./kind-rule.ts";
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

/**
 * Strimzi's API wants at least one Kafka replica, so that Stork's way (a count of zero) is refused. While this is set its
 * operator makes nothing, and the kinds below a cluster (pools, topics, users, connectors) do nothing without it.
 */
const STRIMZI_PAUSE: Switch = {
  path: ["metadata", "annotations", "strimzi.io/pause-reconciliation"],
  off: "true",
  mark: `${ORIGINAL_PREFIX}strimzi.pause-reconciliation`,
  rule: "standby-paused",
};
const STRIMZI = "kafka.strimzi.io";

export const OPERATORS: readonly KindRule[] = [
  ...IDLE.map(([group, kind, path, off]): KindRule => {
    return { group, kind, versions: null, sanitize: clean, standby: bySwitches(switchOf(path, off)) };
  }),
  ...kindsOf(STRIMZI, ["Kafka", "KafkaConnect", "KafkaMirrorMaker2", "KafkaBridge"], {
    versions: null,
    sanitize: clean,
    standby: bySwitches(STRIMZI_PAUSE),
  }),
  ...kindsOf(STRIMZI, ["KafkaNodePool", "KafkaTopic", "KafkaUser", "KafkaConnector"], {
    versions: null,
    sanitize: clean,
    standby: same,
  }),
];
