/**
 * What a tuning run is planned with, and what its tasks are: a pool for each source, the held-out text of each target, and a proxy for each mixture.
 */
import { fingerprintOf } from '../core/canonical-json.js';
import type { Mixture, Weights } from '../mixture/tune/types.js';
import type { IdentifiedFile } from './plan-shards.js';

export interface TunePlan {
  /** That mixtures are made of: trained on. */
  readonly sources: readonly string[];
  readonly targets: readonly TunedTarget[];
  /** Longest n-gram of the proxies. */
  readonly order: number;
  /** That a proxy reads; and at most of a source's training text. */
  readonly bytes: number;
  /** Of held-out text, for each target. */
  readonly heldOut: number;
  /** No two of equal weights and seed. Empty: pools alone are made. */
  readonly mixtures: readonly Mixture[];
}

/** What losses are measured on. */
export interface TunedTarget {
  /** Of a source, unless it has files: its held-out documents. */
  readonly name: string;
  readonly files?: readonly TargetFile[];
  /** Field of the text in files of JSON Lines and Parquet. */
  readonly text?: string;
}

export interface TargetFile extends IdentifiedFile {
  readonly format: 'wet' | 'warc' | 'jsonl' | 'csv' | 'parquet' | 'text' | 'zip' | 'tar';
}

/** Sources that documents are taken of: those that are trained on, and those that are targets. */
export const pooledSources = ({ sources, targets }: TunePlan): readonly string[] => [
  ...sources, ...targets.filter(({ name, files }) => files === undefined && !sources.includes(name)).map(({ name }) => name),
];

/** What a mixture is, however it is written: without the sources that it has nothing of. */
export const sharesOf = ({ weights }: Pick<Mixture, 'weights'>): Weights => Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight > 0));

/** What a mixture's files are named by: the same for the same mixture, whatever else is trained. */
export const mixtureKey = (mixture: Mixture, { order, bytes }: Pick<TunePlan, 'order' | 'bytes'>): string => (
  fingerprintOf({ weights: sharesOf(mixture), seed: mixture.seed, order, bytes }).slice(0, 32));
