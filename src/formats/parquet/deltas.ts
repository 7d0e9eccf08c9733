/** Parquet's DELTA_BINARY_PACKED integers, value by value. https://github.com/apache/parquet-format/blob/master/Encodings.md */
import { ParquetDamage } from './damage.js';

const MOST_BLOCK_VALUES = 1 << 20;

export class Deltas {
  /** Values in all, as the header says. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #bits: number;
  readonly #blockMiniblocks: number;
  readonly #miniblockValues: number;
  readonly #first: number;
  #at: number;
  #given = 0;
  #value: bigint;
  #least = 0n;
  /** Of the block at hand: where its widths stand, which miniblock is next, and of the miniblock: values left, width, bit. */
  #widths = 0;
  #miniblock: number;
  #left = 0;
  #width = 0;
  #bit = 0;

  /** `bits` of a value, 32 or 64: sums wrap there. */
  constructor(bytes: Uint8Array, start: number, end: number, bits: 32 | 64) {
    this.#bytes = bytes;
    this.#end = end;
    this.#bits = bits;
    this.#at = start;
    const block = Number(this.#varint());
    this.#blockMiniblocks = Number(this.#varint());
    this.count = Number(this.#varint());
    this.#value = this.#zigzag();
    this.#first = this.#at;
    this.#miniblockValues = block / this.#blockMiniblocks;
    this.#miniblock = this.#blockMiniblocks;
    if (block < 8 || block > MOST_BLOCK_VALUES || !Number.isInteger(this.#miniblockValues) || this.#miniblockValues % 8 !== 0) {
      throw new ParquetDamage(`found blocks of ${block} values in ${this.#blockMiniblocks} parts, expected parts of a multiple of 8`);
    }
  }

  next(): bigint {
    if (this.#given >= this.count) throw new ParquetDamage(`found ${this.count} deltas, expected more`);
    if (this.#given++ === 0) return this.#value;
    while (this.#left === 0) this.#nextMiniblock();
    this.#left--;
    this.#value = BigInt.asIntN(this.#bits, this.#value + this.#least + this.#delta());
    return this.#value;
  }

  /** Behind the last value; moves nothing. */
  end(): number {
    const at = this.#at;
    this.#at = this.#first;
    for (let left = this.count - 1; left > 0; ) {
      this.#varint();
      const widths = this.#at;
      this.#at += this.#blockMiniblocks;
      for (let i = 0; i < this.#blockMiniblocks && left > 0; i++) {
        this.#at += (this.#widthAt(widths + i) * this.#miniblockValues) / 8;
        left -= this.#miniblockValues;
      }
    }
    const end = this.#at;
    this.#at = at;
    if (end > this.#end) throw new ParquetDamage('found the end inside deltas');
    return end;
  }

  #nextMiniblock(): void {
    this.#at += (this.#bit + 7) >>> 3;
    this.#bit = 0;
    if (this.#miniblock === this.#blockMiniblocks) {
      this.#least = this.#zigzag();
      this.#widths = this.#at;
      this.#at += this.#blockMiniblocks;
      this.#miniblock = 0;
    }
    this.#width = this.#widthAt(this.#widths + this.#miniblock++);
    this.#left = this.#miniblockValues;
  }

  #widthAt(at: number): number {
    const width = at < this.#end ? this.#bytes[at]! : 255; // before the end
    if (width > 64) throw new ParquetDamage(at < this.#end ? `found deltas of ${width} bits, expected at most 64` : 'found the end inside deltas');
    return width;
  }

  #delta(): bigint {
    let value = 0n;
    for (let got = 0; got < this.#width; ) {
      const at = this.#at + (this.#bit >>> 3);
      if (at >= this.#end) throw new ParquetDamage('found the end inside deltas');
      const from = this.#bit & 7;
      const taken = Math.min(8 - from, this.#width - got);
      value |= BigInt((this.#bytes[at]! >>> from) & ((1 << taken) - 1)) << BigInt(got); // before the end
      got += taken;
      this.#bit += taken;
    }
    return value;
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.#at >= this.#end) throw new ParquetDamage('found the end inside deltas');
      const byte = this.#bytes[this.#at++]!; // before the end
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new ParquetDamage('found a number without an end, expected at most 10 bytes');
  }
}
