import { asFields, asString } from "../../model/fields.ts";
import { ORIGINAL_PREFIX } from "../../model/marks.ts";
import { type Draft, draftAt, draftsIn, drop, dropEqual, keepItems } from "../draft.ts";
import { type SanitizeContext, mapImageField, sanitizePodTemplate } from "../pod-template.ts";
import { type KindRule, type Sanitizer, type Switch, byReplicas, bySwitches, clean, same } from "./kind-rule.ts";

const GENERATED_CREDENTIALS = /-dockercfg-[a-z0-9]+$/;
const DC_DEFAULTS = { revisionHistoryLimit: 10, test: false };
const DC_LABELS = ["deployment", "deploymentconfig"];

/** Images that a trigger fills in are digests of this cluster's registry; the mapping of images applies to them. */
const sanitizeDeploymentConfig: Sanitizer = (draft, context) => {
  const { note } = context;
  const spec = draftAt(draft, "spec");
  dropEqual(spec, DC_DEFAULTS, { rule: "server-default", note });
  for (const trigger of draftsIn(spec, "triggers"))
    drop(draftAt(trigger, "imageChangeParams"), ["lastTriggeredImage"], { rule: "image-trigger-state", note });
  const strategy = draftAt(spec, "strategy");
  dropEqual(strategy, { resources: {} }, { rule: "empty-struct", note });
  dropEqual(strategy, { activeDeadlineSeconds: 21_600 }, { rule: "server-default", note });
  const selector = draftAt(spec, "selector");
  const template = draftAt(spec, "template");
  const labels = draftAt(template, "metadata", "labels");
  for (const label of DC_LABELS)
    if (!Object.hasOwn(selector, label)) drop(labels, [label], { rule: "label-controller", note });
  sanitizePodTemplate(template, context);
};

/** Counters and digests of builds are this cluster's; a paused annotation keeps a new one from building at once. */
const sanitizeBuildConfig: Sanitizer = (draft, context) => {
  const { note } = context;
  const spec = draftAt(draft, "spec");
  // A webhook without its secret is invalid, so that the whole trigger goes.
  keepItems(spec, "triggers", { keep: (trigger) => !hasInlineSecret(trigger), rule: "build-webhook-secret", note });
  for (const trigger of draftsIn(spec, "triggers"))
    drop(draftAt(trigger, "imageChange"), ["lastTriggeredImageID"], { rule: "image-trigger-state", note });
  const strategy = draftAt(spec, "strategy");
  for (const name of ["sourceStrategy", "dockerStrategy", "customStrategy"]) {
    dropGenerated(draftAt(strategy, name), "pullSecret", context);
    mapDockerImage(draftAt(strategy, name, "from"), context);
  }
  for (const image of draftsIn(draftAt(spec, "source"), "images")) {
    dropGenerated(image, "pullSecret", context);
    mapDockerImage(draftAt(image, "from"), context);
  }
  dropGenerated(draftAt(spec, "output"), "pushSecret", context);
  mapDockerImage(draftAt(spec, "output", "to"), context);
  dropEqual(spec, BUILD_DEFAULTS, { rule: "server-default", note });
  dropEqual(spec, BUILD_EMPTY, { rule: "empty-struct", note });
};

const BUILD_DEFAULTS = {
  runPolicy: "Serial",
  nodeSelector: {},
  failedBuildsHistoryLimit: 5,
  successfulBuildsHistoryLimit: 5,
};
const WEBHOOKS = ["github", "gitlab", "bitbucket", "generic"];
const BUILD_EMPTY = { resources: {}, postCommit: {} };

function hasInlineSecret(trigger: unknown): boolean {
  return WEBHOOKS.some((hook) => Object.hasOwn(asFields(asFields(trigger)[hook]), "secret"));
}

function dropGenerated(draft: Draft, key: string, { note }: SanitizeContext): void {
  if (GENERATED_CREDENTIALS.test(asString(asFields(draft[key])["name"]) ?? ""))
    drop(draft, [key], { rule: "pull-secret-generated", note });
}

function mapDockerImage(reference: Draft, context: SanitizeContext): void {
  if (reference["kind"] === "DockerImage") mapImageField(reference, "name", context);
}

const PAUSED: Switch = {
  path: ["metadata", "annotations", "openshift.io/build-config.paused"],
  off: "true",
  mark: `${ORIGINAL_PREFIX}build-config.paused`,
  rule: "standby-paused",
};

const TAG_DEFAULTS = { referencePolicy: { type: "Source" }, importPolicy: { importMode: "Legacy" } };
const NO_IMPORT_POLICY = { importPolicy: {}, annotations: {} };

/** The stream travels, its images do not: they must be mirrored. */
const sanitizeImageStream: Sanitizer = (draft, context) => {
  const { note } = context;
  const spec = draftAt(draft, "spec");
  for (const tag of draftsIn(spec, "tags")) {
    drop(tag, ["generation"], { rule: "image-trigger-state", note });
    mapDockerImage(draftAt(tag, "from"), context);
    dropEqual(tag, TAG_DEFAULTS, { rule: "server-default", note });
    dropEqual(tag, NO_IMPORT_POLICY, { rule: "empty-struct", note });
  }
  mapImageField(spec, "dockerImageRepository", context);
  dropEqual(draftAt(spec, "lookupPolicy"), { local: false }, { rule: "server-default", note });
  dropEqual(spec, { lookupPolicy: {} }, { rule: "empty-struct", note });
};

const V1 = ["v1"];

export const OPENSHIFT: readonly KindRule[] = [
  {
    group: "apps.openshift.io",
    kind: "DeploymentConfig",
    versions: V1,
    sanitize: sanitizeDeploymentConfig,
    standby: byReplicas,
  },
  {
    group: "build.openshift.io",
    kind: "BuildConfig",
    versions: V1,
    sanitize: sanitizeBuildConfig,
    standby: bySwitches(PAUSED),
  },
  { group: "image.openshift.io", kind: "ImageStream", versions: V1, sanitize: sanitizeImageStream, standby: same },
  { group: "template.openshift.io", kind: "Template", versions: V1, sanitize: clean, standby: same },
];
