import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../../src/core/model/fields.ts";
import { MARKS } from "../../../src/core/model/marks.ts";
import { activateFolder, deactivateFolder, isActivated } from "../../../src/core/render/activation.ts";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import { FolderUnreadable } from "../../../src/core/render/read-kustomization.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { originalCount } from "../../../src/core/render/standby-form.ts";
import { captureOf, deployment, shop } from "./live-objects.ts";

const STORK = "stork.libopenstorage.org/migrationReplicas";
const QUIESCED = { [MARKS.quiesced]: "20261123-0240-east-power" };

interface Case {
  readonly what: string;
  readonly live: number | undefined;
  readonly annotations?: Record<string, string>;
  readonly recorded?: number;
  readonly replicas: number;
  readonly turnedZero?: boolean;
}

const CASES: readonly Case[] = [
  { what: "a live count", live: 3, replicas: 3 },
  { what: "no count at all", live: undefined, replicas: 1 },
  {
    what: "a live count beats what the marks remember",
    live: 2,
    annotations: { ...QUIESCED, [MARKS.originalReplicas]: "5", [STORK]: "7" },
    recorded: 4,
    replicas: 2,
  },
  {
    what: "our quiesce remembers",
    live: 0,
    annotations: { ...QUIESCED, [MARKS.originalReplicas]: "5", [STORK]: "7" },
    recorded: 4,
    replicas: 5,
  },
  {
    what: "the delivered standby form remembers",
    live: 0,
    annotations: { [MARKS.form]: "standby", [MARKS.originalReplicas]: "5" },
    recorded: 4,
    replicas: 5,
  },
  {
    what: "Stork's memory under our quiesce",
    live: 0,
    annotations: { ...QUIESCED, [STORK]: "7" },
    recorded: 4,
    replicas: 7,
  },
  {
    what: "our quiesce without any memory falls back to the record",
    live: 0,
    annotations: QUIESCED,
    recorded: 4,
    replicas: 4,
  },
  { what: "a zero that was always zero", live: 0, replicas: 0 },
  { what: "a recorded zero stays zero", live: 0, recorded: 0, replicas: 0 },
  { what: "Stork's memory at first sight", live: 0, annotations: { [STORK]: "3" }, replicas: 3 },
  {
    what: "MTC's memory at first sight",
    live: 0,
    annotations: { "migration.openshift.io/preQuiesceReplicas": "2" },
    replicas: 2,
  },
  { what: "somebody scaled it down", live: 0, recorded: 4, replicas: 0, turnedZero: true },
  {
    what: "somebody scaled an activated workload down",
    live: 0,
    annotations: { [MARKS.form]: "active", [MARKS.originalReplicas]: "4" },
    recorded: 4,
    replicas: 0,
    turnedZero: true,
  },
  {
    what: "a stale memory of Stork explains no new zero",
    live: 0,
    annotations: { [STORK]: "3" },
    recorded: 4,
    replicas: 0,
    turnedZero: true,
  },
  {
    what: "an empty mark is no mark",
    live: 0,
    annotations: { [MARKS.quiesced]: "" },
    recorded: 4,
    replicas: 0,
    turnedZero: true,
  },
  {
    what: "nonsense in a mark is no count",
    live: 0,
    annotations: { ...QUIESCED, [MARKS.originalReplicas]: "-3e9" },
    recorded: 4,
    replicas: 4,
  },
];

for (const { what, live, annotations, recorded, replicas, turnedZero } of CASES) {
  test(`original count: ${what}`, () => {
    const object = {
      ...deployment("web", 1, annotations === undefined ? {} : { annotations }),
      spec: live === undefined ? {} : { replicas: live },
    };
    assert.deepEqual(originalCount(object, recorded ?? null), { replicas, turnedZero: turnedZero ?? false });
  });
}

function counts(files: ReadonlyMap<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    buildFolder(files).flatMap((object) => {
      const replicas = at(object, "spec", "replicas");
      return replicas === undefined ? [] : [[object.metadata.name, replicas]];
    }),
  );
}

test("the base stands by, the active component restores the counts, and both switch back and forth", () => {
  const { files } = renderApplication(captureOf(shop()));
  assert.deepEqual(counts(files), { web: 0, db: 0 });
  const active = activateFolder(files);
  assert.deepEqual(counts(active), { web: 3, db: 2 });
  assert.deepEqual([isActivated(files), isActivated(active)], [false, true]);
  assert.deepEqual(deactivateFolder(active), files);
  assert.deepEqual(activateFolder(active), active);
  assert.deepEqual(
    [...active].filter(([path, text]) => files.get(path) !== text).map(([path]) => path),
    ["kustomization.yaml"],
  );
});

test("no files are not activated and stay no files; a folder without its component can't be activated", () => {
  assert.equal(isActivated(new Map()), false);
  assert.equal(deactivateFolder(new Map()).size, 0);
  const files = new Map(renderApplication(captureOf(shop())).files);
  files.delete("components/active/kustomization.yaml");
  assert.throws(() => activateFolder(files), FolderUnreadable);
});

test("acceptance 6: a standby captured again carries the original numbers forward", () => {
  const { files } = renderApplication(captureOf(shop()));
  const standby = buildFolder(files);
  const others = shop().filter(({ kind }) => kind === "Namespace" || kind.startsWith("Persistent"));
  const again = renderApplication(captureOf([...standby, ...others]));
  assert.deepEqual(counts(activateFolder(again.files)), { web: 3, db: 2 });
});
