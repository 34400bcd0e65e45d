import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type KubeObject, refKey, refOf } from "../../../src/core/model/kube-object.ts";
import type { CaptureInput } from "../../../src/core/render/capture-input.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import type { OmitRule } from "../../../src/core/render/render-rules.ts";
import { captureOf, configMap, deployment, namespace, secret, serverMeta } from "./live-objects.ts";

interface Owner {
  readonly kind: string;
  readonly uid?: string;
  readonly controller?: boolean;
}

function ownedBy(owner: Owner, more: Record<string, unknown> = {}): Record<string, unknown> {
  const reference = { apiVersion: "x.example.com/v1", name: "main", uid: "db", controller: true, ...owner };
  return { ownerReferences: [reference], ...more };
}

const DATABASE: KubeObject = {
  apiVersion: "x.example.com/v1",
  kind: "Database",
  metadata: serverMeta("main", { uid: "db" }),
  spec: {},
};
const by = (manager: string) => ({ managedFields: [{ manager, operation: "Update" }] });
const KEEP = { annotations: { "drover.dev/keep": "true" } };

/** What some operators put between their resource and its pods, as Strimzi's StrimziPodSet does. */
function podSet(meta: Record<string, unknown>): KubeObject {
  return { ...DATABASE, kind: "PodSet", metadata: serverMeta("main-broker", meta) };
}

type Knows = Partial<NonNullable<CaptureInput["around"]>>;
const EXISTS: Knows = { owners: new Map([["db", "exists"]]) };
const GONE: Knows = { owners: new Map([["db", "gone"]]) };
const UNREAD: Knows = {
  ...EXISTS,
  unread: [{ group: "x.example.com", kind: "Database", namespace: "shop", reason: "503" }],
};

/** The rule, what is owned, what else is captured, what looking the owner up showed. */
const CASES: readonly (readonly [OmitRule | null, string, KubeObject, readonly KubeObject[], Knows])[] = [
  ["controller-owned", "its controller is captured", configMap("a", {}, ownedBy({ kind: "Database" })), [DATABASE], {}],
  [
    "controller-owned",
    "its controller is captured, whatever a lookup says",
    configMap("a", {}, ownedBy({ kind: "Database" })),
    [DATABASE],
    EXISTS,
  ],
  [
    "controller-owned",
    "a controller of Kubernetes made it",
    configMap("a", {}, ownedBy({ kind: "StatefulSet", uid: "x" })),
    [],
    EXISTS,
  ],
  ["controller-owned", "nobody knows its controller", configMap("a", {}, ownedBy({ kind: "Database" })), [], {}],
  [
    "controller-owned",
    "its controller is gone, and so it will be",
    configMap("a", {}, ownedBy({ kind: "Database" })),
    [],
    GONE,
  ],
  [null, "its controller is there and not captured", configMap("a", {}, ownedBy({ kind: "Database" })), [], EXISTS],
  [
    "controller-owned",
    "the list of its controller's kind failed",
    configMap("a", {}, ownedBy({ kind: "Database" })),
    [],
    UNREAD,
  ],
  [null, "a person marked it", configMap("a", {}, ownedBy({ kind: "Database" }, KEEP)), [DATABASE], {}],
  ["pod-owned", "it goes with a pod", configMap("a", {}, ownedBy({ kind: "Pod", controller: false })), [], {}],
  [
    "controller-owned",
    "an operator wrote it for an owner that does not control it",
    configMap("a", {}, ownedBy({ kind: "Database", controller: false }, by("db-operator"))),
    [DATABASE],
    {},
  ],
  [
    null,
    "a person wrote it and named an owner",
    configMap("a", {}, ownedBy({ kind: "Database", controller: false }, by("kubectl-client-side-apply"))),
    [DATABASE],
    {},
  ],
  [
    null,
    "Argo CD wrote it",
    configMap("a", {}, ownedBy({ kind: "Database", controller: false }, by("argocd-controller"))),
    [DATABASE],
    {},
  ],
  [
    null,
    "such an owner is not captured",
    configMap("a", {}, ownedBy({ kind: "Database", controller: false }, by("db-operator"))),
    [],
    {},
  ],
  [
    null,
    "it is of a kind that controllers seldom make",
    {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: serverMeta("r", ownedBy({ kind: "Database", controller: false }, by("db-operator"))),
      spec: { limits: [] },
    },
    [DATABASE],
    {},
  ],
  [
    "controller-owned",
    "an operator derived a custom resource from another one",
    podSet(ownedBy({ kind: "Database", controller: false }, by("db-operator"))),
    [DATABASE],
    {},
  ],
  [
    null,
    "a person wrote a custom resource, and its operator named an owner",
    podSet(ownedBy({ kind: "Database", controller: false }, by("kubectl-create"))),
    [DATABASE],
    {},
  ],
];

function ruleFor(object: KubeObject, others: readonly KubeObject[], knows: Knows = {}): OmitRule | null {
  const around = { resources: [], companions: [], unread: [], owners: new Map(), ...knows };
  const { report, refusals, files } = renderApplication(captureOf([namespace(), ...others, object], { around }));
  assert.deepEqual(refusals, []);
  assert.ok(![...files.values()].some((text) => text.includes("ownerReferences")));
  return report.omitted.find((each) => refKey(each.object) === refKey(refOf(object)))?.rule ?? null;
}

