/**
 * Phase `compare` of an audit by sample, a task per shard: reads the shard once more and compares each of its documents with the drawn ones (drawn-set.ts)
 * that it shares a band or its text with. Outputs: `found`, [drawn document, what, how many documents of the shard], where `what` is a similarity in
 * ten-thousandths, EQUAL_TEXT or SAME_URL; `paragraphs`, [paragraph of a drawn document, documents, occurrences]. Nothing of the other documents is kept, so disk
 * and memory grow with the draw. Memory: a batch, the drawn ones with their tables, and sets of shingles. A document costs at most one comparison of
 * signatures for each drawn one; texts are compared at most 64 times for a drawn document and shard, the rest by the signatures' estimate.
 */
import { columnOf, documentBytes, utf8Bytes, type DocumentBatch } from '../../core/document-batch.js';
import { exactJaccard } from '../../dedup/exact-jaccard.js';
import { urlHash } from '../../dedup/normal-url.js';
import { eachParagraph } from '../../dedup/paragraph-lines.js';
import { leastEstimate } from '../../dedup/resolve.js';
import { estimateJaccard } from '../../dedup/similarity.js';
import { AtomicFile, type WrittenFile } from '../../formats/atomic-file.js';
import type { Signatures } from '../../kernels/kernels.js';
import { bandKey, drawnLookup, drawnParagraphs, type DrawnLookup, type DrawnParagraphs } from '../drawn-lookup.js';
import { DrawnSet } from '../drawn-set.js';
import { readOptions } from '../read-options.js';
import type { MinhashRecipe } from '../recipe.js';
import type { Phase, PhaseOutput, Run } from '../run.js';
import { signatureParameters } from '../signature-layout.js';
import { sourceOf } from '../source-of.js';
import { kernelsOf } from '../stage-context.js';

export interface CompareResult {
  readonly documents: number;
  /** Of all documents. */
  readonly paragraphs: number;
}

export const FOUND_WORDS = 3;
/** Similarities are counted in so many steps from 0 to 1. */
export const SIMILARITY_STEPS = 10_000;
export const EQUAL_TEXT = SIMILARITY_STEPS + 1;
export const SAME_URL = SIMILARITY_STEPS + 2;
const KINDS = 2 ** 14;
const MOST_TEXTS = 64;

export const compare: Phase<CompareResult> = {
  name: 'compare',

  inputs(run, rank) {
    const { recipe, shards, levels } = run.plan;
    const { source, name, identity } = shards[rank]!; // rank < tasksOf
    const format = readOptions(recipe.sources[source]!.read); // shards are made from sources
    return { source, name, identity, format, sample: run.plan.sample, minhash: recipe.dedup!.minhash, least: levels[0], drawn: run.checksums('curate', ['drawn']) };
  },

  async execute(run, rank) {
    const work = new Comparison(run, rank);
    const { shards, recipe } = run.plan;
    const shard = shards[rank]!;
    try {
      for await (const item of sourceOf(recipe.sources[shard.source]!.read).read(shard)) if (item.kind === 'documents') work.add(item.batch);
      return work.commit();
    } finally {
      work.close();
    }
  },
};

interface Drawn {
  readonly set: DrawnSet;
  readonly lookup: DrawnLookup;
  readonly paragraphs: DrawnParagraphs;
}

/** Loaded once for all tasks that a worker has of the phase. */
const loaded = new WeakMap<Run, Drawn>();

function drawnOf(run: Run, bands: number, { shingle }: MinhashRecipe): Drawn {
  let drawn = loaded.get(run);
  if (drawn === undefined) {
    const set = new DrawnSet(run);
    try {
      drawn = { set, lookup: drawnLookup(set, bands, shingle), paragraphs: drawnParagraphs(set) };
    } finally {
      set.close();
    }
    loaded.set(run, drawn);
  }
  return drawn;
}

/** A document of the batch, a drawn one, and the estimate of their similarity. */
interface Pair {
  readonly row: number;
  readonly drawn: number;
  readonly estimate: number;
}

