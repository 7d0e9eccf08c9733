/**
 * What documents share beside whole texts: addresses, lengths, paragraphs. Records [key, row] arrive sorted by all their words, so equal keys stand
 * together and a group is never held: only its sums are, and of all groups the largest few.
 */

/** [hash high, hash low, row] */
export const URL_TALLY_WORDS = 3;
/** [bytes of the document, row] */
export const LENGTH_TALLY_WORDS = 2;
/** [hash high, hash low, bytes of the paragraph, row] */
export const PARAGRAPH_TALLY_WORDS = 4;

/** The records of one key. */
export interface TallyGroup {
  readonly key: readonly number[];
  /** The smallest row that has the key. */
  readonly row: number;
  /** Rows, each once. */
  readonly documents: number;
  readonly records: number;
}

/** The groups of sorted records of so many words, one after another. Memory: one record. Throws where records are not sorted by key and row: a bug of the exchange. */
export function* tallyGroups(chunks: Iterable<Uint32Array>, words: number): Generator<TallyGroup> {
  const keyWords = words - 1;
  let group: { key: number[]; row: number; documents: number; records: number } | undefined;
  let lastRow = 0;
  for (const records of chunks) {
    for (let at = 0; at < records.length; at += words) {
      const row = records[at + keyWords]!;
      const order = group === undefined ? 1 : compareKey(records, at, group.key);
      if (order < 0 || (order === 0 && row < lastRow)) throw new Error(`record of row ${row} after one of row ${lastRow}: not sorted`);
      if (group !== undefined && order === 0) {
        group.records += 1;
        if (row !== lastRow) group.documents += 1;
      } else {
        if (group !== undefined) yield group;
        group = { key: Array.from(records.subarray(at, at + keyWords)), row, documents: 1, records: 1 };
      }
      lastRow = row;
    }
  }
  if (group !== undefined) yield group;
}

function compareKey(records: Uint32Array, at: number, key: readonly number[]): number {
  for (let word = 0; word < key.length; word++) {
    const difference = records[at + word]! - key[word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** How many of the most common keys are shown. */
export const MOST_SHOWN = 20;

/** The order in which groups are shown: most documents first, then by the first row, then by key. Total over groups of different keys. */
export function compareGroups(a: TallyGroup, b: TallyGroup): number {
  if (a.documents !== b.documents) return b.documents - a.documents;
  if (a.row !== b.row) return a.row - b.row;
  for (let word = 0; word < a.key.length; word++) {
    if (a.key[word] !== b.key[word]) return a.key[word]! - b.key[word]!;
  }
  return 0;
}

/** The first `MOST_SHOWN` in an order, of any number that are offered in any order. */
export class FirstFew<Value> {
  readonly #compare: (a: Value, b: Value) => number;
  readonly #values: Value[] = [];

  constructor(compare: (a: Value, b: Value) => number) {
    this.#compare = compare;
  }

  offer(value: Value): void {
    const values = this.#values;
    if (values.length === MOST_SHOWN && this.#compare(values[MOST_SHOWN - 1]!, value) <= 0) return; // nearly always
    let at = values.length;
    while (at > 0 && this.#compare(value, values[at - 1]!) < 0) at--;
    values.splice(at, 0, value);
    if (values.length > MOST_SHOWN) values.pop();
  }

  /** In order. */
  take(): readonly Value[] {
    return this.#values;
  }
}

export interface RepeatTally {
  /** Records of all keys, those beyond the first of each key that several documents have, and the bytes of these. */
  readonly records: number;
  readonly repeated: number;
  readonly repeatedBytes: number;
  /** Keys of several documents. */
  readonly largest: readonly TallyGroup[];
}

/** What recurs in one partition. `bytesOf` is what the text of a key takes, where that is wanted. */
export function tallyRepeats(chunks: Iterable<Uint32Array>, words: number, bytesOf: (key: readonly number[]) => number = () => 0): RepeatTally {
  const largest = new FirstFew(compareGroups);
  const sums = { records: 0, repeated: 0, repeatedBytes: 0 };
  for (const group of tallyGroups(chunks, words)) {
    sums.records += group.records;
    if (group.documents < 2) continue;
    sums.repeated += group.records - 1;
    sums.repeatedBytes += (group.records - 1) * bytesOf(group.key);
    largest.offer(group);
  }
  return { ...sums, largest: largest.take() };
}

/** The tallies of partitions, which share no key, as one. */
export function addRepeats(parts: readonly RepeatTally[]): RepeatTally {
  const largest = new FirstFew(compareGroups);
  const sums = { records: 0, repeated: 0, repeatedBytes: 0 };
  for (const part of parts) {
    for (const key of ['records', 'repeated', 'repeatedBytes'] as const) sums[key] += part[key];
    for (const group of part.largest) largest.offer(group);
  }
  return { ...sums, largest: largest.take() };
}
