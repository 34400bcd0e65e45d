import { counted } from "../../core/model/counted.ts";
import type { PlaneReport } from "../../sandbox/portworx/loss-report.ts";

/** What the volumes counted, one line each, then what must never happen. */
export function describePlane(report: PlaneReport): string {
  const rows = report.volumes.map((volume) => [
    volume.claim,
    String(volume.acknowledged),
    ...Object.values(volume.sides).map((side) => `${String(side.lost)}${side.current ? "" : " *"}`),
    String(volume.refused),
    String(volume.blocked),
  ]);
  const domains = Object.keys(report.volumes[0]?.sides ?? {});
  const head = [
    "CLAIM",
    "ACKNOWLEDGED",
    ...domains.map((domain) => `MISSING IN ${domain.toUpperCase()}`),
    "REFUSED",
    "BLOCKED",
  ];
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, "* not part of the current replica set", worstNews(report)].join("\n");
}

/** The two numbers that must be zero whatever happens. */
export function worstNews(report: PlaneReport): string {
  const lost = report.volumes.reduce((sum, volume) => sum + volume.lostEverywhere, 0);
  return `Lost everywhere: ${counted(lost, "acknowledged write")}. Split brain: ${counted(report.splitBrain.length, "volume")}.`;
}