describe("an owned object", () => {
  for (const [rule, what, object, others, knows] of CASES) {
    test(`${what}: ${rule ?? "kept"}`, () => assert.equal(ruleFor(object, others, knows), rule));
  }
});

const CERTIFICATE: KubeObject = {
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: serverMeta("web"),
  spec: { secretName: "tls" },
};
const external = (target: object): KubeObject => ({
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: serverMeta("db"),
  spec: { target },
});
const MANAGED = { labels: { "reconcile.external-secrets.io/managed": "true" } };
const signed = { annotations: { "cert-manager.io/certificate-name": "web" } };

function made(name: string, meta: Record<string, unknown>): KubeObject {
  return secret(name, {}, { metadata: serverMeta(name, meta) });
}

const MADE: readonly (readonly [OmitRule, string, KubeObject, readonly KubeObject[]])[] = [
  ["made-by-operator", "a certificate's Secret", made("tls", signed), [CERTIFICATE]],
  ["secret-external", "a certificate's Secret without the Certificate", made("tls", signed), []],
  [
    "made-by-operator",
    "cert-manager's next key",
    made("web-x1", { labels: { "cert-manager.io/next-private-key": "true" } }),
    [],
  ],
  ["made-by-operator", "what an ExternalSecret writes", made("db", MANAGED), [external({})]],
  ["made-by-operator", "under another name", made("login", MANAGED), [external({ name: "login" })]],
  [
    "secret-external",
    "a Secret into which an ExternalSecret merges",
    made("db", MANAGED),
    [external({ creationPolicy: "Merge" })],
  ],
  ["secret-external", "a person's Secret of that name", made("db", {}), [external({})]],
  ["controller-owned", "what a SealedSecret unseals", made("db", ownedBy({ kind: "SealedSecret" })), []],
  [
    "made-by-operator",
    "what a CSI driver syncs",
    made("db", { labels: { "secrets-store.csi.k8s.io/managed": "true" } }),
    [],
  ],
  [
    "copied-object",
    "a copy of the reflector",
    made("db", { annotations: { "reflector.v1.k8s.emberstack.com/reflects": "x/y" } }),
    [],
  ],
  [
    "made-by-operator",
    "KEDA's autoscaler",
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: serverMeta("keda-hpa-web", { labels: { "scaledobject.keda.sh/name": "web" } }),
      spec: {},
    },
    [],
  ],
];

describe("an object that an operator makes", () => {
  for (const [rule, what, object, others] of MADE) {
    test(`${what}: ${rule}`, () => assert.equal(ruleFor(object, others), rule));
  }
});

/** A Deployment that can't start without one Secret. */
function needing(name: string): KubeObject {
  const container = { name: "web", image: "web:1", envFrom: [{ secretRef: { name } }] };
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [container] } };
  return { ...deployment("web", 1), spec: { selector: { matchLabels: { app: "web" } }, template } };
}

const sealedAs = (name: string): KubeObject => ({
  apiVersion: "bitnami.com/v1alpha1",
  kind: "SealedSecret",
  metadata: serverMeta("login"),
  spec: { template: { metadata: { name } } },
});
const SERVED: KubeObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: serverMeta("web", { annotations: { "service.beta.openshift.io/serving-cert-secret-name": "db" } }),
  spec: { ports: [{ port: 443 }] },
};

/** Whether the standby must be given Secret `db`, to which a Deployment refers. */
const NEEDED: readonly (readonly [boolean, string, readonly KubeObject[]])[] = [
  [true, "nothing makes it", []],
  [true, "a person wrote it", [made("db", {})]],
  [false, "the operator of a captured resource makes it", [DATABASE, made("db", ownedBy({ kind: "Database" }))]],
  [false, "a tool copies it", [made("db", { annotations: { "reflector.v1.k8s.emberstack.com/reflects": "x/y" } })]],
  [false, "a Certificate asks for it", [{ ...CERTIFICATE, spec: { secretName: "db" } }]],
  [false, "a Certificate asked for it", [{ ...CERTIFICATE, spec: { secretName: "db" } }, made("db", signed)]],
  [false, "an ExternalSecret writes it", [external({ name: "db" })]],
  [true, "an ExternalSecret merges into it", [external({ name: "db", creationPolicy: "Merge" })]],
  [false, "a SealedSecret holds it", [sealedAs("db")]],
  [true, "a SealedSecret holds another one", [sealedAs("login")]],
  [false, "OpenShift issues it for a Service", [SERVED]],
];

describe("a Secret that pods refer to and that is not rendered", () => {
  for (const [needed, what, others] of NEEDED) {
    test(`${what}: ${needed ? "required" : "not required"}`, () => {
      const { record } = renderApplication(captureOf([namespace(), needing("db"), ...others]));
      const secrets = record.requirements.filter(({ kind }) => kind === "Secret").map(({ name }) => name);
      assert.deepEqual(secrets, needed ? ["db"] : []);
    });
  }
});
