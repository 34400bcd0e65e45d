import { asFields, asString, at } from "../../../core/model/fields.ts";
import type { KubeObject } from "../../../core/model/kube-object.ts";
import { timestamp } from "../api-context.ts";
import type { ApiContext } from "../api-context.ts";
import { withMetadata } from "../json-value.ts";
import { claimProtection, volumeProtection } from "./storage-protection.ts";
import type { Strategy } from "./strategy.ts";

function guarded(object: KubeObject, finalizer: string): KubeObject {
  const finalizers = object.metadata.finalizers ?? [];
  return finalizers.includes(finalizer) ? object : withMetadata(object, "finalizers", [...finalizers, finalizer]);
}

const defaultClass = "storageclass.kubernetes.io/is-default-class";

/** The class of a claim that names none: the default one, if there is one (the admission plugin DefaultStorageClass). */
function withClass(context: ApiContext, claim: KubeObject): KubeObject {
  const spec = asFields(claim["spec"]);
  if (spec["storageClassName"] !== undefined) return claim;
  const classes = context.store.list("storageclasses.storage.k8s.io");
  const found = classes.find((one) => one.metadata.annotations?.[defaultClass] === "true");
  return found === undefined ? claim : { ...claim, spec: { ...spec, storageClassName: found.metadata.name } };
}

/** Claims begin pending and are held while a pod uses them. */
export const claimStrategy: Strategy = {
  create: (context, object) => ({
    ...guarded(withClass(context, object), claimProtection),
    status: { phase: "Pending" },
  }),
  update: (_context, next) => next,
};

/** Volumes begin pending, are held while they are bound, and carry the time of their last change of phase. */
export const volumeStrategy: Strategy = {
  create: (context, object) => ({
    ...guarded(object, volumeProtection),
    status: { phase: "Pending", lastPhaseTransitionTime: timestamp(context) },
  }),
  update: (context, next, live) => {
    const phase = asString(at(next, "status", "phase"));
    if (phase === asString(at(live, "status", "phase"))) return next;
    return { ...next, status: { ...asFields(next["status"]), lastPhaseTransitionTime: timestamp(context) } };
  },
};
