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
const MODED = ["secret", "configMap", "downwardAPI", "projected"];
const ANY_PATH = { type: "" };
const TOKEN_DEFAULTS = { expirationSeconds: 3600 };
const CLAIM_DEFAULTS = { volumeMode: "Filesystem" };
const HOOKS = ["postStart", "preStop"];
const HTTP_DEFAULTS = { path: "/", scheme: "HTTP" };
const GRPC_DEFAULTS = { service: "" };
const FIELD_DEFAULTS = { apiVersion: "v1" };
const PORT_DEFAULTS = { protocol: "TCP" };
const PULL_POLICY = ["imagePullPolicy"];
const CONTAINER_EMPTY = { resources: {}, securityContext: {} };
const SPEC_EMPTY = { securityContext: {} };
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
  dropEqual(spec, SPEC_EMPTY, { rule: "empty-struct", note });
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

function sanitizeContainer(container: Draft, context: SanitizeContext): void {
  const { note } = context;
  const how = { rule: "server-default", note } as const;
  dropEqual(container, CONTAINER_DEFAULTS, how);
  const { image, imagePullPolicy: policy } = container;
  if (typeof image === "string" && policy !== undefined && policy === defaultPullPolicy(image))
    drop(container, PULL_POLICY, how);
  dropEqual(container, CONTAINER_EMPTY, { rule: "empty-struct", note });
  for (const port of draftsIn(container, "ports")) dropEqual(port, PORT_DEFAULTS, how);
  for (const name of PROBES) if (container[name] !== undefined) sanitizeProbe(draftAt(container, name), note);
  if (container["lifecycle"] !== undefined)
    for (const hook of HOOKS) dropEqual(draftAt(container, "lifecycle", hook, "httpGet"), HTTP_DEFAULTS, how);
  keepItems(container, "env", { keep: (variable) => !isReloadMark(variable), rule: "secret-checksum", note });
  for (const variable of draftsIn(container, "env"))
    if (variable["valueFrom"] !== undefined) dropEqual(draftAt(variable, "valueFrom", "fieldRef"), FIELD_DEFAULTS, how);
  mapImageField(container, "image", context);
}

/** Reloader (Stakater, 1.4) restarts pods by a variable that holds a checksum of a Secret: `STAKATER_DB_SECRET`. */
function isReloadMark(variable: unknown): boolean {
  return /^STAKATER_[A-Z0-9_]+_SECRET$/.test(asString(asFields(variable)["name"]) ?? "");
}

function sanitizeProbe(probe: Draft, note: Note): void {
  const how = { rule: "server-default", note } as const;
  dropEqual(probe, PROBE_DEFAULTS, how);
  dropEqual(draftAt(probe, "httpGet"), HTTP_DEFAULTS, how);
  dropEqual(draftAt(probe, "grpc"), GRPC_DEFAULTS, how);
}

/** Maps an image reference in a string field. */
export function mapImageField(
  draft: Draft,
  field: string,
  how: { readonly target: RenderTarget; readonly note: Note },
): void {
  const image = asString(draft[field]);
  if (image === null) return;
  const mapped = mapImage(image, how.target.images);
  if (mapped === image) return;
  draft[field] = mapped;
  how.note("target-image");
}

function sanitizeVolume(volume: Draft, context: SanitizeContext): void {
  const { target, note } = context;
  const how = { rule: "server-default", note } as const;
  for (const source of MODED) if (volume[source] !== undefined) dropEqual(draftAt(volume, source), DEFAULT_MODE, how);
  if (volume["hostPath"] !== undefined) dropEqual(draftAt(volume, "hostPath"), ANY_PATH, how);
  if (volume["downwardAPI"] !== undefined) sanitizeFields(draftAt(volume, "downwardAPI"), note);
  if (volume["projected"] !== undefined)
    for (const source of draftsIn(draftAt(volume, "projected"), "sources")) {
      dropEqual(draftAt(source, "serviceAccountToken"), TOKEN_DEFAULTS, how);
      sanitizeFields(draftAt(source, "downwardAPI"), note);
    }
  if (volume["ephemeral"] !== undefined) {
    const claim = draftAt(volume, "ephemeral", "volumeClaimTemplate", "spec");
    dropEqual(claim, CLAIM_DEFAULTS, how);
    mapString(claim, "storageClassName", { map: target.storageClasses, rule: "target-storage-class", note });
  }
  if (volume["image"] !== undefined) mapImageField(draftAt(volume, "image"), "reference", context);
}

function sanitizeFields(downward: Draft, note: Note): void {
  for (const item of draftsIn(downward, "items"))
    dropEqual(draftAt(item, "fieldRef"), FIELD_DEFAULTS, { rule: "server-default", note });
}