class Comparison {
  readonly #run: Run;
  readonly #rank: number;
  readonly #minhash: MinhashRecipe;
  readonly #drawn: Drawn;
  /** Least similarity that counts, and least estimate of it. */
  readonly #level: number;
  readonly #least: number;
  /** Of each drawn one: the last document compared with it, and how often texts were compared. */
  readonly #seen: Uint32Array;
  readonly #texts: Uint8Array;
  /** By drawn document x KINDS + what. */
  readonly #found = new Map<number, number>();
  /** Of each paragraph: documents, occurrences, and the last document that had it. */
  readonly #paragraphs: { readonly documents: Uint32Array; readonly records: Uint32Array; readonly last: Uint32Array };
  readonly #shingles = new Map<number, BigUint64Array>();
  #shingleBytes = 0;
  #documents = 0;
  #allParagraphs = 0;

  constructor(run: Run, rank: number) {
    this.#run = run;
    this.#rank = rank;
    this.#minhash = run.plan.recipe.dedup!.minhash!; // an audit's recipe has both
    const { bands, rows, verify } = this.#minhash;
    this.#drawn = drawnOf(run, bands, this.#minhash);
    this.#level = run.plan.levels[0]!; // there is one at least
    this.#least = leastEstimate(this.#level, bands * rows, verify);
    this.#seen = new Uint32Array(this.#drawn.set.length);
    this.#texts = new Uint8Array(this.#drawn.set.length);
    const paragraphs = this.#drawn.paragraphs.bytes.length;
    this.#paragraphs = { documents: new Uint32Array(paragraphs), records: new Uint32Array(paragraphs), last: new Uint32Array(paragraphs) };
  }

  add(batch: DocumentBatch): void {
    if (batch.length === 0) return;
    const rows = Uint32Array.from({ length: batch.length }, (_, row) => row);
    const signatures = kernelsOf(this.#run).signatures(batch, rows, signatureParameters(this.#run.plan.recipe.dedup!));
    const urls = columnOf(batch, 'url', 'utf8');
    const pairs: Pair[] = [];
    for (const row of rows) {
      this.#addEqual(signatures, row);
      this.#addUrl(urlHash(utf8Bytes(urls, row)));
      this.#addParagraphs(documentBytes(batch, row));
      if (signatures.units[row]! >= this.#minhash.shingle.length) this.#addPairs(signatures, row, pairs);
      this.#documents += 1;
    }
    this.#verify(batch, pairs);
    this.#run.progress.add(batch.length, batch.offsets[batch.length]!);
  }

  /** Whether the document at hand is the drawn one itself. */
  #isSelf(i: number): boolean {
    return this.#drawn.set.shard[i] === this.#rank && this.#drawn.set.number[i] === this.#documents;
  }

  #count(i: number, what: number): void {
    const key = i * KINDS + what;
    this.#found.set(key, (this.#found.get(key) ?? 0) + 1);
  }

  #addEqual({ exact }: Signatures, row: number): void {
    const { set, lookup: { texts } } = this.#drawn;
    for (let i = texts.find(exact[4 * row]!, exact[4 * row + 1]!); i >= 0; i = texts.before(i)) {
      if (set.exact[4 * i + 2] !== exact[4 * row + 2] || set.exact[4 * i + 3] !== exact[4 * row + 3]) continue;
      this.#seen[i] = this.#documents + 1;
      if (!this.#isSelf(i)) this.#count(i, EQUAL_TEXT);
    }
  }

  #addUrl(hash: Uint32Array): void {
    if (hash[0] === 0 && hash[1] === 0) return;
    const { urls } = this.#drawn.lookup;
    for (let i = urls.find(hash[0]!, hash[1]!); i >= 0; i = urls.before(i)) if (!this.#isSelf(i)) this.#count(i, SAME_URL);
  }

  #addParagraphs(text: Uint8Array): void {
    const { documents, records, last } = this.#paragraphs;
    const { keys } = this.#drawn.paragraphs;
    eachParagraph(text, (_start, _end, high, low) => {
      this.#allParagraphs += 1;
      const paragraph = keys.find(low, high);
      if (paragraph < 0) return;
      records[paragraph]! += 1;
      if (last[paragraph] !== this.#documents + 1) documents[paragraph]! += 1;
      last[paragraph] = this.#documents + 1;
    });
  }

