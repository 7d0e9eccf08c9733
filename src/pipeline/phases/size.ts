/**
 * Phase `size`, one task: what each source has to give once filters and deduplication are done, which is what budgets are planned from. Sums columns,
 * never reads text. No output but the sums. Memory: one block of columns.
 */
import { addAmount, noAmount, type Amount } from '../../core/ledger.js';
import { Candidates } from '../candidates.js';
import { expectCut, expectRemoved } from '../conservation.js';
import type { Phase } from '../run.js';
import { tasksOf } from '../tasks.js';

export interface SizeResult {
  /** One entry a source of the recipe; zeros for those that are only compared with. */
  readonly available: Readonly<Record<string, Amount>>;
}

export const size: Phase<SizeResult> = {
  name: 'size',

  inputs(run) {
    const { sources, dedup } = run.plan.recipe;
    return {
      sources: Object.keys(sources), against: dedup?.against ?? [], curated: run.checksums('curate', ['kept']), removals: run.checksums('remove', ['removals']),
      cuts: run.checksums('cut', ['cuts']), decided: run.checksums('decide', ['kept']),
    };
  },

  async execute(run) {
    if (tasksOf(run.plan, 'remove') > 0) expectRemoved(run);
    if (tasksOf(run.plan, 'cut') > 0) expectCut(run);
    const available = Object.fromEntries(Object.keys(run.plan.recipe.sources).map((source) => [source, noAmount()]));
    const documents = new Candidates(run);
    try {
      for (const { source, bytes, tokens } of documents.all(() => true)) addAmount(available[source]!, { documents: 1, bytes, tokens }); // of the same recipe
    } finally {
      documents.close();
    }
    return { outputs: {}, result: { available } };
  },
};
