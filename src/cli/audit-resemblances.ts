/** How many documents resemble each drawn one, by source, from the files of phase `compare`. Memory: 24 bytes for each similarity that a drawn document has. */
import { PositionedFile } from '../formats/positioned-file.js';
import type { DrawnSet } from '../pipeline/drawn-set.js';
import { EQUAL_TEXT, FOUND_WORDS, SAME_URL, SIMILARITY_STEPS } from '../pipeline/phases/compare.js';
import type { Run } from '../pipeline/run.js';

/** Similarities of one drawn document that are handed on: with so many others its share is within a thousandth of 1. */
const MOST_SIMILARITIES = 1000;

interface Found {
  /** In steps, or one of the codes of phase `compare`. */
  readonly what: number;
  readonly source: number;
  readonly count: number;
}

/** A similarity from which documents resemble each other, or equality of their texts or addresses. Equal texts resemble each other at every level. */
export type Resemblance = number | 'equal' | 'url';

export class Resemblances {
  readonly drawn: number;
  readonly sources: readonly string[];
  readonly #sourceOf: Uint16Array;
  readonly #found: readonly Found[][];
  readonly #paragraphs = new Map<number, { documents: number; records: number }>();

  constructor(run: Run, set: DrawnSet, sources: readonly string[]) {
    const sourceOfShard = run.plan.shards.map(({ source }) => sources.indexOf(source));
    this.drawn = set.length;
    this.sources = sources;
    this.#sourceOf = Uint16Array.from(set.shard, (shard) => sourceOfShard[shard]!);
    this.#found = Array.from({ length: set.length }, () => []);
    for (const [rank, source] of sourceOfShard.entries()) {
      const completion = run.completion('compare', rank);
      if (completion === undefined) continue; // the shard failed, and is listed as such at the end
      const found = wordsOf(run.outputPath(completion, 'found'));
      for (let at = 0; at < found.length; at += FOUND_WORDS) this.#found[found[at]!]!.push({ what: found[at + 1]!, source, count: found[at + 2]! });
      const paragraphs = wordsOf(run.outputPath(completion, 'paragraphs'));
      for (let at = 0; at < paragraphs.length; at += FOUND_WORDS) this.#addParagraph(paragraphs[at]!, paragraphs[at + 1]!, paragraphs[at + 2]!);
    }
    for (const found of this.#found) found.sort((a, b) => b.what - a.what || a.source - b.source);
  }

  /** Index into `sources`. */
  sourceOf(i: number): number {
    return this.#sourceOf[i]!;
  }

  /** Other documents that resemble a drawn one. */
  count(i: number, level: Resemblance): number {
    return this.#at(i, level).reduce((sum, { count }) => sum + count, 0);
  }

  /** The same, by source. */
  bySource(i: number, level: Resemblance): number[] {
    const counts = this.sources.map(() => 0);
    for (const { source, count } of this.#at(i, level)) counts[source]! += count;
    return counts;
  }

  /** Similarities of those documents, the largest first, 1 for equal texts; at most `MOST_SIMILARITIES`. */
  similarities(i: number, level: number): number[] {
    const similarities: number[] = [];
    for (const { what, count } of this.#at(i, level)) {
      for (let n = 0; n < count && similarities.length < MOST_SIMILARITIES; n++) similarities.push(what === EQUAL_TEXT ? 1 : Math.max(level, what / SIMILARITY_STEPS));
    }
    return similarities;
  }

  /** Of a drawn document's paragraph: documents that have it, and how often it occurs in them. */
  paragraph(p: number): { readonly documents: number; readonly records: number } {
    return this.#paragraphs.get(p) ?? { documents: 0, records: 0 };
  }

  #at(i: number, level: Resemblance): readonly Found[] {
    const found = this.#found[i]!; // below `drawn`
    if (level === 'equal') return found.filter(({ what }) => what === EQUAL_TEXT);
    if (level === 'url') return found.filter(({ what }) => what === SAME_URL);
    const least = Math.floor(level * SIMILARITY_STEPS + 1e-9);
    return found.filter(({ what }) => what >= least && what !== SAME_URL);
  }

  #addParagraph(p: number, documents: number, records: number): void {
    const before = this.#paragraphs.get(p) ?? { documents: 0, records: 0 };
    this.#paragraphs.set(p, { documents: before.documents + documents, records: before.records + records });
  }
}

function wordsOf(path: string): Uint32Array {
  const file = new PositionedFile(path);
  try {
    return new Uint32Array(file.read(0, file.bytes).buffer);
  } finally {
    file.close();
  }
}
