/**
 * Which documents of a source are held out, to measure on, and which are trained on: whole documents, by their place in the order of a keyed hash, so that
 * shards, workers and copies have no say. Held out are the first, up to a fifth of the source; the documents behind them are for training.
 */

/** No more of a source is held out, neither of its documents nor of its bytes; one document is, however. */
const MOST_HELD_OUT = 1 / 5;
/** So many documents at least are wanted in the held-out text: one long document says little of its source. */
const WANTED_DOCUMENTS = 16;

export interface SplitLimits {
  /** Of the whole source. */
  readonly documents: number;
  readonly bytes: number;
  /** Bytes wanted of either kind. */
  readonly heldOut: number;
  readonly training: number;
}

/** Use: `place` all documents in the order of their hashes, until it says `full`. A source of one document has nothing to hold out. */
export class HoldOutSplit {
  readonly #limits: SplitLimits;
  #documents = 0;
  /** Held out: bytes, and bytes of which no document counts more than its part. */
  #heldOutBytes = 0;
  #wantedBytes = 0;
  #isHoldingOut = true;
  #trainingBytes = 0;
  #before: { readonly low: number; readonly high: number } | undefined;

  constructor(limits: SplitLimits) {
    this.#limits = limits;
  }

  /** Documents of one key (`low`, `high`), which are the same document, go to the same side; those that come behind one another do. */
  place(low: number, high: number, bytes: number): 'held-out' | 'training' | 'full' {
    const isSame = this.#before?.low === low && this.#before.high === high;
    this.#before = { low, high };
    if (this.#isHoldingOut && (isSame || this.#wantsMore(bytes))) {
      this.#documents += 1;
      this.#heldOutBytes += bytes;
      this.#wantedBytes += Math.min(bytes, this.#limits.heldOut / WANTED_DOCUMENTS);
      return 'held-out';
    }
    this.#isHoldingOut = false;
    if (this.#trainingBytes >= this.#limits.training) return 'full';
    this.#trainingBytes += bytes;
    return 'training';
  }

  #wantsMore(bytes: number): boolean {
    const { documents, bytes: all, heldOut } = this.#limits;
    if (this.#documents === 0) return documents > 1;
    return this.#wantedBytes < heldOut && this.#documents + 1 <= documents * MOST_HELD_OUT && this.#heldOutBytes + bytes <= all * MOST_HELD_OUT;
  }
}

/** How many of the first documents give `wanted` bytes when none gives more than its part of them. */
export function documentsWanted(lengths: readonly number[], wanted: number): number {
  let sum = 0;
  const at = lengths.findIndex((length) => (sum += Math.min(length, wanted / WANTED_DOCUMENTS)) >= wanted);
  return at < 0 ? lengths.length : at + 1;
}

/** The most bytes a document may give so that all together give at most `total`: documents that are shorter give all they have. A whole number. */
export function evenCap(lengths: readonly number[], total: number): number {
  let left = total;
  const sorted = [...lengths].sort((a, b) => a - b);
  for (const [i, length] of sorted.entries()) {
    const even = Math.floor(left / (sorted.length - i));
    if (length > even) return even;
    left -= length;
  }
  return sorted.at(-1) ?? 0;
}
