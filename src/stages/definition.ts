/**
 * What one stage of the catalog is: its name (file name = YAML key = CLI word = report heading), the schema of its options, and how it is
 * built from them. `catalog.ts` lists every definition; the recipe's schema, `sluice stages` and the chain are made from that list.
 */
import type { z } from 'zod';
import type { Stage } from '../core/stage.js';
import type { Kernels, LanguageScorer, QualityScorer } from '../kernels/kernels.js';

/** What a stage may use, made once per worker. */
export interface StageContext {
  readonly kernels: Kernels;
  /** The recipe's seed. */
  readonly seed: number;
  /** The recipe's name for the source whose chain is being built. */
  readonly source: string;
  /** A language model, loaded at first use: one that the recipe declares under `models`, or without a name the lid.176 that is installed. */
  language(model?: string): LanguageScorer;
  /** A model that the recipe declares under `models`. */
  quality(model: string): QualityScorer;
  /** The lines of a text file that the options name (see `files`), without their ends; read once. */
  lines(path: string): readonly string[];
}

/**
 * What is decided when the scores of a whole source are known (column `quality` of the documents that reach the end of its stages): which stay, and which
 * twentieth of the source each lies in. Phase `decide` does it; the reason is reported under the stage's name.
 */
export interface SourceDecision {
  readonly buckets: boolean;
  readonly keep?:
    | { readonly kind: 'top'; readonly share: number; readonly by: 'documents' | 'tokens'; readonly reason: string }
    /** Alpha is solved for: to keep a share, or to spread scores as those of the reference that `match` (a model) was trained on. `purpose` keys the draws. */
    | { readonly kind: 'pareto'; readonly keepShare: number; readonly purpose: string; readonly reason: string }
    | { readonly kind: 'pareto'; readonly match: string; readonly purpose: string; readonly reason: string };
}

export interface StageDefinition<Options = unknown> {
  readonly name: string;
  /** One sentence, for `sluice stages` and editors. */
  readonly summary: string;
  /** Options with defaults and `.describe()` on each; a bare stage name in a recipe means `{}`. */
  readonly options: z.ZodType<Options>;
  /** Names of models (under `models:`) that these options need. */
  models?(options: Options): readonly string[];
  /** Paths of text files that these options need (lists of words, domains), read through `context.lines`: a changed file is other work. */
  files?(options: Options): readonly string[];
  /** What these options decide by all documents of the source together. Such a stage must be the source's last. */
  decision?(options: Options): SourceDecision | undefined;
  /** The stages it stands for, in order; usually an annotator and a filter. */
  build(options: Options, context: StageContext): readonly Stage[];
}

/** Keeps the options' type between schema and builder, then forgets it for the list. */
export function defineStage<Options>(definition: StageDefinition<Options>): StageDefinition {
  return definition as unknown as StageDefinition; // the catalog hands a definition only options that its own schema parsed
}
