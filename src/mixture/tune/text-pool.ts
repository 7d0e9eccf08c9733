/** Documents that tuning works with: a bounded piece of a source's text, in memory, end to end. */

export interface TextPool {
  readonly text: Uint8Array;
  /** Document i is bytes [offsets[i], offsets[i + 1]) of the text. */
  readonly offsets: Uint32Array;
  /** Two words a document, low first: the key that its choices are made by. */
  readonly keys: Uint32Array;
}

export interface PooledDocument {
  readonly text: Uint8Array;
  readonly low: number;
  readonly high: number;
}

export const documentsOf = (pool: TextPool): number => pool.offsets.length - 1;

/** A view of document i. */
export const textAt = ({ text, offsets }: TextPool, i: number): Uint8Array => text.subarray(offsets[i], offsets[i + 1]);

export function poolOf(documents: readonly PooledDocument[]): TextPool {
  const offsets = new Uint32Array(documents.length + 1);
  documents.forEach(({ text }, i) => { offsets[i + 1] = offsets[i]! + text.length; });
  const text = new Uint8Array(offsets[documents.length]!); // the last offset
  documents.forEach((document, i) => text.set(document.text, offsets[i]));
  return { text, offsets, keys: Uint32Array.from(documents.flatMap(({ low, high }) => [low, high])) };
}
