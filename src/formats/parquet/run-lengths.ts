/**
 * Parquet's mix of run lengths and packed bits, value by value: definition and repetition levels, indexes into dictionaries, booleans. Nothing is expanded
 * ahead, so a run of a billion costs a few bytes. https://github.com/apache/parquet-format/blob/master/Encodings.md (RLE / BIT_PACKED hybrid)
 */
import { ParquetDamage } from './damage.js';

export class RunLengths {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #width: number;
  #at: number;
  /** Of the run at hand: values left, and either the value or where the packed bits go on. */
  #left = 0;
  #value = 0;
  #packed = false;
  #bit = 0;

  /** `width`: bits of a value, 0 to 32. */
  constructor(bytes: Uint8Array, start: number, end: number, width: number) {
    if (width > 32) throw new ParquetDamage(`found values of ${width} bits, expected at most 32`);
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#width = width;
  }

  next(): number {
    if (this.#width === 0) return 0;
    while (this.#left === 0) this.#nextRun();
    this.#left--;
    return this.#packed ? this.#nextPacked() : this.#value;
  }

  #nextRun(): void {
    if (this.#packed) this.#at = Math.min(this.#end, this.#at + ((this.#bit + 7) >>> 3)); // whole bytes: a run is a multiple of 8 values
    let head = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      head += (byte & 127) * factor;
      if (byte < 128) break;
      if (factor > 2 ** 28) throw new ParquetDamage('found a run without an end to its length');
    }
    this.#packed = head % 2 === 1;
    if (this.#packed) {
      this.#left = ((head - 1) / 2) * 8;
      this.#bit = 0;
      return;
    }
    this.#left = head / 2;
    this.#value = 0;
    for (let i = 0; i < this.#width; i += 8) this.#value += this.#byte() * 2 ** i;
  }

  #nextPacked(): number {
    let value = 0;
    for (let got = 0; got < this.#width; ) {
      const at = this.#at + (this.#bit >>> 3);
      if (at >= this.#end) throw new ParquetDamage('found the end inside packed bits');
      const from = this.#bit & 7;
      const taken = Math.min(8 - from, this.#width - got);
      value += ((this.#bytes[at]! >>> from) & ((1 << taken) - 1)) * 2 ** got; // before the end
      got += taken;
      this.#bit += taken;
    }
    if (this.#bit >= 1 << 30) { // before it leaves the numbers that shifts understand
      this.#at += this.#bit >>> 3;
      this.#bit &= 7;
    }
    return value;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new ParquetDamage('found the end, expected another run');
    return this.#bytes[this.#at++]!; // before the end
  }
}
