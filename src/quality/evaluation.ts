/**
 * What `sluice quality evaluate` finds out about a classifier: plain JSON, the one input of the page (reports/quality-page.ts) and the answer of `--json`.
 * Everything is measured on documents that the model was not trained on, and worked out by evaluate.ts. Shares, rates, probabilities and scores are
 * from 0 to 1. A number that cannot be had (of no documents, say) is null, never left out.
 */

export interface QualityEvaluation {
  /** Changes when a field's meaning does. */
  readonly format: 'sluice-quality-evaluation/1';
  readonly model: EvaluatedModel;
  /** Random choices are keyed hashes under this number. */
  readonly seed: number;
  /** true: only documents that training holds out, by a hash of their text. false: all, as nobody knows what a foreign model was trained on. */
  readonly heldOutOnly: boolean;
  /** Positive ones first, each in the order given. */
  readonly sources: readonly EvaluatedSource[];
  /** Scored documents of both classes. Each counts the same in every figure, but where a field says otherwise. */
  readonly documents: number;
  readonly positives: number;
  readonly negatives: number;
  /** Texts found in both classes: in neither. */
  readonly inBothClasses: number;
  readonly metrics: QualityMetrics;
  readonly curves: QualityCurves;
  readonly calibration: QualityCalibration;
  /** The rule whose keep rates stand in `slices` and `retention`. */
  readonly keep: AppliedKeepRule;
  readonly solved: SolvedRules;
  readonly slices: {
    /** In the order of `sources`. */
    readonly source: readonly ScoreSlice[];
    /** The ten most frequent languages by lid.176, most frequent first, then `other` where there are more. `unknown`: nothing to go by. */
    readonly language: readonly ScoreSlice[];
    /** Shortest tenth of the documents first. Fewer than ten where lengths tie. */
    readonly length: readonly ScoreSlice[];
  };
  /** Of each positive source, how much would survive its own filter. */
  readonly retention: readonly Retention[];
  readonly lengthBaseline: LengthBaseline;
  /** null where it was not asked for. */
  readonly stability: RankStability | null;
  /** null where it was not looked for. */
  readonly markers: MarkerCheck | null;
  /** null where the model's features cannot be named (character n-grams). */
  readonly features: FeatureWeights | null;
  /** Sentences for a person: what makes these figures or this model doubtful. Empty when nothing does. */
  readonly warnings: readonly string[];
}

export interface EvaluatedModel {
  readonly name: string;
  /** As given on the command line, or relative to the run's folder. */
  readonly path: string;
  readonly kind: 'folded' | 'logistic' | 'fasttext';
  /** The label whose probability is the score, where the file has names for labels. */
  readonly label: string | null;
}

export interface EvaluatedSource {
  readonly name: string;
  readonly positive: boolean;
  /** Documents with text that were read to choose from, and those of them that the model may be judged by (all of them where not heldOutOnly). */
  readonly read: number;
  readonly heldOut: number;
  /** Chosen from these by keyed hash, scored, and all that the figures are made of; and bytes of their text (UTF-8). */
  readonly documents: number;
  readonly bytes: number;
}

export interface QualityMetrics {
  /** The probability that a positive document scores higher than a negative one, equal scores counting one half. */
  readonly rocAuc: number;
  /** Average precision: sum over thresholds of (recall gained) x precision, without interpolation. */
  readonly prAuc: number;
  /** Mean of -ln(probability given to the true class), in nats; probabilities are clipped to [1e-15, 1 - 1e-15]. */
  readonly logLoss: number;
  /** Mean squared difference of score and class. */
  readonly brier: number;
  readonly atHalf: ThresholdMetrics;
  /** At the threshold with the greatest F1; of equals the highest threshold. */
  readonly bestF1: ThresholdMetrics;
}

/** Of the positive class when scores of at least `threshold` are called positive. Precision and F1 are 0 where nothing is. */
export interface ThresholdMetrics {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly accuracy: number;
}

/** At most 200 points each, thinned from all thresholds; first and last points stay. */
export interface QualityCurves {
  /** From (0, 0), where threshold is null as it is above every score, to (1, 1). */
  readonly roc: readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number; readonly threshold: number | null }[];
  /** By falling threshold, so rising recall; begins with recall 0, precision 1, threshold null. */
  readonly pr: readonly { readonly recall: number; readonly precision: number; readonly threshold: number | null }[];
}

