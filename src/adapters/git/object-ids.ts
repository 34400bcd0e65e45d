import { Buffer } from "node:buffer";
import { hash } from "node:crypto";

/**
 * Id of the blob with this content, as git-hash-object(1) computes it without filters. `like` is any id of the same
 * repository: its length says whether the repository uses SHA-1 or SHA-256.
 */
export function blobId(content: Buffer | string, like: string): string {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const header = Buffer.from(`blob ${String(bytes.length)}\0`, "latin1");
  return hash(like.length === 64 ? "sha256" : "sha1", Buffer.concat([header, bytes]), "hex");
}
