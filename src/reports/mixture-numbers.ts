/**
 * A planned mixture in figures, unrounded: what `sluice mix plan --json` prints and its tables are made from. Plain arithmetic on the plan, on what the
 * sources have, and on what they had before filters and deduplication.
 */
import type { Amount } from '../core/ledger.js';
import type { MixturePlan, SourceQuota } from '../mixture/budget.js';
import type { WeightRule } from '../mixture/rules.js';
import type { MixtureUnit } from '../mixture/unit.js';
import { budgetAtEpochs, MILESTONES, worthOf } from '../mixture/value.js';
import type { AvailableAmount } from '../pipeline/phases/size.js';
import type { Counted } from '../pipeline/sampled-sizes.js';
import type { SourceFlow } from '../pipeline/source-flow.js';

/** What a source has; `size` alone where that was declared. */
export type Available = Pick<AvailableAmount, 'size' | 'sampled' | 'interval'> & Partial<Amount>;

export interface MixtureInput {
  readonly recipe: string;
  readonly fingerprint: string;
  readonly rule: WeightRule;
  readonly plan: MixturePlan;
  readonly warnings: readonly string[];
  /** By source of the plan. */
  readonly available: Readonly<Record<string, Available>>;
  /** How sizes came about; `declared`: on the command line. */
  readonly counted: Counted | { readonly by: 'declared' };
  /** Of the recipe, by source. */
  readonly bytesPerToken: Readonly<Record<string, number>>;
  /** What the corpus will hold, to the document, by source. Absent: nothing was read. */
  readonly realised?: Readonly<Record<string, number>>;
  /** Absent: nothing was read. */
  readonly flow?: Readonly<Record<string, SourceFlow>>;
  /** Whether duplicates were removed before anything is repeated. */
  readonly deduplicated: boolean;
  /** Shards that could not be read: sizes are without them. */
  readonly failedShards: readonly string[];
}

/** A source's share of all sources, 0 to 1: as read, behind its filters, and of what is left to mix. */
export interface SharesOnTheWay {
  readonly read: number;
  readonly filtered: number;
  readonly available: number;
}

export interface MixtureSource extends Omit<SourceQuota, 'available'> {
  /** What the corpus will hold of it, in whole documents, and the weight and epochs that makes. */
  readonly realised?: { readonly size: number; readonly weight: number; readonly epochs: number };
  readonly available: Available;
  /** Share of all that is available: the weight that it would have in proportion to size. */
  readonly sizeShare: number;
  /** plannedWeight / sizeShare; null where nothing is available. */
  readonly upSampling: number | null;
  /** What its quota is worth in fresh data (mixture/value.ts), and that divided by the quota. */
  readonly worth: number;
  readonly worthShare: number;
  /** Size of the corpus, at the planned weights, at which it passes 1, 4, 16 epochs; null: never. */
  readonly passes: Readonly<Record<`${(typeof MILESTONES)[number]}`, number | null>>;
  readonly shares?: SharesOnTheWay;
  /** Documents behind the filters for each that is left: the mean size of what deduplication and cuts made one of. */
  readonly documentsPerKept?: number;
  /** How often a text would be read on the mean, had they all stayed and each been read as often: epochs x documentsPerKept. */
  readonly epochsWithDuplicates?: number;
}

export interface MixtureNumbers extends Omit<MixtureInput, 'plan' | 'available' | 'realised' | 'flow'> {
  readonly unit: MixtureUnit;
  readonly budget: number;
  /** Sum of the quotas. */
  readonly planned: number;
  readonly worth: number;
  /** What `shares` count: estimated tokens, also where the mixture counts what nobody counted before it was filtered. */
  readonly sharesOf: 'documents' | 'bytes' | 'tokens';
  /** In the order of the recipe. */
  readonly sources: readonly MixtureSource[];
}

export function mixtureNumbers({ plan, available, realised, flow, ...rest }: MixtureInput): MixtureNumbers {
  const { unit, budget } = plan;
  const sharesOf = unit === 'documents' || unit === 'bytes' ? unit : 'tokens';
  const all = plan.sources.reduce((sum, source) => sum + source.available, 0);
  const written = sum(Object.values(realised ?? {}), (size) => size);
  const sources = plan.sources.map((source): MixtureSource => {
    const { source: name, plannedWeight, quota } = source;
    const has = available[name] ?? { size: 0 };
    const sizeShare = shareOf(source.available, all);
    const worth = worthOf(quota, source.available);
    const passes = Object.fromEntries(MILESTONES.map((epochs) => [String(epochs), finite(budgetAtEpochs(source.available, plannedWeight, epochs))])) as MixtureSource['passes']; // its keys
    return {
      ...source, available: has, sizeShare, upSampling: sizeShare === 0 ? null : plannedWeight / sizeShare, worth, worthShare: quota === 0 ? 1 : worth / quota, passes,
      ...(realised === undefined ? {} : { realised: { size: realised[name]!, weight: shareOf(realised[name]!, written), epochs: shareOf(realised[name]!, source.available) } }), // one for every source
      ...(flow === undefined ? {} : onTheWay(source, flow, available, plan.sources.map((one) => one.source), sharesOf)),
    };
  });
  return { ...rest, unit, budget, planned: sum(sources, ({ quota }) => quota), worth: sum(sources, ({ worth }) => worth), sharesOf, sources };
}

function onTheWay({ source: name, epochs }: SourceQuota, flow: Readonly<Record<string, SourceFlow>>, available: Readonly<Record<string, Available>>, names: readonly string[], unit: keyof Amount): Pick<MixtureSource, 'shares' | 'documentsPerKept' | 'epochsWithDuplicates'> {
  const { read, filtered } = flow[name]!; // of every source
  const left = (source: string): number => available[source]?.[unit] ?? 0;
  const documents = available[name]?.documents ?? 0;
  return {
    shares: {
      read: shareOf(read[unit], sum(names, (one) => flow[one]!.read[unit])),
      filtered: shareOf(filtered[unit], sum(names, (one) => flow[one]!.filtered[unit])),
      available: shareOf(left(name), sum(names, left)),
    },
    ...(documents === 0 ? {} : { documentsPerKept: filtered.documents / documents, epochsWithDuplicates: (epochs * filtered.documents) / documents }),
  };
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number => items.reduce((total, item) => total + of(item), 0);
