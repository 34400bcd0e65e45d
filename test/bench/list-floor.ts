import { type BenchCluster, rawClient } from "./bench-cluster.ts";

interface Page {
  readonly items?: readonly unknown[];
  readonly metadata?: { readonly continue?: string };
}

export interface FloorRead {
  /** Of the answers, after decompression. */
  readonly bytes: number;
  readonly objects: number;
}

/** The bare minimum of a capture: the same LISTs, all at once and page by page, and `JSON.parse`. */
export async function readFloor(cluster: BenchCluster, paths: readonly string[]): Promise<FloorRead> {
  const ask = rawClient(cluster);
  const reads = await Promise.all(
    paths.map(async (path) => {
      let [bytes, objects] = [0, 0];
      let next = "";
      do {
        const { text } = await ask("GET", next === "" ? path : `${path}&continue=${encodeURIComponent(next)}`);
        const page = JSON.parse(text) as Page;
        bytes += Buffer.byteLength(text);
        objects += page.items?.length ?? 0;
        next = page.metadata?.continue ?? "";
      } while (next !== "");
      return { bytes, objects };
    }),
  );
  return {
    bytes: reads.reduce((sum, read) => sum + read.bytes, 0),
    objects: reads.reduce((sum, read) => sum + read.objects, 0),
  };
}

/** First pages of lists among the paths that were asked for. */
export function listPaths(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.filter((path) => path.includes("limit=") && !path.includes("continue=")))];
}
