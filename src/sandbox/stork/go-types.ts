import { asFields, type Fields, isFields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";

/**
 * What comes back when Stork reads an object into its Go types and writes it again: absent pointers, maps, lists and
 * times become null, absent strings "", absent flags false, and fields that the type does not have are dropped.
 */
type Zero = "" | false | null;

const MIGRATION_SPEC: Readonly<Record<string, Zero>> = {
  adminClusterPair: "",
  clusterPair: "",
  excludeResourceTypes: null,
  excludeSelectors: null,
  ignoreOwnerReferencesCheck: null,
  includeNetworkPolicyWithCIDR: null,
  includeOptionalResourceTypes: null,
  includeResources: null,
  includeVolumes: null,
  namespaceSelectors: null,
  namespaces: null,
  postExecRule: "",
  preExecRule: "",
  purgeDeletedResources: null,
  selectors: null,
  skipDeletedNamespaces: null,
  skipServiceUpdate: null,
  startApplications: null,
  transformSpecs: null,
};

const MIGRATION_STATUS: Readonly<Record<string, Zero>> = {
  finishTimestamp: null,
  resourceMigrationFinishTimestamp: null,
  resources: null,
  stage: "",
  status: "",
  summary: null,
  volumeMigrationFinishTimestamp: null,
  volumes: null,
};

function filled(zeros: Readonly<Record<string, Zero>>, value: unknown): Fields {
  const given = asFields(value);
  return Object.fromEntries(Object.entries(zeros).map(([key, zero]) => [key, given[key] ?? zero]));
}

/** `spec` and `status` as the type has them; other top-level fields are dropped. */
function rewritten(object: KubeObject, body: Fields): KubeObject {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, metadata, ...body };
}

export function migrationSpec(spec: unknown): Fields {
  return filled(MIGRATION_SPEC, spec);
}

export function asMigration(object: KubeObject): KubeObject {
  const status = filled(MIGRATION_STATUS, object["status"]);
  return rewritten(object, { spec: migrationSpec(object["spec"]), status });
}

export function asSchedule(object: KubeObject): KubeObject {
  const spec = asFields(object["spec"]);
  return rewritten(object, {
    spec: {
      ...filled({ autoSuspend: false, schedulePolicyName: "", suspend: null }, spec),
      template: { spec: migrationSpec(asFields(spec["template"])["spec"]) },
    },
    status: filled({ applicationActivated: false, items: null }, object["status"]),
  });
}

export function asDomainUpdate(object: KubeObject): KubeObject {
  return rewritten(object, {
    spec: filled({ active: false, clusterdomain: "" }, object["spec"]),
    status: filled({ reason: "", status: "" }, object["status"]),
  });
}

export function asAction(object: KubeObject): KubeObject {
  const spec = asFields(object["spec"]);
  const parameter = asFields(spec["actionParameter"]);
  const common = { migrationScheduleReference: "" } as const;
  return rewritten(object, {
    spec: {
      actionParameter: {
        failbackParameter: filled({ failbackNamespaces: null, ...common }, parameter["failbackParameter"]),
        failoverParameter: filled(
          { failoverNamespaces: null, ...common, skipSourceOperations: null },
          parameter["failoverParameter"],
        ),
      },
      actionType: spec["actionType"] ?? "",
    },
    status: filled({ finishTimestamp: null, reason: "", stage: "", status: "", summary: null }, object["status"]),
  });
}

export function asClusterPair(object: KubeObject): KubeObject {
  const spec = asFields(object["spec"]);
  return rewritten(object, {
    spec: {
      config: asConfig(spec["config"]),
      options: spec["options"] ?? null,
      platformOptions: spec["platformOptions"] ?? {},
    },
    status: filled({ remoteStorageId: "", schedulerStatus: "", storageStatus: "" }, object["status"]),
  });
}

/** client-go's internal kubeconfig: every entry says where it came from. */
function asConfig(config: unknown): Fields {
  const given = asFields(config);
  const entries = (value: unknown): Fields =>
    Object.fromEntries(
      Object.entries(asFields(value)).map(([name, entry]) => [
        name,
        isFields(entry) ? { LocationOfOrigin: "", ...entry } : { LocationOfOrigin: "" },
      ]),
    );
  return {
    ...given,
    preferences: given["preferences"] ?? {},
    clusters: entries(given["clusters"]),
    users: entries(given["users"]),
    contexts: entries(given["contexts"]),
    "current-context": given["current-context"] ?? "",
  };
}
