import { badRequest } from "../api-error.ts";

/** One field as it is on the wire: a number, or a run of bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

const continuation = 0x80;
const maximumVarintBits = 70n;

interface Cursor {
  readonly bytes: Uint8Array;
  position: number;
}

function refusal(): Error {
  return badRequest("the body is not a well-formed protobuf message");
}

function readVarint(cursor: Cursor): bigint {
  let result = 0n;
  for (let shift = 0n; shift < maximumVarintBits; shift += 7n) {
    const byte = cursor.bytes[cursor.position];
    if (byte === undefined) throw refusal();
    cursor.position += 1;
    result |= BigInt(byte & (continuation - 1)) << shift;
    if (byte < continuation) return result;
  }
  throw refusal();
}

function readBytes(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.position + length;
  if (end > cursor.bytes.length) throw refusal();
  const value = cursor.bytes.subarray(cursor.position, end);
  cursor.position = end;
  return value;
}

function readValue(cursor: Cursor, wireType: number): bigint | Uint8Array {
  switch (wireType) {
    case 0:
      return readVarint(cursor);
    case 1:
      return readBytes(cursor, 8);
    case 2:
      return readBytes(cursor, Number(readVarint(cursor)));
    case 5:
      return readBytes(cursor, 4);
    default:
      throw refusal();
  }
}

/** The fields of a message in the order of the wire (protobuf encoding, version 2). */
export function readFields(bytes: Uint8Array): readonly WireField[] {
  const cursor: Cursor = { bytes, position: 0 };
  const fields: WireField[] = [];
  while (cursor.position < bytes.length) {
    const tag = Number(readVarint(cursor));
    fields.push({ number: tag >>> 3, value: readValue(cursor, tag & 7) });
  }
  return fields;
}

/** The last value of a field that holds bytes; empty when it is not there. */
export function bytesOf(fields: readonly WireField[], number: number): Uint8Array {
  const value = fields.findLast((field) => field.number === number)?.value;
  return value instanceof Uint8Array ? value : new Uint8Array();
}

/** The last value of a field that holds a signed number; 0 when it is not there. */
export function numberOf(fields: readonly WireField[], number: number): number {
  const value = fields.findLast((field) => field.number === number)?.value;
  return typeof value === "bigint" ? Number(BigInt.asIntN(64, value)) : 0;
}

export function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes);
}
