import { draftAt, drop, dropEqual } from "../draft.ts";
import { type KindRule, type Sanitizer, clean, kindsOf, same } from "./kind-rule.ts";

const NO_DATA = { data: {} };
const NO_BINARY = { binaryData: {} };

/** OpenShift injects certificate bundles into ConfigMaps that ask for them; the standby's platform injects its own. */
const sanitizeConfigMap: Sanitizer = (draft, { note }, live) => {
  const { annotations = {}, labels = {} } = live.metadata;
  const how = { rule: "injected-ca", note } as const;
  if (annotations["service.beta.openshift.io/inject-cabundle"] === "true")
    drop(draftAt(draft, "data"), ["service-ca.crt"], how);
  if (labels["config.openshift.io/inject-trusted-cabundle"] === "true")
    drop(draftAt(draft, "data"), ["ca-bundle.crt"], how);
  dropEqual(draft, NO_DATA, { rule: "empty-struct", note });
  dropEqual(draft, NO_BINARY, { rule: "empty-struct", note });
};

const TOKEN_TYPE = "kubernetes.io/service-account-token";
const TOKEN_KEYS = ["token", "ca.crt", "namespace", "service-ca.crt"];

/**
 * The form of a Secret; values are somebody else's business. A token that a person asked for goes without its data: the
 * standby's token controller fills it in (Velero and Stork do the same).
 */
const sanitizeSecret: Sanitizer = (draft, { note }) => {
  if (draft["type"] === TOKEN_TYPE) {
    drop(draftAt(draft, "data"), TOKEN_KEYS, { rule: "service-account-token", note });
    dropEqual(draft, NO_DATA, { rule: "empty-struct", note });
  }
  dropEqual(draft, { type: "Opaque" }, { rule: "server-default", note });
};

const PRIORITY_DEFAULTS = { preemptionPolicy: "PreemptLowerPriority", globalDefault: false };

/** `value` can't be changed later, so that a class of this name with another value is reported by the apply. */
const sanitizePriorityClass: Sanitizer = (draft, { note }) => {
  dropEqual(draft, PRIORITY_DEFAULTS, { rule: "server-default", note });
};

const V1 = ["v1"];
const CLEAN = { versions: V1, sanitize: clean, standby: same } as const;

export const CONFIGURATION: readonly KindRule[] = [
  { group: "", kind: "ConfigMap", versions: V1, sanitize: sanitizeConfigMap, standby: same },
  { group: "", kind: "Secret", versions: V1, sanitize: sanitizeSecret, standby: same },
  ...kindsOf("", ["ResourceQuota", "LimitRange"], CLEAN),
  { group: "policy", kind: "PodDisruptionBudget", ...CLEAN },
  {
    group: "scheduling.k8s.io",
    kind: "PriorityClass",
    versions: V1,
    sanitize: sanitizePriorityClass,
    standby: same,
  },
  { group: "k8s.cni.cncf.io", kind: "NetworkAttachmentDefinition", ...CLEAN },
  ...kindsOf("cilium.io", ["CiliumNetworkPolicy"], { ...CLEAN, versions: null }),
  ...kindsOf("crd.projectcalico.org", ["NetworkPolicy", "NetworkSet"], { ...CLEAN, versions: null }),
  ...kindsOf("projectcalico.org", ["NetworkPolicy", "NetworkSet"], { ...CLEAN, versions: null }),
];
