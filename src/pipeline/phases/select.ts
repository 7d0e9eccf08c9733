/**
 * Phase `select`, one task: from what survived filters and deduplication to the corpus. Plans the quota of each source from its size, finds which documents
 * are copied how often, puts all copies in the corpus's order, and cuts that into parts. Reads columns alone, never text. Output: `selected`, the
 * corpus in order, [row, record position high, low, record bytes] as uint32. Memory: one sort, and one block of columns.
 */
import { addAmount } from '../../core/ledger.js';
import type { MixturePlan } from '../../mixture/budget.js';
import { orderHashKey, orderKeys } from '../../mixture/order.js';
import { noSize, type SizedAmount } from '../../mixture/realised.js';
import { selectionHash, selectionHashKey, ThresholdSearch, type Threshold } from '../../mixture/select.js';
import type { MixtureUnit } from '../../mixture/unit.js';
import { AtomicFile } from '../../formats/atomic-file.js';
import { ExternalSort } from '../../formats/external-sort.js';
import { Candidates } from '../candidates.js';
import { copiesOf, type SourceCopies } from '../copies.js';
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
}

/** In the high word of a record's position: it is in the `text` of the last phase that changes texts, not in that of `curate`. */
export const CUT_STORE = 2 ** 31;
/** Words of a record of `selected`. */
export const SELECTED_WORDS = 4;
/** While sorting: order key high and low, row and copy to break ties, then what `selected` needs besides the row. */
const SORT_WORDS = 7;

export const select: Phase<SelectResult> = {
  name: 'select',

  inputs(run) {
    const { mixture, seed, output, sources } = run.plan.recipe;
    return {
      mixture: mixture ?? null, size: run.completed('size', 0).result, seed, shardSize: output.shardSize, order: output.order, sources: Object.keys(sources),
      curated: run.checksums('curate', ['kept']), against: run.plan.recipe.dedup?.against ?? [], removals: run.checksums('remove', ['removals']), cuts: run.checksums('cut', ['cuts']), decided: run.checksums('decide', ['kept']),
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
      const { file, partEnds } = writeSelected(run, documents, sources);
      return { outputs: { selected: file }, result: { unit, sources, warnings, partEnds, ...(plan === undefined ? {} : { budget: plan.budget }) } };
    } finally {
      documents.close();
    }
  },
};

const NOTHING: Threshold = { high: 0, low: 0, tokens: 0 };

/** The threshold of each source that gives a fractional copy; all sources share the passes over the columns. */
function findThresholds(run: Run, documents: Candidates, plan: MixturePlan | undefined): Map<string, Threshold> {
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

function writeSelected(run: Run, documents: Candidates, sources: readonly SelectedSource[]) {
  const sort = new ExternalSort({ words: SORT_WORDS, keyWords: 4, memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle') });
  const file = AtomicFile.create(run.workPath('select', 0, 'selected'));
  try {
    const bySource = new Map(sources.map((source) => [source.source, source]));
    const key = orderHashKey(run.plan.recipe.seed);
    const shuffled = run.plan.recipe.output.order === 'shuffled';
    let keys = new Uint32Array(2); // stay 0 where the rows are the order
    const record = new Uint32Array(SORT_WORDS);
    for (const document of documents.all(() => true)) {
      const source = bySource.get(document.source)!; // made of the same recipe
      const copies = copiesOf(source, document);
      if (2 * copies > keys.length) keys = new Uint32Array(2 * copies);
      if (shuffled && copies > 0) orderKeys(key, document.low, document.high, copies, keys);
      for (let copy = 0; copy < copies; copy++) {
        record.set([keys[2 * copy + 1]!, keys[2 * copy]!, document.row, copy, Math.floor(document.recordAt / 2 ** 32) + (document.isCut ? CUT_STORE : 0), document.recordAt % 2 ** 32, document.recordBytes]);
        sort.add(record);
        addAmount(source.written, { documents: 1, bytes: document.bytes, tokens: document.tokens });
        source.written.size += document.size;
      }
    }
    const partEnds: number[] = [];
    let records = 0;
    let partBytes = 0;
    const bounds = shuffled ? [] : documents.sourceBounds(); // in the order of the input a part has one source
    let source = 0;
    for (const chunk of sort.sorted()) {
      const out = new Uint32Array((chunk.length / SORT_WORDS) * SELECTED_WORDS);
      for (let from = 0, to = 0; from < chunk.length; from += SORT_WORDS, to += SELECTED_WORDS, records++) {
        const bytes = chunk[from + 6]!;
        const before = source;
        while (chunk[from + 2]! >= (bounds[source] ?? Infinity)) source++;
        if (partBytes > 0 && (source !== before || partBytes + bytes > run.plan.recipe.output.shardSize)) {
          partEnds.push(records);
          partBytes = 0;
        }
        partBytes += bytes;
        out.set([chunk[from + 2]!, chunk[from + 4]!, chunk[from + 5]!, bytes], to);
      }
      file.write(new Uint8Array(out.buffer));
    }
    if (partBytes > 0) partEnds.push(records);
    return { file: file.commit(), partEnds };
  } finally {
    file.abort();
    sort.dispose();
  }
}
