import type { RenderTarget } from "../desired/protected-application.ts";
import { asFields, asString } from "../model/fields.ts";
import { type Draft, type Note, draftAt, draftsIn, drop, dropEqual, keepItems, mapString } from "./draft.ts";
import { defaultPullPolicy, mapImage } from "./image-name.ts";
import { cleanMetadata } from "./tool-metadata.ts";

export interface SanitizeContext {
  readonly target: RenderTarget;
  /** Label keys that some selector of the application uses; they are never dropped. */
  readonly selectorLabels: ReadonlySet<string>;
  /** The application's namespaces. */
  readonly namespaces: ReadonlySet<string>;
  /** `<namespace>/<name>` of Secrets that the platform generates. */
  readonly generatedSecrets: ReadonlySet<string>;
  readonly note: Note;
}

const POD_DEFAULTS = {
  restartPolicy: "Always",
  dnsPolicy: "ClusterFirst",
  schedulerName: "default-scheduler",
  terminationGracePeriodSeconds: 30,
};
const CONTAINER_DEFAULTS = { terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" };
const PROBE_DEFAULTS = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];
/** Kubernetes' default mode of files from volumes, octal 0644. */
const DEFAULT_MODE = { defaultMode: 420 };

/** A pod template as it is wanted on the standby: nothing of a node, a scheduler or a registry of this cluster. */
export function sanitizePodTemplate(template: Draft, context: SanitizeContext): void {
  const { note } = context;
  cleanMetadata(draftAt(template, "metadata"), context.selectorLabels, note);
  drop(draftAt(template, "metadata"), ["creationTimestamp"], { rule: "server-metadata", note });
  sanitizePodSpec(draftAt(template, "spec"), context);
}

/** The same for the pod's own specification, wherever it stands. */
export function sanitizePodSpec(spec: Draft, context: SanitizeContext): void {
  const { note } = context;
  sanitizePlacement(spec, note);
  mapString(spec, "priorityClassName", { map: context.target.priorityClasses, rule: "target-priority-class", note });
  keepItems(spec, "imagePullSecrets", {
    keep: (item) => !isGeneratedPullSecret(item),
    rule: "pull-secret-generated",
    note,
  });
  dropEqual(spec, POD_DEFAULTS, { rule: "server-default", note });
  dropEqual(spec, { securityContext: {} }, { rule: "empty-struct", note });
  for (const field of ["containers", "initContainers"]) {
    for (const container of draftsIn(spec, field)) sanitizeContainer(container, context);
  }
  for (const volume of draftsIn(spec, "volumes")) sanitizeVolume(volume, context);
}

/**
 * Stork's admission webhook writes `schedulerName: stork` into workloads with Portworx volumes (Stork 24.3); where Stork
 * runs on the standby it does so again, and elsewhere no pod would ever be scheduled.
 */
function sanitizePlacement(spec: Draft, note: Note): void {
  drop(spec, ["nodeName"], { rule: "pod-placement", note });
  dropEqual(spec, { schedulerName: "stork" }, { rule: "pod-placement", note });
  const twin = spec["serviceAccount"];
  if (twin === undefined) return;
  if (spec["serviceAccountName"] === undefined) spec["serviceAccountName"] = twin;
  drop(spec, ["serviceAccount"], { rule: "server-default", note });
}

function isGeneratedPullSecret(item: unknown): boolean {
  return /-dockercfg-[a-z0-9]+$/.test(asString(asFields(item)["name"]) ?? "");
}

function sanitizeContainer(container: Draft, { target, note }: SanitizeContext): void {
  const how = { rule: "server-default", note } as const;
  const image = asString(container["image"]) ?? "";
  dropEqual(container, { ...CONTAINER_DEFAULTS, imagePullPolicy: defaultPullPolicy(image) }, how);
  dropEqual(container, { resources: {}, securityContext: {} }, { rule: "empty-struct", note });
  for (const port of draftsIn(container, "ports")) dropEqual(port, { protocol: "TCP" }, how);
  for (const name of PROBES) {
    dropEqual(draftAt(container, name), PROBE_DEFAULTS, how);
    dropEqual(draftAt(container, name, "httpGet"), { path: "/", scheme: "HTTP" }, how);
  }
  for (const hook of ["postStart", "preStop"])
    dropEqual(draftAt(container, "lifecycle", hook, "httpGet"), { path: "/", scheme: "HTTP" }, how);
  for (const variable of draftsIn(container, "env"))
    dropEqual(draftAt(variable, "valueFrom", "fieldRef"), { apiVersion: "v1" }, how);
  mapImageField(container, "image", { target, note });
}

function mapImageField(draft: Draft, field: string, how: { readonly target: RenderTarget; readonly note: Note }): void {
  const image = asString(draft[field]);
  if (image === null) return;
  const mapped = mapImage(image, how.target.images);
  if (mapped === image) return;
  draft[field] = mapped;
  how.note("target-image");
}

function sanitizeVolume(volume: Draft, { target, note }: SanitizeContext): void {
  const how = { rule: "server-default", note } as const;
  for (const source of ["secret", "configMap", "downwardAPI", "projected"])
    dropEqual(draftAt(volume, source), DEFAULT_MODE, how);
  dropEqual(draftAt(volume, "hostPath"), { type: "" }, how);
  for (const item of draftsIn(draftAt(volume, "downwardAPI"), "items"))
    dropEqual(draftAt(item, "fieldRef"), { apiVersion: "v1" }, how);
  for (const source of draftsIn(draftAt(volume, "projected"), "sources")) {
    dropEqual(draftAt(source, "serviceAccountToken"), { expirationSeconds: 3600 }, how);
    for (const item of draftsIn(draftAt(source, "downwardAPI"), "items"))
      dropEqual(draftAt(item, "fieldRef"), { apiVersion: "v1" }, how);
  }
  const claim = draftAt(volume, "ephemeral", "volumeClaimTemplate", "spec");
  dropEqual(claim, { volumeMode: "Filesystem" }, how);
  mapString(claim, "storageClassName", { map: target.storageClasses, rule: "target-storage-class", note });
  mapImageField(draftAt(volume, "image"), "reference", { target, note });
}
