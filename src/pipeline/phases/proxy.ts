/**
 * Phase `proxy` of tuning, a task per mixture: trains the proxy on the mixture's share of each source's training text and measures bits per byte of every target.
 * No output but the figures. Memory: the model (ngram-counts.ts states its bound), and the training text of one source or the held-out text of one target.
 */
import { fingerprintOf } from '../../core/canonical-json.js';
import { groupedBits, perByte } from '../../mixture/tune/bits-per-byte.js';
import { NgramCounts } from '../../mixture/tune/ngram-counts.js';
import { byteQuotas, byteShares, readSource } from '../../mixture/tune/training-draw.js';
import type { GroupedBits, Weights } from '../../mixture/tune/types.js';
import { readPool } from '../pool-file.js';
import type { Phase, Run } from '../run.js';
import type { SizeResult } from './size.js';
import { pooledSources, sharesOf } from '../tuning.js';

export interface ProxyResult {
  /** Bits per byte by target. */
  readonly losses: Readonly<Record<string, number>>;
  readonly groups: Readonly<Record<string, GroupedBits>>;
  /** How often each source's training text was read, of those with a weight. */
  readonly epochs: Readonly<Record<string, number>>;
  /** Occurrences of n-grams that the model had no room for. */
  readonly left: number;
  /** Of the texts: a result of other texts is of no use any more. */
  readonly texts: string;
}

export const proxy: Phase<ProxyResult> = {
  name: 'proxy',

  inputs(run, rank) {
    const { mixtures, order, bytes, targets } = run.plan.tune!; // a plan with this task has it
    const mixture = mixtures[rank]!; // rank < tasksOf
    return { weights: byteSharesOf(run, rank), seed: mixture.seed, order, bytes, targets: targets.map(({ name }) => name), texts: textsOfRun(run) };
  },

  execute(run, rank) {
    const { mixtures, order, bytes, targets } = run.plan.tune!;
    const mixture = mixtures[rank]!;
    const counts = new NgramCounts(order);
    const epochs = Object.fromEntries(Object.entries(byteQuotas({ weights: byteSharesOf(run, rank) }, bytes)).filter(([, quota]) => quota > 0).map(([source, quota]) => {
      const training = readPool(run.outputPath(run.completed('pool', pooledSources(run.plan.tune!).indexOf(source)), 'train'));
      return [source, readSource(counts, training, quota, mixture.seed)];
    }));
    run.progress.add(0, bytes);
    const groups = Object.fromEntries(targets.map(({ name }, at) => {
      const heldOut = readPool(run.outputPath(run.completed('target', at), 'heldOut'));
      run.progress.add(0, heldOut.text.length);
      return [name, groupedBits(counts, heldOut)];
    }));
    const losses = Object.fromEntries(Object.entries(groups).map(([name, bits]) => [name, perByte(bits)]));
    return Promise.resolve({ outputs: {}, result: { losses, groups, epochs, left: counts.left, texts: textsOfRun(run) } });
  },
};

/** Weights are shares in the unit of the recipe's mixture, as everywhere; what a proxy reads is bytes. */
function byteSharesOf(run: Run, rank: number): Weights {
  const { available } = run.completed<SizeResult>('size', 0).result;
  return byteShares(sharesOf(run.plan.tune!.mixtures[rank]!), (source) => available[source]!.bytes / available[source]!.size); // what has no size is in no mixture
}

/** By all texts that proxies are trained on and measured by, and the code that does it. */
export const textsOfRun = (run: Run): string => fingerprintOf([run.plan.code, run.checksums('pool', ['train']), run.checksums('target', ['heldOut'])]);
