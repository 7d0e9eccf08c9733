/**
 * The recipe: what a corpus is made of, as a person writes it in YAML (`pipelines/*.yaml`) and as the rest of the program sees it. Here
 * are the resolved types and the one way in, `parseRecipe`; the grammar is in recipe-schema.ts, the rules between its parts in
 * recipe-checks.ts, lines and columns in recipe-places.ts. Nothing here opens a file.
 */
import { fingerprintOf } from '../core/canonical-json.js';
import { ConfigError } from '../core/errors.js';
import type { ContaminationRule } from '../dedup/contamination.js';
import type { CorpusFormat } from '../formats/corpus-writer.js';
import type { ShingleParameters, SignatureKind } from '../kernels/kernels.js';
import type { Shortfall } from '../mixture/budget.js';
import type { WeightRule } from '../mixture/rules.js';
import type { MixtureUnit } from '../mixture/unit.js';
import type { StageDefinition } from '../stages/definition.js';
import type { CrawlRecipe } from './crawl-shards.js';
import { checkRecipe } from './recipe-checks.js';
import { issueText, problemsOfIssues } from './recipe-issues.js';
import { readPlaces } from './recipe-places.js';
import { messagesOf, type Problem } from './recipe-problems.js';
import { recipeSchema } from './recipe-schema.js';

interface ReadPaths {
  /** Globs relative to the recipe's root, `/` between parts. At least one, but for a crawl, which has none. */
  readonly paths: readonly string[];
  /** Documents read from each shard at most: for trials. Absent: all. */
  readonly limit?: number;
  /** Documents of each shard that are passed over before the first is taken, as if they were not there. Absent: none. */
  readonly skip?: number;
  /** A document of more bytes is dropped. Absent: 16 MiB. */
  readonly maxDocument?: number;
  /** Compressed data that inflates to more than so many times its size, and to more than 16 MiB, is dropped as a bomb. Absent: 200. */
  readonly maxRatio?: number;
}

/** Which fields of a record hold what, for formats whose records have names for their parts; dots between levels. A record may lack id and url, but not the text. */
export interface ReadFields {
  readonly text: string;
  readonly id: string;
  readonly url: string;
  /** Fields that go along into the corpus, under the same names. Absent: none. */
  readonly metadata?: readonly string[];
}

/** Where documents come from, by format. */
export type ReadRecipe = ReadPaths & (
  | { readonly format: 'wet'; readonly metadata?: readonly string[]; readonly crawl?: CrawlRecipe }
  /** `metadata`: names of fields of the records' headers. */
  | { readonly format: 'warc'; readonly metadata?: readonly string[] }
  | ReadFields & {
    readonly format: 'jsonl';
    /** The corpus has these records as they were read, with all their fields; the text is what the stages made of it. Absent: id, source, text and what is known. */
    readonly wholeRecords?: true;
  }
  /** A row is a document. */
  | ReadFields & { readonly format: 'parquet' }
  | ReadFields & {
    readonly format: 'csv';
    /** One ASCII character. Absent: a tab for files whose name says .tsv or .tab, else a comma. */
    readonly delimiter?: string;
    /** The corpus has the rows as objects of strings, with all their columns. Absent: as of jsonl. */
    readonly wholeRecords?: true;
  }
  | { readonly format: 'text' }
  | {
    readonly format: 'zip' | 'tar';
    /** Globs over entry names: read are those that match one of `include` and none of `exclude`. */
    readonly include: readonly string[];
    readonly exclude: readonly string[];
  }
  /** What --write-index wrote: a folder each. Only to be compared with. */
  | { readonly format: 'index' }
);

export interface StageRecipe {
  /** A name of the catalog. */
  readonly name: string;
  /** As the stage's own schema returned them, defaults filled in. */
  readonly options: unknown;
}

export interface SourceRecipe {
  readonly read: ReadRecipe;
  readonly stages: readonly StageRecipe[];
  /** UTF-8 bytes of text a token: what tokens are estimated with. */
  readonly bytesPerToken: number;
}

interface TrainedModel {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
  /** Documents per class at most. */
  readonly examples: number;
}

