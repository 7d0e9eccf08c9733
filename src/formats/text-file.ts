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
   * Many documents in the order asked for, read in the order of the file, neighbours together. The texts belong to the caller. Memory: at most
   * twice the lengths together, and 4 MiB or one longer text.
   */
  readAll(positions: ArrayLike<number>, lengths: ArrayLike<number>): Uint8Array[] {
    const order = Array.from({ length: positions.length }, (_, i) => i);
    order.sort((a, b) => positions[a]! - positions[b]! || a - b);
    const texts = new Array<Uint8Array>(positions.length);
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
      const run = this.#file.read(start, end - start);
      const wanted = order.slice(first, next).reduce((sum, i) => sum + lengths[i]!, 0);
      for (; first < next; first++) {
        const at = positions[order[first]!]! - start;
        const text = run.subarray(at, at + lengths[order[first]!]!);
        texts[order[first]!] = 2 * wanted < run.length ? text.slice() : text; // a view of a run keeps all of it, gaps included
      }
    }
    return texts;
  }

  close(): void {
    this.#file.close();
  }
}
