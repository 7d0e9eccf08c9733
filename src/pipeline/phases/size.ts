/**
 * Phase `size`, one task: what each source has to give once filters and deduplication are done, which is what budgets are planned from. Sums columns,
 * never reads text. No output but the sums. Memory: one block of columns.
 */
import { addAmount } from '../../core/ledger.js';
import type { Interval } from '../../mixture/ratio-estimate.js';
import { noSize, type SizedAmount } from '../../mixture/realised.js';
import type { MixtureUnit } from '../../mixture/unit.js';
import { Candidates } from '../candidates.js';
import { expectCounted, expectCleaned, expectCut, expectRemoved } from '../conservation.js';
import { counterIdentity } from '../counting.js';
import { mixtureUnit } from '../document-sizes.js';
import type { Phase } from '../run.js';
import { howCounted, sampledSources, type Counted, type SourceSample } from '../sampled-sizes.js';
import { tasksOf } from '../tasks.js';

/** What a source has, counted, and how much that is in the mixture's unit. */
export interface AvailableAmount extends SizedAmount {
  /** Where tokens were counted in a sample: the sample, and what counting them all would come to. */
  sampled?: SourceSample;
  interval?: Interval;
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
      unit: mixtureUnit(run.plan), counter: counterIdentity(run.plan), sources: Object.keys(sources), against: dedup?.against ?? [], curated: run.checksums('curate', ['kept']),
      removals: run.checksums('remove', ['removals']), cuts: run.checksums('cut', ['cuts']), cleaned: run.checksums('clean', ['cuts']), decided: run.checksums('decide', ['kept']), counts: run.checksums('count', ['sizes']),
    };
  },

  async execute(run) {
    if (tasksOf(run.plan, 'remove') > 0) expectRemoved(run);
    if (tasksOf(run.plan, 'cut') > 0) expectCut(run);
    if (tasksOf(run.plan, 'clean') > 0) expectCleaned(run);
    const samples = sampledSources(run);
    const available = Object.fromEntries(Object.keys(run.plan.recipe.sources).map((source): [string, AvailableAmount] => [source, noSize()]));
    const documents = new Candidates(run, Object.fromEntries(samples.map(({ source, sampled }) => [source, sampled.bytesPerToken])));
    try {
      for (const document of documents.all(() => true)) {
        const sum = available[document.source]!; // of the same recipe
        addAmount(sum, { documents: 1, bytes: document.bytes, tokens: document.tokens });
        sum.size += document.size;
      }
    } finally {
      documents.close();
    }
    if (tasksOf(run.plan, 'count') > 0) expectCounted(run, Object.values(available).reduce((sum, amount) => sum + amount.documents, 0));
    for (const { source, sampled, intervalOf } of samples) Object.assign(available[source]!, { sampled, interval: intervalOf(available[source]!) }); // of the same recipe
    return { outputs: {}, result: { unit: mixtureUnit(run.plan), counted: howCounted(run), available } };
  },
};