/**
 * Whether a score of .8 means 8 in 10. The two maps are fitted on one half of the documents (by a hash of their text) and everything here is measured on
 * the other, at the class balance of the documents, which is that of the sample and not that of the crawl: see `prior`.
 */
export interface QualityCalibration {
  /** Documents the maps were fitted on, and documents measured. */
  readonly fitted: number;
  readonly judged: number;
  readonly raw: CalibrationFigures;
  /** Isotonic regression (pool adjacent violators). null where one half lacks a class. */
  readonly isotonic: (CalibrationFigures & {
    /** The map: probability at a score, linear between points, constant outside; ascending in both. At most 200 points. */
    readonly points: readonly { readonly score: number; readonly probability: number }[];
  }) | null;
  /** probability = 1 / (1 + exp(-(slope x logit(score) + intercept))), with scores clipped to [1e-15, 1 - 1e-15]. null where one half lacks a class. */
  readonly platt: (CalibrationFigures & { readonly slope: number; readonly intercept: number }) | null;
  readonly prior: PriorShift;
}

export interface CalibrationFigures {
  /** Expected calibration error: the mean over documents of |mean score - share of positives| of their bin; 15 bins of equal width. */
  readonly ece: number;
  /** The same over 15 bins of as equal numbers of documents as ties allow. */
  readonly eceEqualMass: number;
  /** The greatest |mean score - share of positives| of the equal-width bins. */
  readonly mce: number;
  readonly logLoss: number;
  readonly brier: number;
  /** The reliability diagram: 15 equal-width bins in order; empty ones too. */
  readonly bins: readonly ReliabilityBin[];
}

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly documents: number;
  /** Of the documents in the bin; null where there is none. */
  readonly meanScore: number | null;
  readonly positiveShare: number | null;
}

/**
 * A calibrated score is a probability at the class balance it was measured at. Where another share of documents is good, its odds must be multiplied by
 * `oddsFactor` = (given / (1 - given)) / (measured / (1 - measured)).
 */
export interface PriorShift {
  /** Share of positives among the documents of this evaluation. */
  readonly measured: number;
  /** Share of positives that the user expects (`--prior`); null where it was not given. */
  readonly given: number | null;
  readonly oddsFactor: number | null;
  /** At scores 0, .1, ... 1: the probability by the Platt map (where none, the score), and that corrected to the given prior; empty without one. */
  readonly examples: readonly { readonly score: number; readonly calibrated: number; readonly corrected: number }[];
}

export type KeepRuleSpec =
  /** Scores of at least `threshold` stay. */
  | { readonly kind: 'threshold'; readonly threshold: number }
  /** A document stays with probability (2 - score)^-alpha. */
  | { readonly kind: 'pareto'; readonly alpha: number }
  /** The best `share` of the crawl stays. */
  | { readonly kind: 'top'; readonly share: number };

export interface AppliedKeepRule {
  readonly rule: KeepRuleSpec;
  /** As on the command line: threshold:0.5. */
  readonly text: string;
  /** What decides: for `top` the score above which documents of the crawl sample stay. null for pareto. */
  readonly threshold: number | null;
  /** Share kept of the documents that score exactly `threshold`: below 1 where a top share ends among equal scores, which keyed hashes then tell apart. */
  readonly atThreshold: number | null;
  /** Expected share of the negative sources that is kept, each source weighed by its held-out documents; null where there is no negative document. */
  readonly crawlShare: number | null;
}

/** What to write in a recipe. Solved on the crawl sample: the negative sources, each weighed by its held-out documents. */
export interface SolvedRules {
  /** For a wanted keep share (`--keep-share`); null where none was given. */
  readonly forShare: {
    readonly keepShare: number;
    /** Scores of at least this are the wanted share; and what share they are, as scores may tie. */
    readonly threshold: number;
    readonly thresholdShare: number;
    /** For Pareto, and the share it is expected to keep. */
    readonly alpha: number;
    readonly alphaShare: number;
  } | null;
  /** GPT-3's way: the alpha whose kept crawl has scores spread most like the positive documents', whose sources are weighed likewise. */
  readonly matchReference: {
    readonly alpha: number;
    /** Kolmogorov-Smirnov distance that is left, and that of the whole crawl (alpha 0). */
    readonly distance: number;
    readonly distanceUnfiltered: number;
    /** Share of the crawl that this alpha is expected to keep. */
    readonly crawlShare: number;
  };
}

