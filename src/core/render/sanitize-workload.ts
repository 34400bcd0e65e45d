import { type Draft, draftAt, draftsIn, drop, dropEqual, mapString } from "./draft.ts";
import { type SanitizeContext, sanitizePodTemplate } from "./pod-template.ts";
import { cleanMetadata } from "./tool-metadata.ts";

const BETA_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class";

/** Rules of Deployment (Kubernetes `apps/v1` defaults). The replica count is the standby form's business. */
export function sanitizeDeployment(draft: Draft, context: SanitizeContext): void {
  const spec = draftAt(draft, "spec");
  const how = { rule: "server-default", note: context.note } as const;
  const rolling = { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } };
  dropEqual(spec, { strategy: rolling, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }, how);
  dropEqual(spec, { strategy: {} }, { rule: "empty-struct", note: context.note });
  sanitizePodTemplate(draftAt(spec, "template"), context);
}

/** Rules of StatefulSet. Claim templates are immutable, so a changed storage class mapping fails visibly on apply. */
export function sanitizeStatefulSet(draft: Draft, context: SanitizeContext): void {
  const spec = draftAt(draft, "spec");
  const how = { rule: "server-default", note: context.note } as const;
  dropEqual(
    spec,
    {
      podManagementPolicy: "OrderedReady",
      revisionHistoryLimit: 10,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    },
    how,
  );
  sanitizePodTemplate(draftAt(spec, "template"), context);
  for (const template of draftsIn(spec, "volumeClaimTemplates")) sanitizeClaimTemplate(template, context);
}

function sanitizeClaimTemplate(template: Draft, context: SanitizeContext): void {
  const { note, target } = context;
  drop(template, ["status"], { rule: "status", note });
  dropEqual(template, { apiVersion: "v1", kind: "PersistentVolumeClaim" }, { rule: "server-default", note });
  const metadata = draftAt(template, "metadata");
  drop(metadata, ["creationTimestamp", "uid", "resourceVersion"], { rule: "server-metadata", note });
  cleanMetadata(metadata, context.selectorLabels, note);
  const spec = draftAt(template, "spec");
  drop(spec, ["volumeName"], { rule: "server-metadata", note });
  dropEqual(spec, { volumeMode: "Filesystem" }, { rule: "server-default", note });
  const classes = { map: target.storageClasses, rule: "target-storage-class", note } as const;
  mapString(spec, "storageClassName", classes);
  mapString(draftAt(metadata, "annotations"), BETA_STORAGE_CLASS, classes);
}
