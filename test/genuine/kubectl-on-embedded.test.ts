import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { createCertificates } from "../../src/sandbox/apiserver/certificates.ts";
import { createEmbeddedCluster } from "../../src/sandbox/apiserver/cluster.ts";
import type { EmbeddedCluster } from "../../src/sandbox/apiserver/cluster.ts";
import { serveHttps } from "../../src/sandbox/apiserver/https-server.ts";
import type { HttpsServer } from "../../src/sandbox/apiserver/https-server.ts";
import { kubeconfigText } from "../../src/sandbox/apiserver/kubeconfig.ts";

import { requirePrograms } from "./setup.ts";

const kubectlPath = process.env["DROVER_KUBECTL"] || join(await requirePrograms(process.env), "kubectl");
const missing = !existsSync(kubectlPath);
if (missing && process.env["CI"] === "true") throw new Error(`there is no kubectl at ${kubectlPath}`);

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const manifest = (replicas: number, value: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: "nginx:1.27", ports: [{containerPort: 80}], env: [{name: VALUE, value: "${value}"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {value: "${value}"}
`;

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, shortNames: [wd]}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, required: [size], properties: {size: {type: integer, description: How large it is.}, replicas: {type: integer}}}
            status: {type: object, properties: {phase: {type: string}}}
`;

const widget = (size: string, more = ""): string => `
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
spec: {size: ${size}${more}}
`;

describe(
  "the genuine kubectl on an embedded cluster",
  { skip: missing ? `there is no kubectl at ${kubectlPath}` : false },
  () => {
    let folder: string;
    let cluster: EmbeddedCluster;
    let server: HttpsServer;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "drover-kubectl-"));
      cluster = createEmbeddedCluster({ name: "east", now: Date.now, newUid: randomUUID });
      const tls = await createCertificates(Date.now());
      server = await serveHttps(cluster, { token: "t", tls });
      const context = { name: "east", server: server.url, ca: tls.ca, token: "t", namespace: "shop" };
      await writeFile(join(folder, "kubeconfig"), kubeconfigText([context]));
    });
    after(async () => {
      await server.close();
      await rm(folder, { recursive: true });
    });

    function run(args: readonly string[], input = ""): Promise<Result> {
      const flags = ["--kubeconfig", join(folder, "kubeconfig"), "--cache-dir", join(folder, "cache")];
      const child = spawn(kubectlPath, [...flags, ...args], {
        env: { HOME: folder, PATH: process.env["PATH"] ?? "" },
        timeout: 60_000,
      });
      const texts = { out: "", err: "" };
      child.stdout.on("data", (chunk: Buffer) => (texts.out += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (texts.err += chunk.toString()));
      child.stdin.end(input);
      return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => resolve({ code, ...texts }));
      });
    }

    /** Runs kubectl with the words of a line, and expects it to end well. */
    async function kubectl(line: string, input = ""): Promise<string> {
      const { code, out, err } = await run(line.split(" "), input);
      assert.equal(code, 0, `kubectl ${line}: ${err}${out}`);
      assert.equal(err, "", `kubectl ${line} complained`);
      return out;
    }

    async function status(resource: string, fields: object): Promise<void> {
      const path = `/apis/apps/v1/namespaces/shop/${resource}/status`;
      const headers = { "content-type": "application/merge-patch+json" };
      const response = await cluster.handle({
        method: "PATCH",
        path,
        headers,
        body: JSON.stringify({ status: fields }),
      });
      assert.equal(response.status, 200);
    }

    it("finds the server, its version and its resources", async () => {
      assert.match(await kubectl("version"), /Server Version: v1\.36\.3/);
      assert.match(await kubectl("api-resources"), /^deployments +deploy +apps\/v1 +true +Deployment$/m);
      assert.match(await kubectl("cluster-info"), /control plane/);
      assert.match(await kubectl("explain deployment.spec.replicas"), /FIELD: replicas <integer>/);
    });

    it("creates by command", async () => {
      assert.equal(await kubectl("create namespace shop"), "namespace/shop created\n");
      await kubectl("create configmap typed --from-literal=a=b");
      await kubectl("create secret generic typed --from-literal=a=b");
      await kubectl("create deployment typed --image=nginx --replicas=2 --port=80");
      await kubectl("create job typed --image=x");
      await kubectl("create serviceaccount typed");
      await kubectl("create role typed --verb=get --resource=pods");
      await kubectl("expose deployment typed --port=80");
      const ports = await kubectl(
        "get deployment typed -o jsonpath={.spec.replicas}/{.spec.template.spec.containers[0].ports[0].containerPort}",
      );
      assert.equal(ports, "2/80");
    });

    it("applies, sees what would change, and applies that", async () => {
      const created = await kubectl("apply -f -", manifest(2, "1"));
      assert.equal(created, "deployment.apps/web created\nservice/web created\nconfigmap/web created\n");
      assert.equal((await kubectl("apply -f -", manifest(2, "1"))).match(/unchanged/g)?.length, 3);
      const { code, out } = await run(["diff", "-f", "-"], manifest(3, "2"));
      assert.equal(code, 1);
      assert.match(out, /^-\s+replicas: 2$[\s\S]*^\+\s+replicas: 3$/m);
      assert.doesNotMatch(out, /service/i);
      const configured = await kubectl("apply -f -", manifest(3, "2"));
      assert.equal(configured, "deployment.apps/web configured\nservice/web unchanged\nconfigmap/web configured\n");
      assert.equal(await kubectl("diff -f -", manifest(3, "2")), "");
    });

    it("takes over from client-side to server-side apply without a conflict", async () => {
      const applied = await kubectl("apply --server-side -f -", manifest(4, "3"));
      assert.equal(applied.match(/serverside-applied/g)?.length, 3);
      const managers = await kubectl(
        "get deployment web -o jsonpath={.metadata.managedFields[*].manager} --show-managed-fields",
      );
      assert.ok(managers.split(" ").includes("kubectl") && !managers.includes("kubectl-client-side-apply"), managers);
      assert.equal(await kubectl("diff --server-side -f -", manifest(4, "3")), "");
      const other = await run(["apply", "--server-side", "--field-manager=other", "-f", "-"], manifest(5, "3"));
      assert.equal(other.code, 1);
      assert.match(other.err, /conflict with "kubectl": \.spec\.replicas/);
      await kubectl("apply --server-side --field-manager=other --force-conflicts -f -", manifest(5, "3"));
    });

    it("refuses unknown fields before anything is written", async () => {
      const { code, err } = await run(
        ["apply", "-f", "-"],
        manifest(6, "3").replace("selector: {app: web}", "selektor: {app: web}"),
      );
      assert.equal(code, 1);
      assert.match(err, /unknown field "spec\.selektor"/);
    });

    it("patches in three ways, scales, labels and sets images", async () => {
      await kubectl(
        'patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"X","value":"1"}]}]}}}}',
      );
      await kubectl('patch deployment web --type=json -p [{"op":"replace","path":"/spec/replicas","value":4}]');
      await kubectl('patch deployment web --type=merge -p {"metadata":{"annotations":{"a":"b"}}}');
      await kubectl("scale deployment/web --replicas=1");
      await kubectl("label configmap web a=b");
      await kubectl("annotate configmap web a=b");
      await kubectl("set image deployment/web web=nginx:1.28");
      const path =
        "{.spec.replicas} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env[*].name}";
      const found = await run(["get", "deployment", "web", "-o", `jsonpath=${path}`]);
      assert.equal(found.out, "1 nginx:1.28 X VALUE");
    });

    it("waits for a rollout and for a condition", async () => {
      const rollout = run(["rollout", "status", "deployment/web", "--timeout=30s"]);
      const { generation } = JSON.parse(await kubectl("get deployment web -o json")).metadata as { generation: number };
      const conditions = [
        { type: "Available", status: "True" },
        { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
      ];
      const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
      await status("deployments/web", { observedGeneration: generation, ...counts, conditions });
      const { code, out } = await rollout;
      assert.equal(code, 0);
      assert.match(out, /successfully rolled out/);
      await kubectl("wait --for=condition=Available deployment/web --timeout=30s");
    });

    it("prints tables, wide and of all namespaces, and describes", async () => {
      assert.match(await kubectl("get deployments -o wide"), /^web +1\/1 +1 +1 +\S+ +web +nginx:1\.28 +app=web$/m);
      assert.match(await kubectl("get all -A"), /default +service\/kubernetes/);
      assert.match(await kubectl("get deployments -l app=web -o name"), /^deployment\.apps\/web\n$/);
      assert.match(await kubectl("get deployment web -o yaml"), /^kind: Deployment$/m);
      assert.match(await kubectl("get pods --field-selector=status.phase=Running -o name"), /^$/);
      assert.match(await kubectl("describe deployment web"), /^StrategyType: +RollingUpdate$/m);
      assert.match(await kubectl("describe namespace shop"), /^Status: +Active$/m);
    });

    it("works on kinds that it has just defined", async () => {
      await kubectl("apply -f -", definition);
      await kubectl("wait --for=condition=Established crd/widgets.example.com --timeout=30s");
      await kubectl("apply -f -", widget("1"));
      await kubectl("apply --server-side -f -", widget("2", ", replicas: 1"));
      await kubectl("scale widget/w --replicas=3");
      assert.match(await kubectl("get wd"), /^NAME +SIZE\nw +2\n$/);
      assert.match(await kubectl("explain widget.spec.size"), /How large it is/);
      const refused = await run(["apply", "-f", "-"], widget("large"));
      assert.match(refused.err, /spec\.size: Invalid value: "string"/);
      const unknown = await run(["apply", "-f", "-"], widget("1", ", bogus: 1"));
      assert.match(unknown.err, /unknown field "spec\.bogus"/);
    });

    it("deletes, and waits for the end", async () => {
      assert.match(await kubectl("delete deployment web --cascade=foreground"), /deleted/);
      await kubectl("wait --for=delete deployment/web --timeout=30s");
      await kubectl("delete configmap --all");
      await kubectl("delete crd widgets.example.com");
      await kubectl("delete namespace shop");
      const { code, err } = await run(["get", "namespace", "shop"]);
      assert.equal(code, 1);
      assert.match(err, /namespaces "shop" not found/);
    });

    it("is refused when the site is dead", async () => {
      server.setReachable(false);
      const { code, err } = await run(["get", "namespaces", "--request-timeout=5s"]);
      server.setReachable(true);
      assert.equal(code, 1);
      assert.match(err, /connection|EOF|reset/);
    });
  },
);
