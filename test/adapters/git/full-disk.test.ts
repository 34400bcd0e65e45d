import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf } from "../../../src/adapters/git/git-faults.ts";

/** As git 2.39 printed them on a file system of two megabytes. */
const SAID = [
  "fatal: sha1 file '.git/objects/pack/tmp_pack_yW7sJm' write error. Out of diskspace",
  "remote: fatal: unable to write loose object file: No space left on device\nerror: remote unpack failed",
  "fatal: cannot create 'objects/pack': Disk quota exceeded",
];

test("a full disk is named as such, with what to do and that nothing was lost", () => {
  for (const stderr of SAID) {
    const fault = faultOf({ args: ["fast-import"], directory: "/dr", exitCode: 128, stderr, secrets: [] });
    assert.equal(fault.code, "no-space", stderr);
    assert.match(fault.message, /Free space .*the branch is as it was before/);
  }
});
