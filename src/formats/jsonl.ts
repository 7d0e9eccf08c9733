/**
 * Parses JSONL (one JSON object a line, UTF-8) out of byte runs, as they come: documents for a batch builder, and faults for lines that are
 * none. Lines may run over gzip members. Of a line interrupted by damage only a whole object counts: no proper part of an
 * object's line is an object, so nothing half is taken for whole.
 */
import { Buffer } from 'node:buffer';
import type { Fault } from '../core/stage.js';
import type { FoundDocument } from './batch-builder.js';
import { ByteWindow } from './byte-window.js';
import { jsonFrame } from './json-frame.js';
import { type ByteRun, PlaceFinder } from './record-place.js';
import { repairUtf8 } from './utf8-repair.js';
import { isBlank } from './white-space.js';

/** The reasons of faults in JSONL files; all are losses. `no-text`: the field is absent or null. */
export const JSONL_REASONS = ['invalid-json', 'not-an-object', 'no-text', 'text-not-string', 'oversize-line'] as const;

/** Which fields hold what; a path goes into objects, its parts joined by dots (`meta.url`). */
export interface JsonlFields {
  readonly text: string;
  readonly id: string;
  readonly url: string;
  /** Whether the text is every string at `text` and below it, a STRING_END between them; an empty path is the whole record. Default: the one string there. */
  readonly strings?: boolean | undefined;
  /** Whether documents bring the rest of their record (json-frame.ts). */
  readonly frames?: boolean | undefined;
  /** Fields that documents bring along, as a JSON object with these names. Default: none. */
  readonly metadata?: readonly string[] | undefined;
}

/** U+001E, information separator two. */
export const STRING_END = 0x1e;

export interface JsonlSink {
  add(found: FoundDocument): void;
  fault(fault: Fault): void;
}

const LF = 0x0a;

/** Push runs as they come, `break` where continuity ends, `end` at the end. Memory: one line of `maxLineBytes`, parsed, and one run. */
export class JsonlParser {
  readonly #sink: JsonlSink;
  readonly #paths: { readonly text: readonly string[]; readonly id: readonly string[]; readonly url: readonly string[] };
  readonly #names: JsonlFields;
  readonly #maxLineBytes: number;
  readonly #window = new ByteWindow();
  readonly #places = new PlaceFinder();
  /** Stream position of the first byte of the window. */
  #position = 0;
  /** Bytes of the window known to hold no line end. */
  #searched = 0;
  /** Bytes already dropped of a line that is too long; 0 where the line is not. */
  #dropped = 0;

  constructor(sink: JsonlSink, fields: JsonlFields, maxLineBytes: number) {
    this.#sink = sink;
    this.#names = fields;
    this.#paths = { text: fields.text === '' ? [] : fields.text.split('.'), id: fields.id.split('.'), url: fields.url.split('.') };
    this.#maxLineBytes = maxLineBytes;
  }

  push(run: ByteRun): void {
    this.#window.append(run.bytes);
    this.#places.push(run);
    const window = this.#window;
    for (;;) {
      const from = window.start + this.#searched;
      const found = window.bytes.indexOf(LF, from);
      if (found < 0 || found >= window.end) break;
      this.#line(found - window.start, false);
      this.#consume(found + 1 - window.start);
    }
    this.#searched = window.length;
    if (window.length > this.#maxLineBytes || this.#dropped > 0) this.#dropPart();
  }

  /** The stream is interrupted: what is left of a line is lost with what was damaged, whose fault speaks for it. */
  break(): void {
    this.#finish(true);
  }

  /** The file ends here; its last line may lack a line end. */
  end(): void {
    this.#finish(false);
  }

  #finish(interrupted: boolean): void {
    if (this.#window.length > 0 || this.#dropped > 0) this.#line(this.#window.length, interrupted);
    this.#consume(this.#window.length);
  }

  #dropPart(): void {
    if (this.#dropped === 0) this.#places.find(this.#position);
    this.#dropped += this.#window.length;
    const length = this.#window.length;
    this.#window.consume(length);
    this.#position += length;
    this.#searched = 0;
  }

  #consume(bytes: number): void {
    this.#window.consume(bytes);
    this.#position += bytes;
    this.#searched = 0;
  }

