/**
 * Finds the fields asked for in a JSON record, as spans of its bytes, in one pass that checks the whole record and builds nothing (json-syntax.ts). Fields are
 * named as json-path.ts says; of members of one name the last counts, with all that is in it, as JSON.parse has it.
 */
import { Buffer } from 'node:buffer';
import { BACKSLASH, CLOSE_OBJECT, COLON, COMMA, type JsonBytes, OPEN_OBJECT, QUOTE } from './json-bytes.js';
import type { JsonTexts, TakenText } from './json-string.js';
import { endOfString, endOfValue, NOT_JSON, skipBlanks } from './json-syntax.js';

/** A member that some field asks for. */
interface WantedMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Places for its value. */
  readonly places: number[];
  /** Places for its value and for all below it: what was found under an earlier member of the same name does not count. */
  readonly all: number[];
  /** Members wanted inside it; none: it is not entered. */
  readonly below: WantedMember[];
  /** What takes its text on the way, where it is a string. */
  text?: TakenText;
}

/**
 * Reused from record to record. A field with n dots has n + 1 places, one for each way to it: the member of the whole name first, the path through all its
 * parts last; the first that is filled is the field. Memory: two numbers a place.
 */
export class JsonFields {
  readonly #members: WantedMember[] = [];
  /** By field, its first place; one more at the end. */
  readonly #firstPlaces: number[] = [0];
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #texts: JsonTexts;
  readonly #taken: readonly TakenText[];

  /** `taken`: of the first fields, in their order; where they are strings, `texts` takes them while the record is checked. */
  constructor(names: readonly string[], texts: JsonTexts, taken: readonly TakenText[]) {
    this.#texts = texts;
    this.#taken = taken;
    names.forEach((name, field) => this.#addField(name, taken[field]));
    const places = this.#firstPlaces.at(-1)!; // the 0 above at least
    this.#starts = new Int32Array(places);
    this.#ends = new Int32Array(places);
  }

  #addField(name: string, text: TakenText | undefined): void {
    let place = this.#firstPlaces.at(-1)!; // as above
    const path: WantedMember[] = [];
    let members = this.#members;
    for (let rest = name; ; ) {
      const whole = wanted(members, rest);
      whole.places.push(place);
      if (text !== undefined) whole.text ??= text;
      for (const member of [...path, whole]) member.all.push(place);
      place++;
      const dot = rest.indexOf('.');
      if (dot < 0) break;
      const part = wanted(members, rest.slice(0, dot));
      path.push(part);
      members = part.below;
      rest = rest.slice(dot + 1);
    }
    this.#firstPlaces.push(place);
  }

  /** Reads the object that is the text between two positions; false where it is not JSON. Text and numbers of earlier records are forgotten. */
  read(json: JsonBytes, start: number, end: number): boolean {
    this.#starts.fill(-1);
    this.#texts.clear();
    for (const taken of this.#taken) taken.quote = -1;
    const behind = this.#object(json, start + 1, end, this.#members);
    return behind >= 0 && skipBlanks(json.bytes, behind, end) === end;
  }

  /** Where the value of a field begins in the record last read, or -1 where it has none. */
  start(field: number): number {
    return this.#found(field, this.#starts);
  }

  /** Where the value of a field ends. */
  end(field: number): number {
    return this.#found(field, this.#ends);
  }

  #found(field: number, positions: Int32Array): number {
    for (let place = this.#firstPlaces[field]!; place < this.#firstPlaces[field + 1]!; place++) if (this.#starts[place]! >= 0) return positions[place]!;
    return -1;
  }

  /** Behind the object whose brace stands before `at`. Goes into members that are asked for alone, so it calls itself no deeper than a field's name has parts. */
  #object(json: JsonBytes, at: number, end: number, members: readonly WantedMember[]): number {
    let i = skipBlanks(json.bytes, at, end);
    if (i < end && json.bytes[i] === CLOSE_OBJECT) return i + 1;
    for (;;) {
      if (i >= end || json.bytes[i] !== QUOTE) return NOT_JSON;
      const name = i + 1;
      i = endOfString(json, name, end);
      if (i < 0) return NOT_JSON;
      const member = memberOf(json, name, i - 1, members);
      i = skipBlanks(json.bytes, i, end);
      if (i >= end || json.bytes[i] !== COLON) return NOT_JSON;
      const value = skipBlanks(json.bytes, i + 1, end);
      i = member === undefined ? endOfValue(json, value, end) : this.#value(json, value, end, member);
      if (i < 0) return NOT_JSON;
      i = skipBlanks(json.bytes, i, end);
      if (i < end && json.bytes[i] === CLOSE_OBJECT) return i + 1;
      if (i >= end || json.bytes[i] !== COMMA) return NOT_JSON;
      i = skipBlanks(json.bytes, i + 1, end);
    }
  }

  /** Behind the value of a member that is asked for, whose place is kept. */
  #value(json: JsonBytes, start: number, end: number, member: WantedMember): number {
    for (const place of member.all) this.#starts[place] = -1;
    const first = start < end ? json.bytes[start] : 0;
    let behind: number;
    if (first === QUOTE && member.text !== undefined) behind = this.#texts.take(json, start, end, member.text);
    else if (first === OPEN_OBJECT && member.below.length > 0) behind = this.#object(json, start + 1, end, member.below);
    else behind = endOfValue(json, start, end);
    for (const place of member.places) {
      this.#starts[place] = start;
      this.#ends[place] = behind;
    }
    return behind;
  }
}

function wanted(members: WantedMember[], name: string): WantedMember {
  const known = members.find((member) => member.name === name);
  if (known !== undefined) return known;
  const made: WantedMember = { name, bytes: Buffer.from(name, 'utf8'), places: [], all: [], below: [] };
  members.push(made);
  return made;
}

/** The member asked for by the name between two positions, which is checked already. */
function memberOf(json: JsonBytes, start: number, end: number, members: readonly WantedMember[]): WantedMember | undefined {
  for (const member of members) if (isName(json, start, end, member.bytes)) return member;
  for (let i = start; i < end; i++) if (json.bytes[i] === BACKSLASH) return escapedMember(json, start, end, members);
  return undefined;
}

function isName(json: JsonBytes, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (json.bytes[start + i] !== name[i]) return false;
  return true;
}

/** The same for a name that has escapes in it. */
function escapedMember(json: JsonBytes, start: number, end: number, members: readonly WantedMember[]): WantedMember | undefined {
  const name = JSON.parse(Buffer.from(json.bytes.buffer, json.bytes.byteOffset + start - 1, end - start + 2).toString('utf8')) as string; // a checked JSON string
  return members.find((member) => member.name === name);
}
