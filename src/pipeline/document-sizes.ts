/**
 * What a document counts for in a mixture: its size in the unit that budget and weights are given in. Ledgers go on in estimated tokens, whatever the unit:
 * what filters drop is never counted.
 */
import type { Amount } from '../core/ledger.js';
import { openColumnFile, type ColumnFile } from '../formats/column-reader.js';
import type { MixtureUnit } from '../mixture/unit.js';
import { countingOf } from './counting.js';
import { tokensOf } from './document-amounts.js';
import type { Plan } from './plan.js';
import type { Run } from './run.js';

/** Tokens where nothing is mixed: a source's share of the corpus is given in something. */
export const mixtureUnit = ({ recipe }: Pick<Plan, 'recipe'>): MixtureUnit => recipe.mixture?.unit ?? 'tokens';

/** Bytes a token, by source, as a sample of its documents came to; the other sources were counted whole. */
export type SampledRatios = Readonly<Record<string, number>>;

/** Sizes of a shard's documents, asked for in ascending order of rows. Memory: a block of columns. */
export class ShardSizes {
  readonly #unit: MixtureUnit;
  readonly #ratio: number | undefined;
  readonly #counted: ColumnFile | undefined;
  #next = 0;

  constructor(run: Run, rank: number, ratios: SampledRatios) {
    const { source } = run.plan.shards[rank]!; // a rank of the plan
    this.#unit = mixtureUnit(run.plan);
    this.#ratio = Object.hasOwn(ratios, source) ? ratios[source] : undefined;
    this.#counted = countingOf(run.plan.recipe) === undefined || this.#ratio !== undefined ? undefined : openCounted(run, rank);
  }

  /** Size of the document at a place of its shard, a whole number of at least 1. Each is asked for once. */
  at(place: number, { bytes, tokens }: Pick<Amount, 'bytes' | 'tokens'>): number {
    const file = this.#counted;
    if (file !== undefined) {
      const at = this.#next++;
      const found = at < file.rows ? [file.numberAt(at, 'place'), file.numberAt(at, 'bytes')] : [];
      if (found[0] !== place || found[1] !== bytes) {
        throw new Error(`phase count has a size for ${found.length === 0 ? 'nothing more' : `${found[1]} bytes at place ${found[0]}`}, expected one for ${bytes} bytes at place ${place}: it was of other documents`);
      }
      return file.numberAt(at, 'size');
    }
    if (this.#ratio !== undefined) return tokensOf(bytes, this.#ratio);
    switch (this.#unit) {
      case 'bytes': return bytes;
      case 'documents': return 1;
      default: return tokens; // words are counted
    }
  }

  /** Throws unless every size was asked for. */
  expectAllFound(): void {
    if (this.#counted !== undefined && this.#next !== this.#counted.rows) throw new Error(`found ${this.#next} of ${this.#counted.rows} counted documents of the shard`);
  }

  close(): void {
    this.#counted?.close();
  }
}

/** What phase `count` found of a shard. */
export const openCounted = (run: Run, rank: number): ColumnFile => openColumnFile(run.outputPath(run.completed('count', rank), 'sizes'));
