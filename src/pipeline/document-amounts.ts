/** What the documents of a batch count for in ledgers: bytes of text and estimated tokens, which change when a modifier gives one new text. */
import type { DocumentBatch } from '../core/document-batch.js';
import type { Amount } from '../core/ledger.js';

/** Tokens of a document with text, estimated. */
export const tokensOf = (bytes: number, bytesPerToken: number): number => Math.max(1, Math.round(bytes / bytesPerToken));

export class DocumentAmounts {
  readonly bytes: Uint32Array;
  readonly tokens: Uint32Array;
  readonly #bytesPerToken: number;
  readonly #amount: Amount = { documents: 1, bytes: 0, tokens: 0 };

  constructor(batch: DocumentBatch, bytesPerToken: number) {
    this.#bytesPerToken = bytesPerToken;
    this.bytes = new Uint32Array(batch.length);
    this.tokens = new Uint32Array(batch.length);
    for (let row = 0; row < batch.length; row++) this.resize(row, batch.offsets[row + 1]! - batch.offsets[row]!);
  }

  /** One object, filled for each call: valid until the next. */
  at(row: number): Amount {
    this.#amount.bytes = this.bytes[row]!;
    this.#amount.tokens = this.tokens[row]!;
    return this.#amount;
  }

  resize(row: number, bytes: number): void {
    this.bytes[row] = bytes;
    this.tokens[row] = tokensOf(bytes, this.#bytesPerToken);
  }
}
