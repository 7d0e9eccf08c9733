/** Batches of texts that come one by one, for kernels. */
import type { DocumentBatch } from '../core/document-batch.js';

const BATCH_BYTES = 1 << 20;
const BATCH_ROWS = 1 << 14;

/** Memory: the texts added, once more when they are taken. */
export class TextBatch {
  #texts: Uint8Array[] = [];
  #bytes = 0;

  /** Keeps the text, which must not change. */
  add(text: Uint8Array): void {
    this.#texts.push(text);
    this.#bytes += text.length;
  }

  /** Whether there is a MiB of text, or as many texts as a batch may have. */
  get isFull(): boolean {
    return this.#bytes >= BATCH_BYTES || this.#texts.length >= BATCH_ROWS;
  }

  get length(): number {
    return this.#texts.length;
  }

  /** The texts added since, as a batch without columns. */
  take(): DocumentBatch {
    const text = new Uint8Array(this.#bytes);
    const offsets = new Uint32Array(this.#texts.length + 1);
    this.#texts.forEach((one, i) => {
      text.set(one, offsets[i]);
      offsets[i + 1] = offsets[i]! + one.length;
    });
    const batch: DocumentBatch = { length: this.#texts.length, text, offsets, columns: new Map() };
    this.#texts = [];
    this.#bytes = 0;
    return batch;
  }
}

/** All rows of a batch. */
export const allRows = ({ length }: Pick<DocumentBatch, 'length'>): Uint32Array => Uint32Array.from({ length }, (_, row) => row);
