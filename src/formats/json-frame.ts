/**
 * A JSON record without one of its strings: what stands in front of it and behind it, so that the record can be written again with another text and every
 * other field byte for byte as it was (numbers that no double holds, repeated keys, the order of keys).
 */
import { skipBlanks } from './json-syntax.js';

/** Between both parts: no byte of a JSON text. */
const BETWEEN = 0x00;
const QUOTE = 0x22;

/** The frame of the string between `from`, its opening quote, and `to`, behind its closing one: the record's bytes before it, a zero byte, bytes behind it without blanks at the end. */
export function frameOf(json: Uint8Array, start: number, from: number, to: number, end: number): Uint8Array {
  let last = end;
  while (last > to && skipBlanks(json, last - 1, last) === last) last--;
  const frame = new Uint8Array(from - start + 1 + last - to);
  frame.set(json.subarray(start, from));
  frame[from - start] = BETWEEN;
  frame.set(json.subarray(to, last), from - start + 1);
  return frame;
}

/** Both parts of a frame: views. */
export function frameParts(frame: Uint8Array): { readonly head: Uint8Array; readonly tail: Uint8Array } {
  const at = frame.indexOf(BETWEEN);
  return { head: frame.subarray(0, at), tail: frame.subarray(at + 1) };
}

/** The record with an empty string in the place of the text. */
export function frameWithoutText(frame: Uint8Array): Uint8Array {
  const { head, tail } = frameParts(frame);
  const record = new Uint8Array(head.length + 2 + tail.length);
  record.set(head);
  record.fill(QUOTE, head.length, head.length + 2);
  record.set(tail, head.length + 2);
  return record;
}
