/**
 * A JSON record without one of its strings: what stands in front of it and behind it, so that the record can be written again with another text and every
 * other field byte for byte as it was (numbers that no double holds, repeated keys, the order of keys). RFC 8259; the record must have been parsed before.
 */
import { Buffer } from 'node:buffer';

/** Between both parts: no byte of a JSON text. */
const BETWEEN = 0x00;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The frame of the string at `path` in a valid JSON object: bytes before its opening quote, a zero byte, bytes behind its closing one. */
export function jsonFrame(json: Uint8Array, path: readonly string[]): Uint8Array {
  const { start, end } = spanAt(json, skipBlanks(json, 0), path);
  const last = endOfText(json);
  const frame = new Uint8Array(start + 1 + last - end);
  frame.set(json.subarray(0, start));
  frame[start] = BETWEEN;
  frame.set(json.subarray(end, last), start + 1);
  return frame;
}

/** Both parts of a frame: views. */
export function frameParts(frame: Uint8Array): { readonly head: Uint8Array; readonly tail: Uint8Array } {
  const at = frame.indexOf(BETWEEN);
  return { head: frame.subarray(0, at), tail: frame.subarray(at + 1) };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Of the members with the name asked for the last counts, as JSON.parse has it. */
function spanAt(json: Uint8Array, object: number, [name, ...rest]: readonly string[]): Span {
  let found: Span | undefined;
  let at = skipBlanks(json, object + 1); // behind {
  while (json[at] === QUOTE) {
    const key = { start: at, end: endOfString(json, at) };
    const value = skipBlanks(json, skipBlanks(json, key.end) + 1); // behind the colon
    const end = endOfValue(json, value);
    if (nameOf(json, key) === name) found = { start: value, end };
    at = skipBlanks(json, end);
    if (json[at] === 0x2c) at = skipBlanks(json, at + 1);
  }
  if (found === undefined) throw new Error(`JSON record: found no member ${name ?? ''}, which was found when it was parsed`);
  return rest.length === 0 ? found : spanAt(json, found.start, rest);
}

function nameOf(json: Uint8Array, { start, end }: Span): string {
  const text = Buffer.from(json.buffer, json.byteOffset + start, end - start).toString('utf8');
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1); // a JSON string is a string
}

/** Behind the closing quote of the string that begins at `at`. */
function endOfString(json: Uint8Array, at: number): number {
  for (let i = at + 1; ; i++) {
    const quote = json.indexOf(QUOTE, i);
    let escapes = 0;
    while (json[quote - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return quote + 1;
    i = quote;
  }
}

/** Behind the value that begins at `at`. */
function endOfValue(json: Uint8Array, at: number): number {
  let depth = 0;
  for (let i = at; ; ) {
    const byte = json[i]!;
    if (byte === QUOTE) i = endOfString(json, i);
    else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      i++;
      continue;
    } else if (depth > 0 && (byte === 0x7d || byte === 0x5d)) {
      depth--;
      i++;
    } else if (depth > 0) {
      i++;
      continue;
    } else {
      while (i < json.length && json[i] !== 0x2c && json[i] !== 0x7d && json[i] !== 0x5d && !isBlank(json[i]!)) i++; // a number, true, false or null
    }
    if (depth === 0) return i;
  }
}

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

function skipBlanks(json: Uint8Array, at: number): number {
  let i = at;
  while (i < json.length && isBlank(json[i]!)) i++;
  return i;
}

function endOfText(json: Uint8Array): number {
  let end = json.length;
  while (end > 0 && isBlank(json[end - 1]!)) end--;
  return end;
}
