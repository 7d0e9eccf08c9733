/**
 * Phase `select`, one task: from what survived filters and deduplication to the corpus. Plans the quota of each source from its size, finds which documents
 * are copied how often, and puts all copies in the corpus's order and into its files (corpus-order.ts, which says what the outputs are). Reads columns
 * alone, never text. Memory: two sorts, one block of columns, and some 100 bytes a file of the corpus.
 */
import type { MixturePlan } from '../../mixture/budget.js';
import { noSize, type SizedAmount } from '../../mixture/realised.js';
import { selectionHash, selectionHashKey, ThresholdSearch, type Threshold } from '../../mixture/select.js';
import type { MixtureUnit } from '../../mixture/unit.js';
import { indexFile } from '../../formats/order-index-writer.js';
import { Candidates } from '../candidates.js';
import type { SourceCopies } from '../copies.js';
import { writeOrder } from '../corpus-order.js';
import { asksFor } from '../output-path.js';
import { planRecipeMixture } from '../plan-mixture.js';
import type { Phase, Run } from '../run.js';
import type { AvailableAmount, SizeResult } from './size.js';

export interface SelectedSource extends SourceCopies {
  readonly source: string;
  /** Share asked for; absent without a mixture. */
  readonly requestedWeight?: number;
  /** What survived filters and deduplication. */
  readonly available: AvailableAmount;
  /** In the corpus, copies counted. */
  readonly written: SizedAmount;
  /** In the mixture's unit. */
  readonly quota: number;
}

export interface SelectResult {
  readonly sources: readonly SelectedSource[];
  readonly warnings: readonly string[];
  /** What sizes and quotas count. */
  readonly unit: MixtureUnit;
  /** Asked for, in that unit; absent without a mixture. */
  readonly budget?: number;
  /** Part p of the corpus is `selected` records [partEnds[p - 1], partEnds[p]). */
  readonly partEnds: readonly number[];
  /** Of each part: its path below corpus/, without the format's ending. */
  readonly partNames: readonly string[];
  /** The index of the order. */
  readonly places: { readonly bytes: number; readonly sha256: string };
}

export const select: Phase<SelectResult> = {
  name: 'select',

  inputs(run) {
    const { mixture, seed, output, sources } = run.plan.recipe;
    return {
      mixture: mixture ?? null, size: run.completed('size', 0).result, seed, shardSize: output.shardSize, order: output.order, sources: Object.keys(sources),
      path: output.path, curated: run.checksums('curate', asksFor(output.path, 'language') ? ['kept', 'rows'] : ['kept']), against: run.plan.recipe.dedup?.against ?? [],
      removals: run.checksums('remove', ['removals']), cuts: run.checksums('cut', ['cuts']), cleaned: run.checksums('clean', ['cuts']), decided: run.checksums('decide', ['kept']),
      counts: run.checksums('count', ['sizes']),
    };
  },

  async execute(run) {
    const documents = new Candidates(run);
    try {
      const { available, unit } = run.completed<SizeResult>('size', 0).result;
      const { plan, warnings } = planRecipeMixture(run.plan.recipe, Object.fromEntries(Object.entries(available).map(([source, { size }]) => [source, size])));
      const thresholds = findThresholds(run, documents, plan);
      const { seed } = run.plan.recipe;
      const sources = Object.keys(run.plan.recipe.sources).map((source) => {
        const quota = plan?.sources.find((entry) => entry.source === source);
        return {
          source, seed, available: available[source]!, written: noSize(), threshold: thresholds.get(source) ?? NOTHING,
          wholeCopies: plan === undefined ? 1 : (quota?.wholeCopies ?? 0), quota: plan === undefined ? available[source]!.size : (quota?.quota ?? 0),
          ...(quota === undefined ? {} : { requestedWeight: quota.requestedWeight }),
        };
      });
      const { selected, places, files } = writeOrder(run, documents, sources);
      let end = 0;
      const partEnds = files.documents.map((count) => (end += count));
      const { bytes, sha256 } = indexFile(run.plan.directory, places);
      return {
        outputs: { selected, places },
        result: { unit, sources, warnings, partEnds, partNames: files.names, places: { bytes, sha256 }, ...(plan === undefined ? {} : { budget: plan.budget }) },
      };
    } finally {
      documents.close();
    }
  },
};

const NOTHING: Threshold = { high: 0, low: 0, size: 0 };

/** The threshold of each source that gives a fractional copy; all sources share the passes over the columns. */
export function findThresholds(run: Run, documents: Candidates, plan: MixturePlan | undefined): Map<string, Threshold> {
  const searches = new Map((plan?.sources ?? []).filter(({ fractionSize }) => fractionSize > 0).map(({ source, fractionSize }) => [source, new ThresholdSearch(fractionSize)]));
  const found = new Map<string, Threshold>();
  const key = selectionHashKey(run.plan.recipe.seed);
  const hash = new Uint32Array(2);
  while (searches.size > 0) {
    for (const document of documents.all((source) => searches.has(source))) {
      selectionHash(key, document.low, document.high, hash);
      searches.get(document.source)!.add(hash[0]!, hash[1]!, document.size); // only sources with a search were asked for
    }
    for (const [source, search] of searches) {
      if (search.nextPass()) continue;
      found.set(source, search.threshold);
      searches.delete(source);
    }
  }
  return found;
}
