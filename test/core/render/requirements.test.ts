import assert from "node:assert/strict";
import { test } from "node:test";
import { asFields } from "../../../src/core/model/fields.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { captureOf, claim, deployment, namespace, secret, serverMeta, statefulSet } from "./live-objects.ts";

test("omitted Secrets are no requirements; external ones name type and keys", () => {
  const objects = [namespace(), secret("db", { user: "app", password: "correct-horse-battery" })];
  const external = renderApplication(captureOf(objects));
  assert.deepEqual(external.report.requirements, [
    {
      apiVersion: "v1",
      kind: "Secret",
      namespace: "shop",
      name: "db",
      type: "Opaque",
      keys: ["password", "user"],
      referenced: false,
    },
  ]);
  const omitted = renderApplication(captureOf(objects, { render: { secrets: "omit" } }));
  assert.deepEqual(omitted.report.requirements, []);
  assert.deepEqual(
    omitted.record.omitted.map(({ rule }) => rule),
    ["secret-omitted"],
  );
});

test("requirements: referenced Secrets, classes, Routes with inline keys", () => {
  const web = deployment("web", 1);
  const template = {
    spec: {
      priorityClassName: "high",
      runtimeClassName: "kata",
      imagePullSecrets: [{ name: "mirror" }],
      containers: [
        {
          name: "web",
          image: "web:1",
          env: [
            { name: "P", valueFrom: { secretKeyRef: { name: "absent", key: "password" } } },
            { name: "O", valueFrom: { secretKeyRef: { name: "optional", key: "x", optional: true } } },
          ],
          envFrom: [{ secretRef: { name: "db" } }],
        },
      ],
      volumes: [
        { name: "t", secret: { secretName: "absent", items: [{ key: "tls.key", path: "k" }] } },
        { name: "g", secret: { secretName: "default-dockercfg-x7k2p" } },
        { name: "e", ephemeral: { volumeClaimTemplate: { spec: { storageClassName: "scratch" } } } },
      ],
    },
  };
  const objects = [
    namespace(),
    { ...web, spec: { replicas: 1, selector: {}, template } },
    secret("db", { password: "correct-horse-battery" }),
    secret("default-dockercfg-x7k2p", {}, { type: "kubernetes.io/dockercfg" }),
    {
      apiVersion: "route.openshift.io/v1",
      kind: "Route",
      metadata: serverMeta("web"),
      spec: { to: {}, tls: { key: "K", certificate: "C" } },
    },
  ];
  const { requirements } = renderApplication(captureOf(objects)).report;
  const short = requirements.map(({ kind, name, keys, referenced }) => [kind, name, keys.join(","), referenced]);
  assert.deepEqual(short, [
    ["RuntimeClass", "kata", "", true],
    ["Route", "web", "spec.tls.certificate,spec.tls.key", false],
    ["PriorityClass", "high", "", true],
    ["StorageClass", "scratch", "", true],
    ["Secret", "absent", "password,tls.key", true],
    ["Secret", "db", "password", true],
    ["Secret", "mirror", "", true],
  ]);
});

test("a storage class may stand in the annotation from before Kubernetes 1.6, which then decides", () => {
  const annotations = { "volume.beta.kubernetes.io/storage-class": "fast" };
  const old = (name: string): KubeObject => ({ ...claim(name), metadata: serverMeta(name, { annotations }) });
  const set = statefulSet("db", 1);
  const template = { metadata: { name: "data", annotations }, spec: { accessModes: ["ReadWriteOnce"] } };
  const spec = { ...asFields(set["spec"]), volumeClaimTemplates: [template] };
  const { record } = renderApplication(captureOf([namespace(), old("data-db-0"), { ...set, spec }]));
  assert.deepEqual(
    record.claims.map(({ storageClass }) => storageClass),
    ["fast"],
  );
  assert.deepEqual(
    record.requirements.map(({ kind, name }) => `${kind} ${name}`),
    ["StorageClass fast"],
  );
});

test("image tags of another namespace, as OpenShift's templates use them, have to be on the standby", () => {
  const tag = (name: string, from?: string): object => ({
    kind: "ImageStreamTag",
    name,
    ...(from === undefined ? {} : { namespace: from }),
  });
  const config: KubeObject = {
    apiVersion: "apps.openshift.io/v1",
    kind: "DeploymentConfig",
    metadata: serverMeta("db"),
    spec: {
      replicas: 1,
      triggers: [
        { type: "ImageChange", imageChangeParams: { from: tag("postgresql:15", "openshift") } },
        { type: "ImageChange", imageChangeParams: { from: tag("own:latest") } },
        { type: "ImageChange", imageChangeParams: { from: tag("own:latest", "shop") } },
        { type: "ConfigChange" },
      ],
    },
  };
  const build: KubeObject = {
    apiVersion: "build.openshift.io/v1",
    kind: "BuildConfig",
    metadata: serverMeta("web"),
    spec: { strategy: { type: "Source", sourceStrategy: { from: tag("nodejs:20", "openshift") } } },
  };
  const { requirements } = renderApplication(captureOf([namespace(), config, build])).report;
  assert.deepEqual(
    requirements.map(({ kind, namespace: where, name, referenced }) => [kind, where, name, referenced]),
    [
      ["ImageStreamTag", "openshift", "nodejs:20", false],
      ["ImageStreamTag", "openshift", "postgresql:15", false],
    ],
  );
});