/** A two-label linear classifier over words and word n-grams, trained in the run: `positive` sources against `negative` ones. */
export interface FastTextModelRecipe extends TrainedModel {
  readonly kind: 'fasttext';
  readonly dim: number;
  readonly epoch: number;
  readonly lr: number;
  readonly wordNgrams: number;
  readonly buckets: number;
  readonly minCount: number;
  /** Character n-grams of minn .. maxn code points are features too; maxn 0: none. */
  readonly minn: number;
  readonly maxn: number;
  readonly loss: 'softmax' | 'hs' | 'ns' | 'ova';
}

/** GPT-3's classifier, trained in the run: logistic regression over hashed words. */
export interface LogisticModelRecipe extends TrainedModel {
  readonly kind: 'logistic';
  readonly buckets: number;
  readonly l2: number;
  readonly iterations: number;
  readonly binary: boolean;
}

/** A model from elsewhere, read as it is. */
export interface FileModelRecipe {
  readonly kind: 'file';
  /** Relative to the current folder, as the paths of sources are. */
  readonly path: string;
  /** The label whose probability is the score. Absent: the positive one of two, where their names tell. */
  readonly label?: string;
}

export type TrainedModelRecipe = FastTextModelRecipe | LogisticModelRecipe;
export type ModelRecipe = TrainedModelRecipe | FileModelRecipe;

export interface MinhashRecipe {
  readonly shingle: ShingleParameters;
  readonly signature: SignatureKind;
  readonly bands: number;
  readonly rows: number;
  /** Jaccard similarity from which a candidate pair counts as duplicate. */
  readonly threshold: number;
  /** What is held against the threshold: the signatures' estimate, or the similarity of the texts' own shingle sets. */
  readonly verify: 'estimated' | 'exact';
}

/** Paragraphs or lines that many documents share are cut out of the text. */
export interface ParagraphRecipe {
  readonly unit: 'paragraph' | 'line';
  /** Documents that must hold it before it counts as repeated. */
  readonly documents: number;
  /** Shorter ones, in UTF-8 bytes, are left alone. */
  readonly leastBytes: number;
  /** Whether its first document, in the order of the job, keeps it. */
  readonly keepFirst: boolean;
}

/** One rule for which member of a cluster is kept; the next decides where it ties. */
export type KeepRule =
  | { readonly kind: 'source'; readonly sources: readonly string[] }
  | { readonly kind: 'quality' }
  | { readonly kind: 'newest' }
  | { readonly kind: 'longest' }
  | { readonly kind: 'id' };

export interface DedupRecipe {
  /** `global`: across all sources. `source`: within each source only. `snapshot`: within each crawl, by the CC-MAIN name in a shard's path, else its source. */
  readonly scope: 'global' | 'source' | 'snapshot';
  /** Equal normalised text; equal normalised address. */
  readonly exact: boolean;
  readonly url: boolean;
  readonly paragraphs?: ParagraphRecipe;
  readonly minhash?: MinhashRecipe;
  /** Ends with `id`, so that it always decides. */
  readonly keep: readonly KeepRule[];
  /** No member of a cluster is kept: every document that has a duplicate goes. */
  readonly dropAll: boolean;
  /** Sources that are only compared with: never removed, never in the corpus. */
  readonly against: readonly string[];
  /** false: documents go only for what they repeat of `against`, not of one another. */
  readonly within: boolean;
}

/** A benchmark that the corpus must hold nothing of. */
export type BenchmarkRecipe =
  /** `text`: field that is compared with all strings below it, dots between levels. Absent: all strings of a record. */
  | { readonly format: 'jsonl' | 'parquet'; readonly paths: readonly string[]; readonly text?: string }
  /** `text`: column that is compared. */
  | { readonly format: 'csv'; readonly paths: readonly string[]; readonly text: string }
  | { readonly format: 'text' | 'zip' | 'tar'; readonly paths: readonly string[] };

export interface DecontaminateRecipe extends ContaminationRule {
  /** By name; at least one. */
  readonly against: Readonly<Record<string, BenchmarkRecipe>>;
  /** Sources that are looked through. Absent: all that the corpus has. */
  readonly sources?: readonly string[];
}

export interface MixtureRecipe {
  /** What budget and weights count. */
  readonly unit: MixtureUnit;
  /** Of the unit; `max`: as many as there are without any source passing maxEpochs. */
  readonly budget: number | 'max';
  /** Weights as they were given (60 or .6), one for every source, or how they come about. */
  readonly rule: WeightRule;
  /** How often a source may be repeated: a number for every source. */
  readonly maxEpochs: Readonly<Record<string, number>>;
  /** What part of the corpus a source may be, 0 to 1: a number for every source. */
  readonly maxShare: Readonly<Record<string, number>>;
  readonly shortfall: Shortfall;
  /** How tokens are counted, where they are the unit. Absent: estimated with the sources' bytesPerToken. */
  readonly tokens?: TokensRecipe;
}