export interface ScoreSlice {
  /** Name of the source, language code, or range of bytes ("1204-2310 bytes"). */
  readonly name: string;
  readonly positive: ClassSlice;
  readonly negative: ClassSlice;
}

/** The documents of one class in a slice. */
export interface ClassSlice {
  readonly documents: number;
  /** null where there are none. */
  readonly meanScore: number | null;
  /** 20 counts: entry b of scores from b/20 to (b + 1)/20, the last with 1 itself. */
  readonly histogram: readonly number[];
  /** Expected share of the documents that the keep rule keeps; null where there are none. */
  readonly keepRate: number | null;
}

/** Reference self-retention: tokens are estimated from bytes, so their share is that of bytes. */
export interface Retention {
  readonly source: string;
  readonly documents: number;
  /** Expected shares kept of documents and of bytes. */
  readonly documentShare: number;
  readonly byteShare: number;
}

/** How well a document's length alone (bytes of UTF-8) tells the classes apart. */
export interface LengthBaseline {
  /** Of longer = more positive: .5 is chance, and .2 is as telling as .8. */
  readonly rocAuc: number;
  /** Spearman's correlation of score and length over all documents, from -1 to 1; null where either does not vary. */
  readonly scoreCorrelation: number | null;
}

/** The same kind of model trained again on a sample drawn under another seed. */
export interface RankStability {
  readonly otherSeed: number;
  /** Spearman's correlation of the two models' scores, from -1 to 1, over all documents and over the negative ones; null where scores do not vary. */
  readonly all: number | null;
  readonly negatives: number | null;
  readonly otherRocAuc: number;
  /** Of the best tenth of the negative documents by one model, the share that is in the other's best tenth too; null below 10 documents. */
  readonly topTenthShared: number | null;
}

/** A document as the marker check sees it: `text` is at most its first 8,192 and last 2,048 bytes. */
export interface MarkerDocument {
  readonly source: string;
  readonly positive: boolean;
  readonly text: string;
}

/**
 * Signature that reports/quality-page.ts and evaluate.ts rely on; implemented in marker-check.ts. Pure and deterministic; at most 20 findings, most telling
 * first. `score` gives the model's score of each text of a list; with it the documents are scored once more with the markers taken out.
 */
export type CheckMarkers = (documents: readonly MarkerDocument[], score?: (texts: readonly string[]) => ArrayLike<number>) => MarkerCheck;

/** Texts that give a source away, so that a model may learn the source instead of quality. */
export interface MarkerCheck {
  /** Documents that were looked at. */
  readonly documents: number;
  readonly findings: readonly SourceMarker[];
  /** How well the model tells the classes apart without the markers; null where there are none or no scores were given. */
  readonly masked: MaskedMarkers | null;
}

/** Areas under the ROC curve over the same texts as the findings (beginnings and ends of documents), as they are and with all markers taken out. */
export interface MaskedMarkers {
  /** Found and taken out: also those beyond the 20 that are told. */
  readonly markers: number;
  readonly rocAuc: number;
  readonly rocAucMasked: number;
}

export interface SourceMarker {
  /** What was found, short enough to show; a word, a run of words, a line or a kind of opening. */
  readonly marker: string;
  readonly kind: 'word' | 'words' | 'first-line' | 'last-line' | 'character';
  /** The source it gives away, and that source's class. */
  readonly source: string;
  readonly positive: boolean;
  /** Share of the source's documents that have it, and share of the other class's documents. */
  readonly share: number;
  readonly elsewhere: number;
}

/** Implemented in feature-weights.ts as `featureWeights(model: QualityModel, texts: Iterable<string>): FeatureWeights | null`. */
export interface FeatureWeights {
  /** 20 each, strongest first. */
  readonly positive: readonly FeatureWeight[];
  readonly negative: readonly FeatureWeight[];
  /** Why a hashed feature's name is a guess: how many different words share a bucket. A sentence for a person. */
  readonly caveat: string;
}

export interface FeatureWeight {
  /** The word, or words joined by a space; of a hashed feature the most frequent that was seen to fall in its bucket. */
  readonly feature: string;
  /** Its weight before the sigmoid: of a feature in a mean for fastText, per occurrence for logistic. */
  readonly weight: number;
  /** Documents of the evaluation that have it. */
  readonly documents: number;
  /** Other words of these documents in the same bucket; 0 where the feature has a weight of its own. */
  readonly collisions: number;
  /** The most frequent of them, at most 3. */
  readonly sharedWith: readonly string[];
}
