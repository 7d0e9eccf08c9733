/**
 * The documents of one source that reached the end of its stages, with what decisions by the whole source go by: streamed from the `kept` files as often
 * as asked. Memory: one block of columns.
 */
import { columnOf, utf8At } from '../core/document-batch.js';
import type { ColumnBlock } from '../formats/column-reader.js';
import { unpackSurvivorRecord } from '../formats/survivor-record.js';
import { TextReader } from '../formats/text-file.js';
import { drawOf, snippet, type RejectSample } from './reject-sample.js';
import type { Run } from './run.js';
import type { Survivors } from './survivors.js';

/** One object is filled again and again: it is valid until the next. */
export interface ScoredDocument {
  /** Place among the source's documents. */
  at: number;
  score: number;
  low: number;
  high: number;
  tokens: number;
}

export class ScoredDocuments {
  readonly source: string;
  readonly count: number;
  readonly #run: Run;
  readonly #survivors: Survivors;
  /** Where `all` is, for what a reject shows. */
  #block: ColumnBlock | undefined;
  #shard = 0;
  #inBlock = 0;

  constructor(run: Run, survivors: Survivors, source: string) {
    this.source = source;
    this.#run = run;
    this.#survivors = survivors;
    this.count = shardsOf(run, source).reduce((sum, shard) => sum + survivors.firstRows[shard + 1]! - survivors.firstRows[shard]!, 0);
  }

  sum(weightOf: (document: ScoredDocument) => number): number {
    let sum = 0;
    for (const document of this.all()) sum += weightOf(document);
    return sum;
  }

  *all(): Generator<ScoredDocument> {
    const document: ScoredDocument = { at: 0, score: 0, low: 0, high: 0, tokens: 0 };
    let at = 0;
    for (const shard of shardsOf(this.#run, this.source)) {
      if (this.#survivors.firstRows[shard] === this.#survivors.firstRows[shard + 1]) continue;
      this.#shard = shard;
      for (const block of this.#survivors.keptFile(shard).blocks({ columns: ['id', 'key', 'quality', 'tokens', 'recordAt', 'recordBytes'] })) {
        this.#block = block;
        const key = columnOf(block, 'key', 'hash64').values;
        const score = columnOf(block, 'quality', 'float32').values;
        const tokens = columnOf(block, 'tokens', 'uint32').values;
        for (let i = 0; i < block.length; i++) {
          this.#inBlock = i;
          document.at = at++;
          document.score = Math.min(1, Math.max(0, score[i]!)); // the engine's own probabilities pass 1 by 1e-5
          document.low = key[2 * i]!;
          document.high = key[2 * i + 1]!;
          document.tokens = tokens[i]!;
          yield document;
        }
      }
    }
  }

  /** Takes part with the document that `all` has just given. */
  sampleReject(sample: RejectSample, { score, low, high }: ScoredDocument, stage: string, reason: string): void {
    const draw = drawOf(low, high);
    if (!sample.wants({ stage, reason }, draw)) return;
    const block = this.#block!; // `all` is in a block
    const bytes = columnOf(block, 'recordBytes', 'uint32').values[this.#inBlock]!;
    const store = new TextReader(this.#run.outputPath(this.#run.completed('curate', this.#shard), 'text'));
    try {
      const { url, text } = unpackSurvivorRecord(store.read(columnOf(block, 'recordAt', 'float64').values[this.#inBlock]!, bytes));
      sample.add({
        stage, reason, draw, id: utf8At(columnOf(block, 'id', 'utf8'), this.#inBlock), url: new TextDecoder().decode(url), bytes: text.length, measured: { quality: score },
        text: snippet(text),
      });
    } finally {
      store.close();
    }
  }
}

/** Ranks of a source's shards. */
export const shardsOf = (run: Run, source: string): number[] => run.plan.shards.flatMap((shard, rank) => (shard.source === source ? [rank] : []));
