import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import type { Ports } from "../../src/app/ports.ts";
import { splitFolders } from "../../src/app/gather-branches.ts";
import { renderBranches } from "../../src/app/render-branches.ts";
import type { ClusterPort } from "../../src/ports/cluster.ts";
import { readSops } from "../builders/sops-reader.ts";
import { application } from "../builders/story-documents.ts";
import { type Story, createStory } from "../builders/story.ts";

const identity = await generateX25519Identity();
const next = await generateX25519Identity();
const MAIN = { protectedBranch: "main" };
const PASSWORD = "correct-horse-battery";
const PATH = "secrets/appns/secret/login.sops.yaml";

describe("drover render with secrets: sops, from the cluster to the branch and back", () => {
  let story: Story;
  let east: ClusterPort;

  before(async () => {
    story = await createStory({ seed: 11, ledger: false });
    await sealFor([identity]);
    const connection = await story.ports().cluster({ name: "east" } as Parameters<Ports["cluster"]>[0]);
    assert.ok(connection.state === "ready");
    east = connection.port;
    await east.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login", namespace: "appns" },
      type: "Opaque",
      data: { password: Buffer.from(PASSWORD).toString("base64") },
    });
  });
  after(() => story.close());

  /** Flux on both sides, with these people's keys. */
  async function sealFor(identities: readonly string[]): Promise<void> {
    await story.pull();
    const recipients = await Promise.all(identities.map(identityToRecipient));
    const path = "clusters/clusters.yaml";
    const before = readFileSync(join(story.repository.checkout, path), "utf8");
    const clusters = before
      .replaceAll(/^ {2}secrets: .*\n/gm, "")
      .replaceAll(/^ {2}delivery: .*$/gm, `  delivery: {type: flux}\n  secrets: {age: [${recipients.join(", ")}]}`);
    await story.change({ [path]: clusters, "apps/appns.yaml": `${application("appns")}  render: {secrets: sops}\n` });
  }

  async function folder(): Promise<ReadonlyMap<string, string>> {
    const { git } = story.ports();
    await git.fetch();
    const tip = await git.tip("dr/west");
    assert.ok(tip !== null);
    return splitFolders(await git.readTree(tip, ["applications"])).get("appns") ?? new Map();
  }

  test("the first render commits the value encrypted, and makes the key of the fingerprints", async () => {
    const { reports, refused, notes } = await renderBranches(story.ports(), MAIN);
    assert.deepEqual([[...refused], notes], [[], []]);
    assert.notEqual(reports[0]?.commit, null);
    const files = await folder();
    const plain = await readSops(files.get(PATH) ?? "", identity);
    assert.equal(Buffer.from(String(Object(plain["data"]).password), "base64").toString(), PASSWORD);
    assert.equal(JSON.stringify([...files]).includes(PASSWORD), false);
    const ref = { apiVersion: "v1", kind: "Secret", namespace: "drover-system", name: "drover-seal" };
    assert.notEqual(await east.get(ref), null);
  });

  test("acceptance 1: the next one makes no commit; a changed value changes its file alone", async () => {
    const first = await folder();
    assert.equal((await renderBranches(story.ports(), MAIN)).reports[0]?.commit, null);
    const data = { password: Buffer.from(`${PASSWORD}-2`).toString("base64") };
    await east.patch({ apiVersion: "v1", kind: "Secret", namespace: "appns", name: "login" }, { data });
    assert.notEqual((await renderBranches(story.ports(), MAIN)).reports[0]?.commit, null);
    const second = await folder();
    const changed = [...second].filter(([path, text]) => first.get(path) !== text).map(([path]) => path);
    assert.deepEqual(changed.sort(), [PATH, "secrets/seals.json"]);
  });

  test("another recipient seals everything anew, and the render says who still reads the history", async () => {
    await sealFor([next]);
    const { notes, refused } = await renderBranches(story.ports(), MAIN);
    assert.deepEqual([...refused], []);
    assert.deepEqual(
      notes.map(({ code }) => code),
      ["recipient-removed"],
    );
    const text = (await folder()).get(PATH) ?? "";
    await readSops(text, next);
    await assert.rejects(readSops(text, identity), /no key/);
  });
});
