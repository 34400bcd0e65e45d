import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  DURATION_PATTERN,
  formatDuration,
  formatIsoDuration,
  parseDuration,
} from "../../../src/core/model/duration.ts";
import { formatInstant, parseInstant } from "../../../src/core/model/instant.ts";

describe("durations", () => {
  const good: readonly (readonly [string, number, string])[] = [
    ["0s", 0, "PT0S"],
    ["250ms", 250, "PT0.25S"],
    ["20s", 20_000, "PT20S"],
    ["1h30m", 5_400_000, "PT1H30M"],
    ["30m1h", 5_400_000, "PT1H30M"],
    ["1m1m", 120_000, "PT2M"],
    ["2d", 172_800_000, "PT48H"],
    ["1h1s1ms", 3_601_001, "PT1H1.001S"],
  ];
  for (const [text, value, iso] of good) {
    test(text, () => {
      assert.equal(parseDuration(text), value);
      assert.equal(formatIsoDuration(value), iso);
    });
  }
  for (const text of ["", "1", "s", "1 s", "-1s", "1.5h", "1H", "1s ", "1w", "9".repeat(20) + "d", "1s".repeat(100)]) {
    test(`${JSON.stringify(text.slice(0, 30))} is none`, () => assert.equal(parseDuration(text), null));
  }
  test("a negative span has a leading minus", () => {
    assert.equal(formatIsoDuration(-5000), "-PT5S");
    assert.equal(formatDuration(-5000), "-5s");
  });
  test("what is written is read back", () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (value) => {
        assert.match(formatDuration(value), DURATION_PATTERN);
        assert.equal(parseDuration(formatDuration(value)), value);
      }),
    );
  });
});

describe("instants", () => {
  const good: readonly (readonly [string, string])[] = [
    ["2026-11-23T02:30:00Z", "2026-11-23T02:30:00Z"],
    ["2026-11-23t02:30:00z", "2026-11-23T02:30:00Z"],
    ["2026-11-23T02:30:00.123456789Z", "2026-11-23T02:30:00.123Z"],
    ["2026-11-23T02:30:00+01:30", "2026-11-23T01:00:00Z"],
    ["2026-11-23T02:30:00-00:30", "2026-11-23T03:00:00Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
  ];
  for (const [text, written] of good) {
    test(text, () => assert.equal(formatInstant(parseInstant(text) ?? Number.NaN), written));
  }
  for (const text of [
    "2026-11-23",
    "2026-11-23T02:30Z",
    "2026-11-23T02:30:00",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-31T00:00:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T23:59:60Z",
    "2026-11-23T02:30:00+24:00",
    "2026-11-23 02:30:00Z",
  ]) {
    test(`${text} is none`, () => assert.equal(parseInstant(text), null));
  }
  test("what is written is read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (value) =>
        assert.equal(parseInstant(formatInstant(value)), value),
      ),
    );
  });
});
