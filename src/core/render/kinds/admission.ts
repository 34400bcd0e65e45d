import { asFields } from "../../model/fields.ts";
import type { KubeObject } from "../../model/kube-object.ts";
import { type Draft, draftAt, draftsIn, drop, dropEqual } from "../draft.ts";
import type { SanitizeContext } from "../pod-template.ts";
import { type KindRule, type Sanitizer, activeOnly, kindsOf } from "./kind-rule.ts";
import { mapUrl } from "./map-values.ts";

/** Annotations that ask for a certificate bundle: OpenShift's service CA, and cert-manager's injector. */
const INJECTED = [
  "service.beta.openshift.io/inject-cabundle",
  "cert-manager.io/inject-ca-from",
  "cert-manager.io/inject-ca-from-secret",
  "cert-manager.io/inject-apiserver-ca",
];

function dropInjectedBundle(draft: Draft, live: KubeObject, { note }: SanitizeContext): void {
  const annotations = asFields(live.metadata.annotations);
  if (INJECTED.some((key) => Object.hasOwn(annotations, key))) drop(draft, ["caBundle"], { rule: "injected-ca", note });
}

const WEBHOOK_DEFAULTS = {
  failurePolicy: "Fail",
  matchPolicy: "Equivalent",
  namespaceSelector: {},
  objectSelector: {},
  reinvocationPolicy: "Never",
  timeoutSeconds: 10,
};
const ALL_SCOPES = { scope: "*" };
const WEBHOOK_PORT = { port: 443 };
const SAFE_SIDE_EFFECTS: ReadonlySet<unknown> = new Set(["None", "NoneOnDryRun"]);

/** In the active component alone: with nothing behind its Service a webhook blocks the cluster's API. */
const sanitizeWebhooks: Sanitizer = (draft, context, live) => {
  const { note } = context;
  const how = { rule: "server-default", note } as const;
  for (const webhook of draftsIn(draft, "webhooks")) {
    const client = draftAt(webhook, "clientConfig");
    dropInjectedBundle(client, live, context);
    mapUrl(client, "url", context);
    dropEqual(draftAt(client, "service"), WEBHOOK_PORT, how);
    dropEqual(webhook, WEBHOOK_DEFAULTS, how);
    for (const rule of draftsIn(webhook, "rules")) dropEqual(rule, ALL_SCOPES, how);
    if (SAFE_SIDE_EFFECTS.has(webhook["sideEffects"])) continue;
    webhook["sideEffects"] = "None";
    note("legacy-reference");
  }
};

/** A dead APIService makes discovery stale for everybody. */
const sanitizeApiService: Sanitizer = (draft, context, live) => {
  const spec = draftAt(draft, "spec");
  dropInjectedBundle(spec, live, context);
  dropEqual(draftAt(spec, "service"), WEBHOOK_PORT, { rule: "server-default", note: context.note });
};

const V1 = ["v1"];

export const ADMISSION: readonly KindRule[] = [
  ...kindsOf("admissionregistration.k8s.io", ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"], {
    versions: V1,
    sanitize: sanitizeWebhooks,
    standby: activeOnly,
  }),
  {
    group: "apiregistration.k8s.io",
    kind: "APIService",
    versions: V1,
    sanitize: sanitizeApiService,
    standby: activeOnly,
  },
];
