import { ORIGINAL_PREFIX } from "../../model/marks.ts";
import { draftAt, draftsIn, drop, mapString } from "../draft.ts";
import { mapImageField } from "../pod-template.ts";
import { type KindRule, type Sanitizer, type Switch, bySwitches, clean, same } from "./kind-rule.ts";
import { storkMemory } from "./stork-memory.ts";

/** The older `running` and `runStrategy` exclude each other; the newer says both (KubeVirt API, VirtualMachineSpec). */
const sanitizeVirtualMachine: Sanitizer = (draft, context) => {
  const { note, target } = context;
  const spec = draftAt(draft, "spec");
  const { running } = spec;
  if (typeof running === "boolean") {
    if (spec["runStrategy"] === undefined) spec["runStrategy"] = running ? "Always" : "Halted";
    drop(spec, ["running"], { rule: "legacy-reference", note });
  }
  const metadata = draftAt(spec, "template", "metadata");
  drop(metadata, ["creationTimestamp"], { rule: "server-metadata", note });
  for (const volume of draftsIn(draftAt(spec, "template", "spec"), "volumes"))
    mapImageField(draftAt(volume, "containerDisk"), "image", context);
  for (const template of draftsIn(spec, "dataVolumeTemplates"))
    for (const claim of ["pvc", "storage"])
      mapString(draftAt(template, "spec", claim), "storageClassName", {
        map: target.storageClasses,
        rule: "target-storage-class",
        note,
      });
  drop(draftAt(draft, "metadata", "annotations"), RUNTIME_ANNOTATIONS, { rule: "annotation-controller", note });
};

const RUNTIME_ANNOTATIONS = [
  "kubevirt.io/latest-observed-api-version",
  "kubevirt.io/storage-observed-api-version",
  "kubemacpool.io/transaction-timestamp",
];

const RUN_STRATEGY: Switch = {
  path: ["spec", "runStrategy"],
  off: "Halted",
  mark: `${ORIGINAL_PREFIX}spec.runStrategy`,
  foreign: storkMemory("spec.runStrategy"),
  rule: "standby-stopped",
};

export const KUBEVIRT: readonly KindRule[] = [
  {
    group: "kubevirt.io",
    kind: "VirtualMachine",
    versions: null,
    sanitize: sanitizeVirtualMachine,
    standby: bySwitches(RUN_STRATEGY),
  },
  {
    group: "instancetype.kubevirt.io",
    kind: "VirtualMachineInstancetype",
    versions: null,
    sanitize: clean,
    standby: same,
  },
  {
    group: "instancetype.kubevirt.io",
    kind: "VirtualMachinePreference",
    versions: null,
    sanitize: clean,
    standby: same,
  },
];