  /** Takes the line of so many bytes at the front of the window. */
  #line(length: number, interrupted: boolean): void {
    const bytes = this.#dropped + length;
    if (this.#dropped === 0) this.#places.find(this.#position);
    this.#dropped = 0;
    if (bytes > this.#maxLineBytes) return this.#fault('oversize-line', bytes, `found a line of ${bytes} bytes, expected at most ${this.#maxLineBytes}`);
    const { bytes: all, start } = this.#window;
    const line = repairUtf8(all.subarray(start, start + length)); // a byte order mark, too, is no part of the JSON
    if (isBlank(line.text)) return;
    const json = Buffer.from(line.text.buffer, line.text.byteOffset, line.text.length).toString('utf8');
    const value = parse(json);
    if (interrupted && value === undefined) return;
    if (value === undefined) return this.#fault('invalid-json', bytes, `found a line of ${bytes} bytes that is not JSON, expected an object`);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.#fault('not-an-object', bytes, `found ${kindOf(value)}, expected an object`);
    }
    const found = valueAt(value, this.#paths.text);
    const text = this.#names.strings === true ? stringsOf(found) : found;
    if (text === undefined || text === null) return this.#fault('no-text', bytes, `found no ${this.#names.text === '' ? 'string in the record' : `"${this.#names.text}"`}, expected a string`);
    if (typeof text !== 'string') return this.#fault('text-not-string', bytes, `found ${kindOf(text)} as "${this.#names.text}", expected a string`);
    const { offset, inner } = this.#places;
    if (line.repaired || (json.includes('\\u') && LONE_SURROGATE.test(text))) {
      const detail = line.repaired ? 'found bytes that are not UTF-8, replaced by U+FFFD' : 'found half of a surrogate pair, replaced by U+FFFD';
      this.#sink.fault({ reason: 'invalid-utf8', offset, inner, bytes: 0, lost: false, detail });
    }
    const id = valueAt(value, this.#paths.id);
    const url = valueAt(value, this.#paths.url);
    this.#sink.add({
      id: typeof id === 'string' ? id : typeof id === 'number' ? String(id) : '',
      url: typeof url === 'string' ? url : '',
      date: '',
      declaredLanguage: '',
      offset,
      inner,
      ...(this.#names.metadata === undefined ? {} : { metadata: metadataOf(value, this.#names.metadata) }),
      ...(this.#names.frames === true ? { frame: jsonFrame(line.text, this.#paths.text) } : {}),
      text: Buffer.from(text, 'utf8'), // writes U+FFFD for half a surrogate pair
    });
  }

  #fault(reason: string, bytes: number, detail: string): void {
    this.#sink.fault({ reason, offset: this.#places.offset, inner: this.#places.inner, bytes, lost: true, detail });
  }
}

/** Every string of a value, in its order; undefined where there is none. Names of members are not among them. */
function stringsOf(value: unknown): string | undefined {
  const strings: string[] = [];
  const open = [value];
  while (open.length > 0) { // nested without recursion: JSON.parse takes any depth
    const one = open.pop();
    if (typeof one === 'string') strings.push(one);
    else if (typeof one === 'object' && one !== null) for (const part of Object.values(one).reverse()) open.push(part);
  }
  return strings.length === 0 ? undefined : strings.join(String.fromCharCode(STRING_END));
}

/** With the u flag only halves without their other half match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The value, or undefined where the line is not JSON (JSON has no undefined). */
function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** What stands at a path into objects; undefined where nothing does. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part]; // an object that has the property was just found
  }
  return at;
}

/** A JSON object of the fields that a record has, under the names that they were asked for by; empty where it has none. */
function metadataOf(value: object, names: readonly string[]): Uint8Array {
  const found = names.map((name) => [name, valueAt(value, name.split('.'))] as const).filter(([, one]) => one !== undefined);
  return Buffer.from(found.length === 0 ? '' : JSON.stringify(Object.fromEntries(found)), 'utf8');
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
