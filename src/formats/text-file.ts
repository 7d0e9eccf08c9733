/**
 * The text of a shard's surviving documents: UTF-8 end to end without framing. The row table that stands beside it (column-file.ts) holds each
 * document's byte position and length. Written once by the shard's task, read in another order when the corpus is written.
 */
import { AtomicFile, type WrittenFile } from './atomic-file.js';
import { PositionedFile } from './positioned-file.js';

export class TextWriter {
  readonly #file: AtomicFile;

  /** Throws OutputError, as all methods do. Memory: 1 MiB. */
  constructor(path: string) {
    this.#file = AtomicFile.create(path);
  }

  /** Byte position of the next document. */
  get bytes(): number {
    return this.#file.bytes;
  }

  /** Appends one document and returns its byte position. */
  append(text: Uint8Array): number {
    const position = this.#file.bytes;
    this.#file.write(text);
    return position;
  }

  commit(): WrittenFile {
    return this.#file.commit();
  }

  /** Does nothing after a commit. */
  abort(): void {
    this.#file.abort();
  }
}

/** Documents closer than this are read by one call: a call costs about as much as copying so many bytes. */
const GAP_BYTES = 32 << 10;
/** A run of neighbours is no longer than this, unless it is one document. */
const RUN_BYTES = 4 << 20;

export class TextReader {
  readonly #file: PositionedFile;
  #buffer = new Uint8Array(64 << 10);

  /** Throws ShardError, as all methods do. */
  constructor(path: string) {
    this.#file = new PositionedFile(path);
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  /** One document; a view that is valid until the next call. Memory: the longest document read, which is checked against the file's size. */
  read(position: number, length: number): Uint8Array {
    if (length > this.#buffer.length) {
      if (position + length > this.#file.bytes) return this.#file.read(position, length); // throws, and says where
      this.#buffer = new Uint8Array(Math.min(this.#file.bytes, length * 2));
    }
    const view = this.#buffer.subarray(0, length);
    this.#file.readInto(position, view);
    return view;
  }

  /**
   * Many documents, the i-th copied to byte `at[i]` of `into`; read in the order of the file, neighbours together. They may be so many that an object each would
   * take more than their texts. Memory: 4 bytes a document, and 4 MiB or one longer text.
   */
  copyAll(positions: ArrayLike<number>, lengths: ArrayLike<number>, into: Uint8Array, at: ArrayLike<number>): void {
    for (const { bytes, start, documents } of this.#runs(positions, lengths)) {
      for (const i of documents) {
        const from = positions[i]! - start;
        into.set(bytes.subarray(from, from + lengths[i]!), at[i]!);
      }
    }
  }

  /** Stretches of the file that hold the documents, each with the numbers of those in it. */
  *#runs(positions: ArrayLike<number>, lengths: ArrayLike<number>): Generator<{ readonly bytes: Uint8Array; readonly start: number; readonly documents: Uint32Array }> {
    const order = Uint32Array.from({ length: positions.length }, (_, i) => i).sort((a, b) => positions[a]! - positions[b]! || a - b);
    for (let first = 0; first < order.length;) {
      const start = positions[order[first]!]!;
      let end = start + lengths[order[first]!]!;
      let next = first + 1;
      for (; next < order.length; next++) {
        const position = positions[order[next]!]!;
        const reach = Math.max(end, position + lengths[order[next]!]!);
        if (position - end > GAP_BYTES || reach - start > RUN_BYTES) break;
        end = reach;
      }
      yield { bytes: this.#file.read(start, end - start), start, documents: order.subarray(first, next) };
      first = next;
    }
  }

  close(): void {
    this.#file.close();
  }
}
