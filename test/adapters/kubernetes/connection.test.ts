import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, it } from "node:test";

import { loadConnection } from "../../../src/adapters/kubernetes/connection.ts";
import type { ClusterConnection, ConnectionSource } from "../../../src/adapters/kubernetes/connection.ts";
import { ClusterFault } from "../../../src/ports/cluster.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Parts {
  readonly cluster?: Fields;
  readonly user?: Fields;
  readonly name?: string;
  readonly current?: string;
}

/** A kubeconfig of one context; what is given replaces what is usual. */
function kubeconfig({ cluster = {}, user = { token: "hunter2" }, name = "east", current = name }: Parts = {}): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": current,
    clusters: [{ name, cluster: { server: `https://${name}.example.com:6443`, ...cluster } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  return `${JSON.stringify(config, null, 1)}\n`;
}

function load(
  source: ConnectionSource,
  environment: Readonly<Record<string, string>>,
  file: string | null = null,
): Promise<ClusterConnection> {
  return loadConnection("site", source, { kubeconfig: file, environment });
}

function fromText(text: string): Promise<ClusterConnection> {
  return load({ type: "env", variable: "KUBE" }, { KUBE: text });
}

/** Every refusal says which cluster and what to do, and shows no credential. */
async function refused(attempt: Promise<unknown>, why: RegExp): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof ClusterFault);
    assert.equal(error.code, "misconfigured");
    assert.match(error.message, /^cluster site: /);
    assert.match(error.message, why);
    assert.doesNotMatch(error.message, /hunter2/);
    return true;
  });
}

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-kubeconfig-"));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("where a kubeconfig comes from", () => {
  const east: ConnectionSource = { type: "context", context: "east" };

  it("takes --kubeconfig before KUBECONFIG before the file in the home folder", async () => {
    const option = await file("option", kubeconfig({ cluster: { server: "https://option.example.com" } }));
    const variable = await file("variable", kubeconfig({ cluster: { server: "https://variable.example.com" } }));
    await mkdir(join(folder, "home", ".kube"), { recursive: true });
    await file("home/.kube/config", kubeconfig({ cluster: { server: "https://home.example.com" } }));
    const HOME = join(folder, "home");
    assert.equal((await load(east, { KUBECONFIG: variable, HOME }, option)).server, "https://option.example.com");
    assert.equal((await load(east, { KUBECONFIG: variable, HOME })).server, "https://variable.example.com");
    assert.equal((await load(east, { KUBECONFIG: "", HOME })).server, "https://home.example.com");
    await refused(load(east, {}), /--kubeconfig/);
  });

  it("merges the files of KUBECONFIG as kubectl does: the first word counts, missing files are passed over", async () => {
    const first = await file("first", kubeconfig({ cluster: { server: "https://first.example.com" } }));
    const second = await file("second", kubeconfig({ cluster: { server: "https://second.example.com" } }));
    const other = await file("other", kubeconfig({ name: "west" }));
    const KUBECONFIG = [join(folder, "absent"), first, second, other].join(delimiter);
    assert.equal((await load(east, { KUBECONFIG })).server, "https://first.example.com");
    assert.equal(
      (await load({ type: "context", context: "west" }, { KUBECONFIG })).server,
      "https://west.example.com:6443",
    );
    await refused(
      load({ type: "context", context: "north" }, { KUBECONFIG }),
      /no context "north"; it has: east, west/,
    );
    await refused(load(east, { KUBECONFIG: join(folder, "absent") }), /no kubeconfig at .*absent/);
  });

  it("takes a variable as a path, or as content when it has a line break, and its current context", async () => {
    const path = await file("by-path", kubeconfig());
    const env: ConnectionSource = { type: "env", variable: "EAST" };
    assert.equal((await load(env, { EAST: path })).server, "https://east.example.com:6443");
    assert.equal((await load(env, { EAST: kubeconfig({ name: "west" }) })).server, "https://west.example.com:6443");
    await refused(load(env, {}), /EAST is not set/);
    await refused(load(env, { EAST: `{"users": [{"token": "hunter2"}]}` }), /EAST names no file/);
    await refused(load(env, { EAST: kubeconfig({ current: "" }) }), /no current-context/);
  });

  it("takes a pod's own service account", async () => {
    const environment = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
    assert.equal((await load({ type: "inCluster" }, environment)).server, "https://[fd00::1]");
    await refused(load({ type: "inCluster" }, {}), /only in a pod/);
  });
});

describe("what a kubeconfig may not do", () => {
  it("runs no program and asks no plugin for credentials", async () => {
    await refused(
      fromText(kubeconfig({ user: { exec: { command: "aws", args: ["hunter2"] } } })),
      /exec plugin.*token/,
    );
    await refused(fromText(kubeconfig({ user: { "auth-provider": { name: "oidc" } } })), /auth-provider plugin/);
  });

  it("may hold plugins for contexts that are not used", async () => {
    const config = JSON.parse(kubeconfig()) as { users: unknown[] };
    config.users.push({ name: "cloud", user: { exec: { command: "aws" } } });
    assert.equal((await fromText(JSON.stringify(config, null, 1))).server, "https://east.example.com:6443");
  });

  it("talks to nobody whose certificate it may not check", async () => {
    await refused(fromText(kubeconfig({ cluster: { "insecure-skip-tls-verify": true } })), /insecure-skip-tls-verify/);
    await refused(fromText(kubeconfig({ cluster: { server: "http://east.example.com" } })), /https/);
    await refused(fromText(kubeconfig({ cluster: { server: "https://a:hunter2@east.example.com" } })), /credentials/);
    await refused(fromText(kubeconfig({ cluster: { server: "east" } })), /not a URL/);
    await refused(fromText(kubeconfig({ cluster: { "proxy-url": "file:///etc" } })), /proxy-url/);
  });

  it("acts under no identity that it would only half take on", async () => {
    await refused(fromText(kubeconfig({ user: { token: "hunter2", as: "x", "as-groups": ["admins"] } })), /as-groups/);
  });

  it("is told where it is broken, without a quotation", async () => {
    await refused(fromText(`users:\n- name: x\n  user: {token: "hunter2\n`), /not valid YAML \(line \d+\)/);
    await refused(fromText("hunter2\n"), /not a kubeconfig/);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    await refused(fromText(bomb), /expands/);
    const lost = JSON.parse(kubeconfig()) as { users: unknown[]; clusters: unknown[] };
    await refused(fromText(JSON.stringify({ ...lost, users: [] }, null, 1)), /user that the kubeconfig lacks/);
    await refused(fromText(JSON.stringify({ ...lost, clusters: [] }, null, 1)), /cluster that the kubeconfig lacks/);
  });
});

describe("files that a kubeconfig names", () => {
  it("are found beside the file that names them", async () => {
    await mkdir(join(folder, "nested"), { recursive: true });
    const path = await file(
      "nested/config",
      kubeconfig({ cluster: { "certificate-authority": "ca.crt" }, user: { tokenFile: "token" } }),
    );
    const { config } = await load({ type: "context", context: "east" }, { KUBECONFIG: path });
    assert.equal(config.getCurrentCluster()?.caFile, join(folder, "nested", "ca.crt"));
    assert.equal(config.getCurrentUser()?.authProvider?.config.tokenFile, join(folder, "nested", "token"));
  });

  it("can't be relative in a kubeconfig that came as text", async () => {
    await refused(fromText(kubeconfig({ user: { "client-key": "key.pem" } })), /client-key-data/);
  });
});
