import { Buffer } from "node:buffer";

/** One `old new ref` line of a push (gitprotocol-pack(5), "Reference Update Request"). */
export interface PushCommand {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

export interface PushCommands {
  readonly commands: readonly PushCommand[];
  readonly capabilities: readonly string[];
}

/** The flush packet (gitprotocol-common(5), "pkt-line Format"). */
export const flushPacket: Buffer = Buffer.from("0000");

/** A packet: four hexadecimal digits of its whole length, then the content. */
export function packet(content: Buffer | string): Buffer {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
}

/** Reads the commands at the start of a push, up to the flush packet; null when the body is something else. */
export function parsePush(body: Buffer): PushCommands | null {
  const commands: PushCommand[] = [];
  let capabilities: readonly string[] = [];
  let offset = 0;
  for (;;) {
    const length = Number.parseInt(body.toString("latin1", offset, offset + 4), 16);
    if (length === 0) return { commands, capabilities };
    if (!(length > 4) || offset + length > body.length) return null;
    const [line = "", extra] = body.toString("utf8", offset + 4, offset + length).split("\0");
    if (extra !== undefined) capabilities = extra.trim().split(" ");
    const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) (\S+)\n?$/.exec(line) ?? [];
    if (before === undefined || after === undefined || ref === undefined) return null;
    commands.push({ before, after, ref });
    offset += length;
  }
}

/**
 * The answer to a push of which nothing was done: each ref with the reason, and a message that git shows after `remote:`
 * (gitprotocol-pack(5), "Report Status"; side band 1 carries the report, 2 the message).
 */
export function refusedPush(push: PushCommands, refusals: ReadonlyMap<string, string>, message: string): Buffer {
  const lines = push.commands.map(
    (command) => `ng ${command.ref} ${refusals.get(command.ref) ?? "pre-receive hook declined"}\n`,
  );
  const report = Buffer.concat([packet("unpack ok\n"), ...lines.map(packet), flushPacket]);
  if (!push.capabilities.includes("side-band-64k")) return report;
  const band = (channel: number, content: Buffer | string): Buffer =>
    packet(Buffer.concat([Buffer.from([channel]), Buffer.from(content)]));
  return Buffer.concat([band(2, `${message}\n`), band(1, report), flushPacket]);
}
