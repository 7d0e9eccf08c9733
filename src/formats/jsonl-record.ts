/**
 * Makes a document of one JSON record: finds its fields in the bytes (json-fields.ts), and takes only the strings that are asked for. What is none gives a
 * reason. Ids that are numbers stay as they are written, so that no digit of a large one is lost; so does metadata.
 */
import { Buffer } from 'node:buffer';
import { FoundSpans } from './found-document.js';
import { jsonBytes, type JsonBytes, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from './json-bytes.js';
import { JsonFields } from './json-fields.js';
import { frameOf } from './json-frame.js';
import { JsonTexts, noText } from './json-string.js';
import { allStrings } from './json-strings.js';
import { endOfValue, skipBlanks } from './json-syntax.js';

/** The reasons of faults in JSONL files; all are losses. `no-text`: the field is absent or null. */
export const JSONL_REASONS = ['invalid-json', 'not-an-object', 'no-text', 'text-not-string', 'oversize-line'] as const;

/** Which fields hold what, named as json-path.ts says. */
export interface JsonlFields {
  readonly text: string;
  readonly id: string;
  readonly url: string;
  /** Whether the text is every string at `text` and below it, a STRING_END between them; an empty name is the whole record. Default: the one string there. */
  readonly strings?: boolean | undefined;
  /** Whether documents bring the rest of their record (json-frame.ts). */
  readonly frames?: boolean | undefined;
  /** Fields that documents bring along, as a JSON object with these names. Default: none. */
  readonly metadata?: readonly string[] | undefined;
}

/** Why a record is no document. `detail`: what was found and expected. */
export interface NoDocument {
  readonly reason: (typeof JSONL_REASONS)[number];
  readonly detail: string;
}

/** With the u flag only halves without their other half match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

const TEXT = 0;
const ID = 1;
const URL = 2;
const FIRST_METADATA = 3;
const NOTHING = new Uint8Array(0);

/**
 * Reused from record to record: what the last one had is in its fields, valid until the next. Memory: twice the longest text, id, address and metadata so far,
 * of which each field that is asked for is no longer than the record.
 */
export class RecordReader {
  /** Text, id, address and metadata (a JSON object), in memory that is written again for the next record. */
  readonly found = new FoundSpans();
  /** Whether the text had half of a surrogate pair in it, for which U+FFFD stands. */
  halves = false;
  /** Memory of its own; empty where none was asked for. */
  frame: Uint8Array = NOTHING;
  readonly #options: JsonlFields;
  readonly #texts = new JsonTexts();
  readonly #taken = [noText(), noText(), noText()] as const; // of TEXT, ID and URL
  readonly #fields: JsonFields;
  readonly #names: readonly Uint8Array[];
  #json = jsonBytes(NOTHING);

  constructor(options: JsonlFields) {
    const metadata = [...new Set(options.metadata)];
    this.#options = options;
    this.#fields = new JsonFields([options.text, options.id, options.url, ...metadata], this.#texts, this.#taken);
    this.#names = metadata.map((name) => Buffer.from(`${JSON.stringify(name)}:`, 'utf8'));
    this.found.carries = options.metadata !== undefined;
    this.found.valid = true; // what is taken of UTF-8 is UTF-8
  }

  /** Reads the record between two positions, which is valid UTF-8 and takes so many bytes in its file; why it is no document, or undefined where it is one. */
  read(bytes: Uint8Array, start: number, end: number, stored: number): NoDocument | undefined {
    if (this.#json.bytes !== bytes) this.#json = jsonBytes(bytes); // many records are of one buffer
    const json = this.#json;
    const at = skipBlanks(bytes, start, end);
    if (at >= end || bytes[at] !== OPEN_OBJECT) return noObject(json, at, end, stored);
    const fields = this.#fields;
    if (!fields.read(json, at, end)) return notJson(stored);
    const whole = this.#options.strings === true && this.#options.text === '';
    const from = whole ? at : fields.start(TEXT);
    const to = whole ? end : fields.end(TEXT);
    const none = this.#options.strings === true ? this.#takeStrings(json, from, to) : this.#takeString(json, from);
    if (none !== undefined) return none;
    this.#takeName(ID, json);
    this.#takeName(URL, json);
    this.#takeMetadata(bytes);
    this.#place();
    if (this.#options.frames === true) this.frame = frameOf(bytes, start, from, to, end);
    return undefined;
  }

  #takeString(json: JsonBytes, from: number): NoDocument | undefined {
    const { text: name } = this.#options;
    if (from < 0 || kindOf(json, from) === 'null') return { reason: 'no-text', detail: `found no "${name}", expected a string` };
    if (json.bytes[from] !== QUOTE) return { reason: 'text-not-string', detail: `found ${kindOf(json, from)} as "${name}", expected a string` };
    this.#textAt(TEXT, json, from);
    this.halves = this.#taken[TEXT].halves;
    return undefined;
  }

  /** Makes sure of the text of a string: it was taken while its record was checked, or, where the field has several places, it is now. */
  #textAt(field: typeof TEXT | typeof ID | typeof URL, json: JsonBytes, quote: number): void {
    const taken = this.#taken[field];
    if (taken.quote !== quote) this.#texts.take(json, quote, json.bytes.length, taken);
  }

  /** Seldom asked for, and of small files: by parsing. */
  #takeStrings(json: JsonBytes, from: number, to: number): NoDocument | undefined {
    const { text: name } = this.#options;
    const text = from < 0 ? undefined : allStrings(JSON.parse(Buffer.from(json.bytes.subarray(from, to)).toString('utf8')));
    if (text === undefined) return { reason: 'no-text', detail: `found no ${name === '' ? 'string in the record' : `"${name}"`}, expected a string` };
    this.#texts.copy(Buffer.from(text, 'utf8'), this.#taken[TEXT]); // writes U+FFFD for half a surrogate pair
    this.halves = LONE_SURROGATE.test(text);
    return undefined;
  }

  /** A string, or for the id a number too; empty where there is another thing or nothing. */
  #takeName(field: typeof ID | typeof URL, json: JsonBytes): void {
    const start = this.#fields.start(field);
    if (start >= 0 && json.bytes[start] === QUOTE) return this.#textAt(field, json, start);
    const isNumber = field === ID && start >= 0 && kindOf(json, start) === 'a number';
    this.#texts.copy(isNumber ? json.bytes.subarray(start, this.#fields.end(field)) : NOTHING, this.#taken[field]);
  }

  #place(): void {
    const { found } = this;
    const [text, id, url] = this.#taken;
    found.bytes = this.#texts.bytes;
    found.textStart = text.start;
    found.textEnd = text.end;
    found.idStart = id.start;
    found.idEnd = id.end;
    found.urlStart = url.start;
    found.urlEnd = url.end;
  }

  /** A JSON object of the fields that are there, as they are written; nothing where none is. */
  #takeMetadata(json: Uint8Array): void {
    const [texts, fields] = [this.#texts, this.#fields];
    this.found.metadataStart = texts.used;
    for (let i = 0; i < this.#names.length; i++) {
      const start = fields.start(FIRST_METADATA + i);
      if (start < 0) continue;
      const name = this.#names[i]!; // i is below their number
      texts.append(texts.used === this.found.metadataStart ? OPEN : NEXT, 0, 1);
      texts.append(name, 0, name.length);
      texts.append(json, start, fields.end(FIRST_METADATA + i));
    }
    if (texts.used > this.found.metadataStart) texts.append(CLOSE, 0, 1);
    this.found.metadataEnd = texts.used;
  }
}

const OPEN = Buffer.from('{');
const NEXT = Buffer.from(',');
const CLOSE = Buffer.from('}');

const notJson = (stored: number): NoDocument => ({ reason: 'invalid-json', detail: `found a line of ${stored} bytes that is not JSON, expected an object` });

function noObject(json: JsonBytes, at: number, end: number, stored: number): NoDocument {
  const behind = endOfValue(json, at, end);
  if (behind < 0 || skipBlanks(json.bytes, behind, end) < end) return notJson(stored);
  return { reason: 'not-an-object', detail: `found ${kindOf(json, at)}, expected an object` };
}

/** Of a value that was checked, by its first byte. */
function kindOf({ bytes }: JsonBytes, at: number): string {
  switch (bytes[at]) {
    case 0x6e: return 'null';
    case OPEN_ARRAY: return 'an array';
    case OPEN_OBJECT: return 'an object';
    case QUOTE: return 'a string';
    case 0x74: case 0x66: return 'a boolean';
    default: return 'a number';
  }
}