  #addPairs({ bandHashes, minima }: Signatures, row: number, pairs: Pair[]): void {
    const { set, lookup } = this.#drawn;
    const { bands, rows } = this.#minhash;
    const permutations = bands * rows;
    for (let band = 0; band < bands; band++) {
      const at = 2 * (bands * row + band);
      for (let entry = lookup.bands.find(bandKey(bandHashes[at]!, band), bandHashes[at + 1]!); entry >= 0; entry = lookup.bands.before(entry)) {
        const i = Math.floor(entry / bands);
        if (this.#seen[i] === this.#documents + 1) continue; // compared, or equal
        this.#seen[i] = this.#documents + 1;
        const estimate = estimateJaccard(minima, permutations * row, set.minima, permutations * i, permutations);
        if (estimate >= this.#least) pairs.push({ row, drawn: i, estimate });
      }
    }
  }

  /** By the sets of shingles, those of the batch made at once, as the kernels hold one batch at a time. */
  #verify(batch: DocumentBatch, pairs: readonly Pair[]): void {
    const exact = pairs.filter(({ drawn: i }) => this.#minhash.verify === 'exact' && this.#texts[i]! < MOST_TEXTS && (this.#texts[i]! += 1) > 0);
    const compared = new Set(exact);
    for (const pair of pairs) if (!compared.has(pair)) this.#countSimilar(pair.drawn, pair.estimate);
    if (exact.length === 0) return;
    const rows = Uint32Array.from([...new Set(exact.map(({ row }) => row))]);
    const { offsets, hashes } = kernelsOf(this.#run).shingleSets(batch, rows, this.#minhash.shingle);
    const at = new Map(Array.from(rows, (row, position) => [row, position]));
    for (const { row, drawn: i } of exact) {
      const position = at.get(row)!; // among the rows above
      this.#countSimilar(i, exactJaccard(hashes.subarray(offsets[position], offsets[position + 1]), this.#shinglesOf(i)));
    }
  }

  #countSimilar(i: number, jaccard: number): void {
    if (jaccard >= this.#level) this.#count(i, Math.floor(jaccard * SIMILARITY_STEPS + 1e-9));
  }

  #shinglesOf(i: number): BigUint64Array {
    let set = this.#shingles.get(i);
    if (set === undefined) {
      const { text } = this.#drawn.set.recordOf(i);
      set = kernelsOf(this.#run).shingleSets({ length: 1, text, offsets: Uint32Array.of(0, text.length), columns: new Map() }, Uint32Array.of(0), this.#minhash.shingle).hashes;
      if (this.#shingleBytes > this.#run.memory.cache) {
        this.#shingles.clear();
        this.#shingleBytes = 0;
      }
      this.#shingles.set(i, set);
      this.#shingleBytes += set.byteLength;
    }
    return set;
  }

  commit(): PhaseOutput<CompareResult> {
    const { documents, records } = this.#paragraphs;
    const found = [...this.#found].sort(([a], [b]) => a - b).flatMap(([key, count]) => [Math.floor(key / KINDS), key % KINDS, count]);
    const paragraphs = Array.from(documents.keys()).filter((p) => documents[p]! > 0).flatMap((p) => [p, documents[p]!, records[p]!]);
    return {
      outputs: { found: this.#write('found', found), paragraphs: this.#write('paragraphs', paragraphs) },
      result: { documents: this.#documents, paragraphs: this.#allParagraphs },
    };
  }

  close(): void {
    this.#drawn.set.close();
  }

  #write(role: string, words: readonly number[]): WrittenFile {
    const file = AtomicFile.create(this.#run.workPath('compare', this.#rank, role));
    try {
      file.write(new Uint8Array(Uint32Array.from(words).buffer));
      return file.commit();
    } finally {
      file.abort();
    }
  }
}
