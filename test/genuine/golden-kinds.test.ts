import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import { loadConnection } from "../../src/adapters/kubernetes/connection.ts";
import { createHttpsTransport } from "../../src/adapters/kubernetes/https-transport.ts";
import { at } from "../../src/core/model/fields.ts";
import { type KubeObject, groupOf, refKey, refOf } from "../../src/core/model/kube-object.ts";
import { activateFolder } from "../../src/core/render/activation.ts";
import { buildFolder } from "../../src/core/render/build-folder.ts";
import { renderApplication } from "../../src/core/render/render-application.ts";
import type { ClusterPort } from "../../src/ports/cluster.ts";

import { captureOfKind, kindCases } from "../core/render/kind-cases.ts";
import { type ClusterName, type ControlPlanes, startControlPlanes } from "./control-planes.ts";
import { requirePrograms } from "./setup.ts";

const programs = await requirePrograms(process.env);
const HOW = { force: true, timeoutMs: 10_000 };

/** Kinds that the API server brings itself, in what the golden pairs hold; each object once. */
function builtIn(): readonly KubeObject[] {
  const all = kindCases().flatMap(({ live }) => live);
  const own = all.filter(({ apiVersion }) => !groupOf(apiVersion).includes(".") || /\.k8s\.io\//.test(apiVersion));
  const served = own.filter(
    (object) =>
      !/^(?:gateway\.networking|autoscaling)\.k8s\.io\//.test(object.apiVersion) &&
      // Behind a feature gate that is off until Kubernetes 1.37.
      at(object, "spec", "minReplicas") !== 0,
  );
  return [...new Map(served.map((object) => [refKey(refOf(object)), object])).values()];
}

/** Nothing is filled into pods by limits that come later. */
function limitsLast(objects: readonly KubeObject[]): readonly KubeObject[] {
  const late = new Set(["LimitRange", "ResourceQuota", "APIService"]);
  return [...objects.filter(({ kind }) => !late.has(kind)), ...objects.filter(({ kind }) => late.has(kind))];
}

describe("acceptance 8: every golden kind of Kubernetes on a genuine API server", { timeout: 120_000 }, () => {
  let planes: ControlPlanes;
  before(async () => {
    planes = await startControlPlanes({ programs, controllers: false, nodes: false });
  });
  after(() => planes.stop());

  async function portTo(context: ClusterName): Promise<ClusterPort> {
    const settings = { kubeconfig: planes.kubeconfig, environment: {} };
    const connection = await loadConnection(context, { type: "context", context }, settings);
    return createClusterPort({ name: context, transport: createHttpsTransport(connection) });
  }

  async function applied(context: ClusterName, objects: readonly KubeObject[]): Promise<readonly KubeObject[]> {
    const port = await portTo(context);
    await port.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "harbour" } });
    // No controller makes it here, and pods need it.
    await port.create({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace: "harbour" },
    });
    const live: KubeObject[] = [];
    for (const object of limitsLast(objects)) {
      await port.apply(object, HOW);
      live.push((await port.get(refOf(object))) ?? assert.fail(object.metadata.name));
    }
    return live;
  }

  const rendered = renderApplication(captureOfKind({ live: builtIn(), target: {} }));
  function same(files: ReadonlyMap<string, string>, folders: readonly string[]): void {
    const shown = (all: ReadonlyMap<string, string>): readonly string[] =>
      [...all.keys()].filter((path) => folders.some((folder) => path.startsWith(folder)));
    assert.deepEqual(shown(files), shown(rendered.files));
    for (const path of shown(files)) assert.equal(files.get(path), rendered.files.get(path), path);
  }

  it("takes the active form, and captured there it gives the same files", async () => {
    assert.deepEqual(rendered.refusals, []);
    const live = await applied("east", buildFolder(activateFolder(rendered.files)));
    const again = renderApplication(captureOfKind({ live, target: {} }));
    same(again.files, ["base/", "cluster/", "components/", "kustomization.yaml"]);
  });

  it("takes the standby form, and captured there it gives the same files but for what only the active one has", async () => {
    const live = await applied("west", buildFolder(rendered.files));
    const again = renderApplication(captureOfKind({ live, target: {} }));
    same(again.files, ["base/", "cluster/"]);
  });
});