export interface TokensRecipe {
  /** A name of kernels/tokenizer.ts, or the path of a tokenizer.json, relative to the current folder. */
  readonly tokenizer: string;
  /** Documents of each source that are counted. */
  readonly sample: number | 'exact';
}

/** What losses are measured on: held-out documents of the source of that name, or of files of its own. */
export interface TuneTarget {
  /** Importance among the targets: of any size, 0 for one that is only measured. */
  readonly weight: number;
  readonly files?: {
    /** Globs relative to the recipe's root. */
    readonly paths: readonly string[];
    /** Field of the text in JSON Lines. */
    readonly text: string;
  };
}

/** How weights are tuned. */
export interface TuneRecipe {
  /** By name; one at least has a weight above 0. */
  readonly targets: Readonly<Record<string, TuneTarget>>;
  /** Absent: by the number of sources. */
  readonly runs?: number;
  /** Longest n-gram of the proxies, in bytes. */
  readonly order: number;
  /** That a proxy reads. */
  readonly bytes: number;
  /** Of held-out text a target. */
  readonly heldOut: number;
}

export interface OutputRecipe {
  readonly format: CorpusFormat;
  /** Bytes of uncompressed JSON Lines in one corpus file at most, unless a single document is larger. */
  readonly shardSize: number;
  /** `shuffled`: by keyed hash, as training wants it. `input`: by source, file and place, as the documents were read; copies of one stand together. */
  readonly order: 'shuffled' | 'input';
  /** Template of their names below corpus/, before their numbers (output-path.ts). */
  readonly path: string;
  /** s3:// or http(s):// address that the result is published to. Absent: it stays in its folder. */
  readonly to?: string;
}

/** A recipe with every default filled in: plain JSON, and in its canonical form independent of the order of keys. */
export interface Recipe {
  readonly name: string;
  readonly seed: number;
  /** The run makes `samples/` from installed packages where it is not there. */
  readonly samples: boolean;
  readonly sources: Readonly<Record<string, SourceRecipe>>;
  readonly models: Readonly<Record<string, ModelRecipe>>;
  /** Absent: duplicates stay. */
  readonly dedup?: DedupRecipe;
  /** Absent: nothing is compared with benchmarks. */
  readonly decontaminate?: DecontaminateRecipe;
  /** Absent: every surviving document once. */
  readonly mixture?: MixtureRecipe;
  /** Absent: the command line says what to tune for. */
  readonly tune?: TuneRecipe;
  readonly output: OutputRecipe;
}

export interface RecipeContext {
  /** The recipe's path as the user gave it: only for messages. */
  readonly file: string;
  /** Every stage that a source may name. */
  readonly catalog: readonly StageDefinition[];
}

/**
 * The recipe in `text` (YAML 1.2), resolved and checked. Throws ConfigError with one line per problem, `file:line:column: key: found ...,
 * expected ...`, at most 20 of them. Rules between parts (a weight for a source that does not exist) are looked at once each part is
 * right by itself. Environment variables are not expanded. Bounds: 1 MiB of text, 100 uses of aliases, 64 levels.
 */
export function parseRecipe(text: string, { file, catalog }: RecipeContext): Recipe {
  const { value, problems: syntax, placeOf } = readPlaces(text);
  const refuse = (problems: readonly Problem[]): never => {
    throw new ConfigError(messagesOf(file, problems, placeOf));
  };
  if (syntax.length > 0) refuse(syntax);
  const parsed = recipeSchema(catalog).safeParse(value, { error: issueText });
  if (!parsed.success) return refuse(problemsOfIssues(parsed.error.issues, value));
  const problems = checkRecipe(parsed.data, catalog);
  if (problems.length > 0) refuse(problems);
  return parsed.data;
}

/** What a recipe is known by in manifests and completions: SHA-256 of its canonical JSON, without what changes no corpus: what tunes weights, and where it is published. */
export function recipeFingerprint({ tune: _, output: { to: __, ...output }, ...recipe }: Recipe): string {
  return fingerprintOf({ ...recipe, output });
}
