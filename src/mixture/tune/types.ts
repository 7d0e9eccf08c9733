/**
 * What tuning is about: mixtures that were tried, what was measured of each, and the laws fitted to that. Losses are bits per byte (lower is better)
 * where Sluice measured them, and whatever the user's own metrics are where they did: smaller must be better.
 */

/** Shares by source, summing to 1; in the order of the sources. */
export type Weights = Readonly<Record<string, number>>;

/** One row of ratios.csv: a mixture that something was trained on. */
export interface MixtureRun {
  /** Unique; what ratios and metrics are joined by. */
  readonly run: string;
  readonly name: string;
  readonly index: number;
  readonly weights: Weights;
}

/** One row of metrics.csv: a loss for each target. */
export interface RunMetrics {
  readonly run: string;
  readonly name: string;
  readonly index: number;
  readonly losses: Readonly<Record<string, number>>;
}

/** Loss of one target as a function of the weights w, given in the order of the fit's sources. */
export type Law =
  /** c + exp(t . w): Data Mixing Laws (arXiv:2403.16952), RegMix's swarm (arXiv:2407.01492). */
  | { readonly kind: 'log-linear'; readonly c: number; readonly t: readonly number[] }
  /** b + u . w + v . log(w + epsilon): ridge regression. */
  | { readonly kind: 'ridge'; readonly intercept: number; readonly linear: readonly number[]; readonly log: readonly number[]; readonly epsilon: number };

/** A rank correlation with its 95 % interval. */
export interface RankCorrelation {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface TargetFit {
  readonly target: string;
  /** The law with the better rank correlation in cross-validation (within a hundredth: with the smaller error), fitted to all runs. */
  readonly law: Law;
  /** Spearman's, of losses predicted by a law that had not seen the run with those measured. By kind of law. */
  readonly crossValidated: Readonly<Record<Law['kind'], RankCorrelation>>;
  /** Of the chosen law in cross-validation: root of the mean squared error, in the target's unit. */
  readonly error: number;
  /** Loss measured and loss predicted by cross-validation, a pair a run in the order of `runs`. */
  readonly measured: readonly number[];
  readonly predicted: readonly number[];
}

/** fit.json: what `tune fit` writes and `tune predict`, `propose` and `verify` read. */
export interface Fit {
  readonly kind: 'sluice-fit';
  readonly version: 1;
  readonly sources: readonly string[];
  readonly targets: readonly TargetFit[];
  /** The swarm: what proposals must not stray far from. */
  readonly runs: readonly MixtureRun[];
  /** What a person should know before believing it: too few runs, sources that none has, targets that no law predicts. */
  readonly warnings: readonly string[];
}

/** What is known of a minimum. */
export type Optimality =
  /** No allowed mixture has an objective lower by more than `gap`. */
  | { readonly kind: 'certified'; readonly gap: number }
  /** The best of the minima that were found from so many starts: the objective is not convex. */
  | { readonly kind: 'local'; readonly starts: number };

/** proposal.json: what `tune propose` writes and `tune verify` reads. */
export interface Proposal {
  readonly kind: 'sluice-proposal';
  readonly version: 1;
  /** Of each target in the objective, as asked for, summing to 1. */
  readonly targetWeights: Readonly<Record<string, number>>;
  readonly weights: Weights;
  /** What the Kullback-Leibler term pulls towards, and how strongly. */
  readonly prior: Weights;
  readonly lambda: number;
  /** Largest share of each source: epoch caps and shares asked for. Absent: none. */
  readonly caps: Readonly<Record<string, number>>;
  /** Predicted loss by target, at the proposal and at the prior. */
  readonly predicted: Readonly<Record<string, number>>;
  readonly predictedAtPrior: Readonly<Record<string, number>>;
  /** Smallest total variation distance between the proposal and a run of the swarm. */
  readonly distanceToSwarm: number;
  /** What is known of the minimum. */
  readonly optimality: Optimality;
  readonly warnings: readonly string[];
}

/** A mixture to train a proxy on. Runs of equal weights and seed are the same run. */
export interface Mixture {
  /** Unique among those that are trained together. */
  readonly run: string;
  /** Shares of the sources that take part, summing to 1; a source without one has none. */
  readonly weights: Weights;
  /** Which documents are drawn first from a source. */
  readonly seed: number;
}

/** Bits of a target's held-out documents, dealt into groups in turn: what they vary by from document to document. An entry a group. */
export interface GroupedBits {
  readonly bits: readonly number[];
  readonly bytes: readonly number[];
}

/** What was measured of a proxy. */
export interface MixtureLosses extends Mixture {
  /** Bits per byte of each target's held-out documents. */
  readonly losses: Readonly<Record<string, number>>;
  /** The same by groups of documents, by target. */
  readonly groups: Readonly<Record<string, GroupedBits>>;
  /** How often the proxy read each source's training text: above 1, it was repeated. */
  readonly epochs: Readonly<Record<string, number>>;
  /** Occurrences of n-grams that the proxy had no room for. */
  readonly left: number;
}

/**
 * What follows what in each source: an event is a context of some bytes and the byte behind it. Events are ordered by context, so the events of one stand together.
 */
export interface ConditionalCounts {
  readonly sources: readonly string[];
  readonly contexts: number;
  /** Event e belongs to context contextOf[e]; ascending. */
  readonly contextOf: Uint32Array;
  /** By source: the probability of each event, p_d(h, c), summing to 1. */
  readonly joint: readonly Float64Array[];
}
