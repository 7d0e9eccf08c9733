/** Everything a report is made from: ledgers, manifests and summaries of the phases. A report counts nothing itself. */
import type { Ledger } from '../core/ledger.js';
import type { ContaminationRule } from '../dedup/contamination.js';
import type { BenchmarkDocuments, ContaminatedDocument } from '../dedup/contamination-totals.js';
import type { Alarm } from '../dedup/report.js';
import type { MixturePlan } from '../mixture/budget.js';
import type { SizeResult } from '../pipeline/phases/size.js';
import type { LshSummary } from './lsh-summary.js';
import type { Manifest } from './manifest.js';

export interface ReportData {
  readonly manifest: Manifest;
  readonly ledger: Ledger;
  /** Absent: the recipe has no dedup. */
  readonly duplicates?: DuplicateSummary;
  /** Absent: the recipe has no decontaminate. */
  readonly contamination?: ContaminationSummary;
  readonly models: readonly ModelSummary[];
  /** Shards that a model should have been trained on, and that could not be read then. Absent: none. */
  readonly trainedWithout?: readonly string[];
  readonly decisions: readonly DecisionSummary[];
  /** Without a mixture in the recipe: every document once. */
  readonly mixture: MixturePlan;
  /** What it was planned from. */
  readonly sizes: SizeResult;
  readonly faults: readonly FaultSummary[];
  /** Of all phases but the mixture, which has its own. */
  readonly warnings: readonly string[];
  /** Output directory as the user named it: for the commands that the report suggests. */
  readonly directory: string;
}

/** What deduplication did: part of the manifest, and of both reports. */
export interface DuplicateSummary {
  /** Groups of two or more documents, and the documents in them. */
  readonly clusters: number;
  readonly documents: number;
  /** Clusters by size, smallest first; a range such as `3-5` or one size. */
  readonly histogram: readonly { readonly size: string; readonly clusters: number }[];
  readonly sources: readonly SourceDuplicates[];
  /** Too short for a shingle: compared as a whole only. */
  readonly shortDocuments: number;
  /** Absent: the recipe has no MinHash. */
  readonly lsh?: LshSummary;
  /** What looks wrong: a very large cluster, a source that lost most of its documents. It stops nothing. */
  readonly alarms: readonly Alarm[];
}

export interface SourceDuplicates {
  readonly source: string;
  /** Only compared with: nothing of it was removed, nothing of it is in the corpus. */
  readonly against: boolean;
  /** Documents that were compared, and those removed as duplicates of another; by the method that found them. */
  readonly documents: number;
  readonly removed: number;
  readonly byMethod: Readonly<Record<string, number>>;
}

/** What was found of benchmarks in the corpus, and taken out: part of the manifest, and of both reports. */
export interface ContaminationSummary {
  readonly rule: ContaminationRule;
  /** Documents that were looked through, and their text. */
  readonly scanned: { readonly documents: number; readonly bytes: number };
  /** Different n-grams of all benchmarks; those that a document holds and that were taken out; those that too many hold. */
  readonly ngrams: number;
  readonly matched: number;
  readonly ignored: number;
  /** Documents that held some; of those dropped, the ones that were split into too many pieces. */
  readonly documents: BenchmarkDocuments;
  readonly split: number;
  /** Of text taken out, dropped documents among it. */
  readonly bytes: number;
  /** Documents in which putting pieces together made an n-gram, which was cut, too. */
  readonly rejoined: number;
  readonly benchmarks: readonly {
    readonly name: string;
    /** Records, files or entries; those long enough to be looked for; those with an n-gram that was taken out somewhere. */
    readonly items: number;
    readonly comparable: number;
    readonly touched: number;
    readonly ngrams: number;
    readonly matched: number;
    readonly ignored: number;
    readonly documents: BenchmarkDocuments;
    /** Records that could not be read, or have no text, and the first of them. */
    readonly lost: number;
    readonly fault?: string;
  }[];
  /** Of those ignored, the ones that most documents hold. */
  readonly ignoredTop: readonly { readonly text: string; readonly documents: number; readonly benchmarks: readonly string[] }[];
  /** Documents with the most n-grams; `text` is the longest run of them. */
  readonly top: readonly Omit<ContaminatedDocument, 'row'>[];
  /** Read back from the corpus, copies counted, without finding any. */
  readonly rescanned: { readonly documents: number; readonly bytes: number };
}

export interface ModelSummary {
  readonly name: string;
  /** Absent: read from a file, and not measured here. */
  readonly trained?: {
    /** Documents of each class in its sample, and those of both that were held out to measure it. */
    readonly positive: number;
    readonly negative: number;
    readonly heldOut: number;
    /** On the held-out documents, 0 to 1: F1 of the positive label at .5, and area under the ROC curve. */
    readonly f1: number;
    readonly auc: number;
    /** F1 where lengths give nothing away: on pieces of text that are as long in both classes. */
    readonly f1OfPieces: number;
  };
}

/** What was decided by all documents of a source together. */
export interface DecisionSummary {
  readonly source: string;
  readonly stage: string;
  /** Documents that reached the end of the source's stages, and those kept. */
  readonly documents: number;
  readonly kept: number;
  /** The threshold or alpha that the rule came to, in words. */
  readonly solved: string;
}

export interface FaultSummary {
  readonly source: string;
  readonly reason: string;
  /** true: these records were lost. false: they were repaired and kept. */
  readonly lost: boolean;
  readonly count: number;
  /** The first few, in the order of shards. */
  readonly places: readonly FaultPlace[];
}

export interface FaultPlace {
  readonly shard: string;
  readonly offset: number;
  readonly inner: number;
  readonly detail: string;
}
