/**
 * Phase `size`, one task: what each source has to give once filters and deduplication are done, which is what budgets are planned from. Sums columns,
 * never reads text. No output but the sums. Memory: one block of columns.
 */
import { addAmount } from '../../core/ledger.js';
import { noSize, type SizedAmount } from '../../mixture/realised.js';
import type { MixtureUnit } from '../../mixture/unit.js';
import { Candidates } from '../candidates.js';
import { expectCut, expectRemoved } from '../conservation.js';
import { mixtureUnit } from '../document-sizes.js';
import type { Phase } from '../run.js';
import { tasksOf } from '../tasks.js';

/** What a source has, counted, and how much that is in the mixture's unit. */
export interface AvailableAmount extends SizedAmount {
  /** Where tokens were counted in a sample: what counting them all would come to, with 95 % confidence. */
  interval?: { readonly low: number; readonly high: number };
}

/** How sizes came about. */
export interface Counted {
  /** `columns`: known of every document without counting. `bytes-per-token`: estimated with the ratio that the recipe gives for the source. */
  readonly by: 'columns' | 'bytes-per-token';
}

export interface SizeResult {
  readonly unit: MixtureUnit;
  readonly counted: Counted;
  /** One entry a source of the recipe; zeros for those that are only compared with. */
  readonly available: Readonly<Record<string, AvailableAmount>>;
}

export const size: Phase<SizeResult> = {
  name: 'size',

  inputs(run) {
    const { sources, dedup } = run.plan.recipe;
    return {
      unit: mixtureUnit(run.plan), sources: Object.keys(sources), against: dedup?.against ?? [], curated: run.checksums('curate', ['kept']),
      removals: run.checksums('remove', ['removals']), cuts: run.checksums('cut', ['cuts']), decided: run.checksums('decide', ['kept']),
    };
  },

  async execute(run) {
    if (tasksOf(run.plan, 'remove') > 0) expectRemoved(run);
    if (tasksOf(run.plan, 'cut') > 0) expectCut(run);
    const unit = mixtureUnit(run.plan);
    const available = Object.fromEntries(Object.keys(run.plan.recipe.sources).map((source): [string, AvailableAmount] => [source, noSize()]));
    const documents = new Candidates(run);
    try {
      for (const document of documents.all(() => true)) {
        const sum = available[document.source]!; // of the same recipe
        addAmount(sum, { documents: 1, bytes: document.bytes, tokens: document.tokens });
        sum.size += document.size;
      }
    } finally {
      documents.close();
    }
    return { outputs: {}, result: { unit, counted: { by: unit === 'tokens' ? 'bytes-per-token' : 'columns' }, available } };
  },
};
