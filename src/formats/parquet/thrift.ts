/**
 * Reads Thrift's compact protocol, which Parquet's footer and page headers are in, by visiting: nothing is built but what a visitor keeps, no length is
 * believed before the bytes are there, and nesting is bounded. https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { ParquetDamage } from './damage.js';

/** The types of fields that Parquet's structures have. */
export const THRIFT = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 } as const;

const MOST_DEPTH = 32;

/** The bytes end inside a structure: more of them may help. */
export class ThriftEnd extends ParquetDamage {}

export class ThriftReader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #depth = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  /** Calls `visit` for each field of the struct at hand; what it does not read (and says so by false) is passed over. */
  struct(visit: (id: number, type: number) => boolean): void {
    this.#descend();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) break;
      const type = head & 15;
      id = head >>> 4 === 0 ? this.#zigzag() : id + (head >>> 4);
      if (!visit(id, type)) this.skip(type);
    }
    this.#depth--;
  }

  /** Calls `visit` for each element of a list of the type. */
  list(type: number, elements: number, visit: () => void): void {
    expectType(type, THRIFT.list);
    const { size, elementType } = this.#listHead();
    if (size > 0) expectType(elementType, elements);
    for (let i = 0; i < size; i++) visit();
  }

  /** A whole number of any width; ParquetDamage beyond 2^53, which no count or size of a file is. */
  int(type: number): number {
    if (type < THRIFT.i16 || type > THRIFT.i64) throw new ParquetDamage(`found a field of type ${type}, expected a whole number`);
    return this.#zigzag();
  }

  bool(type: number): boolean {
    if (type !== THRIFT.true && type !== THRIFT.false) throw new ParquetDamage(`found a field of type ${type}, expected true or false`);
    return type === THRIFT.true;
  }

  text(type: number): string {
    expectType(type, THRIFT.binary);
    const start = this.#take(this.#varint());
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes.subarray(start, this.at));
  }

  skip(type: number): void {
    switch (type) {
      case THRIFT.true: case THRIFT.false: return;
      case THRIFT.byte: this.#take(1); return;
      case THRIFT.i16: case THRIFT.i32: case THRIFT.i64: this.#skipVarint(); return;
      case THRIFT.double: this.#take(8); return;
      case THRIFT.binary: this.#take(this.#varint()); return;
      case THRIFT.list: return this.#skipList();
      case THRIFT.struct: return this.struct(() => false);
      default: throw new ParquetDamage(`found a field of type ${type}, expected one that Parquet has`);
    }
  }

  #skipList(): void {
    this.#descend();
    const { size, elementType } = this.#listHead();
    for (let i = 0; i < size; i++) {
      if (elementType <= THRIFT.false) this.#take(1); // in a list, unlike in a struct, a boolean has a byte
      else this.skip(elementType);
    }
    this.#depth--;
  }

  #listHead(): { readonly size: number; readonly elementType: number } {
    const head = this.#byte();
    const size = head >>> 4 === 15 ? this.#varint() : head >>> 4;
    if (size > this.#end - this.at) throw new ThriftEnd(`found a list of ${size} in ${this.#end - this.at} bytes, expected a byte for each`);
    return { size, elementType: head & 15 };
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (value > Number.MAX_SAFE_INTEGER) throw new ParquetDamage('found a number beyond 2^53, expected a count or a size');
      if (byte < 128) return value;
      if (factor > 2 ** 63) throw new ParquetDamage('found a number without an end, expected at most 10 bytes');
    }
  }

  #skipVarint(): void {
    for (let i = 0; i < 10; i++) if (this.#byte() < 128) return;
    throw new ParquetDamage('found a number without an end, expected at most 10 bytes');
  }

  #byte(): number {
    if (this.at >= this.#end) throw new ThriftEnd('found the end inside a structure, expected its fields');
    return this.#bytes[this.at++]!; // below the end
  }

  /** Passes over so many bytes; gives where they begin. */
  #take(bytes: number): number {
    if (bytes > this.#end - this.at) throw new ThriftEnd(`found ${this.#end - this.at} bytes, expected ${bytes} of a field`);
    this.at += bytes;
    return this.at - bytes;
  }

  #descend(): void {
    if (++this.#depth > MOST_DEPTH) throw new ParquetDamage(`found structures nested deeper than ${MOST_DEPTH}`);
  }
}

function expectType(found: number, expected: number): void {
  if (found !== expected) throw new ParquetDamage(`found a field of type ${found}, expected type ${expected}`);
}
