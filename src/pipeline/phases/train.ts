/**
 * Phase `train`, a task per model: learns to tell a recipe's reference sources from a sample of its crawl, before any filter; a model from a file is
 * looked at, so that one that cannot be read ends the run before the crawl is. Outputs: `model` (fastText's own format, or the logistic one), `folded`
 * (what scoring reads of a fastText model). Memory: `examples` documents of each class (training-sample.ts: at worst 12 kB each), and the training's own.
 */
import { createHash } from 'node:crypto';
import { documentBytes } from '../../core/document-batch.js';
import { documentKeys } from '../../core/document-key.js';
import { readFastTextModel } from '../../formats/fasttext-model.js';
import type { QualityScorer } from '../../kernels/kernels.js';
import type { HeldOutResult } from '../../quality/held-out.js';
import { scoreBin, SCORE_BINS } from '../../quality/keep-solvers.js';
import { loadQualityModel } from '../../quality/quality-model.js';
import { trainQualityModel, type QualityModelKind } from '../../quality/train-model.js';
import { TrainingSample } from '../../quality/training-sample.js';
import { isHeldOut, makeTrainingSet } from '../../quality/training-set.js';
import { readOptions } from '../read-options.js';
import type { FileModelRecipe, ModelRecipe, TrainedModelRecipe } from '../recipe.js';
import type { Phase, Run } from '../run.js';
import { sampledBatches, sampledShards } from '../sampled-shards.js';
import { kernelsOf } from '../stage-context.js';

export interface TrainResult {
  readonly warnings: readonly string[];
  /** Absent: the model came from a file. */
  readonly trained?: {
    /** Which build of fastText's engine trained; `own` for the logistic model. */
    readonly engine: 'native' | 'wasm' | 'own';
    /** Documents of each class that the sample holds, and pieces of text trained on, both classes together. */
    readonly positive: number;
    readonly negative: number;
    readonly examples: number;
    /** By pieces of text of equal lengths in both classes, and by whole documents as they were sampled (train-model.ts). */
    readonly heldOut: HeldOutResult;
    readonly heldOutDocuments: HeldOutResult;
  };
  /** Shards that could not be read: where a server was down for a while, the next run trains again. Absent: none. */
  readonly unread?: readonly string[];
  /** Scores of the positive sources' held-out documents, whole: [bin of keep-solvers.ts, documents]. Only where a source asks to match them. */
  readonly positiveScores?: readonly (readonly [bin: number, documents: number])[];
}

export const train: Phase<TrainResult> = {
  name: 'train',

  inputs(run, rank) {
    const { model } = modelAt(run, rank);
    if (model.kind === 'file') return { model, file: run.plan.files[model.path] };
    const shardsOf = (sources: readonly string[]): unknown[] => sources.flatMap((source) => sampledShards(run, source).map(({ key, identity }) => [key, identity]));
    const reads = [...model.positive, ...model.negative].map((source) => [source, readOptions(run.plan.recipe.sources[source]!.read)]); // a checked recipe names its own sources
    return { model, seed: run.plan.recipe.seed, matched: isMatched(run, rank), reads, positive: shardsOf(model.positive), negative: shardsOf(model.negative) };
  },

  async execute(run, rank) {
    const { name, model } = modelAt(run, rank);
    if (model.kind === 'file') {
      expectModel(run, name, model);
      return { outputs: {}, result: { warnings: [] } };
    }
    const unread = new Set<string>();
    const positive = await sampleOf(run, model.positive, model.examples, unread);
    const negative = await sampleOf(run, model.negative, model.examples, unread);
    const trained = await trainQualityModel({
      ...kindOf(model), set: makeTrainingSet(positive.documents(), negative.documents()), kernels: kernelsOf(run), folder: run.path('work', 'train'),
      output: run.workPath('train', rank, model.kind === 'fasttext' ? 'bin' : 'logistic'), folded: run.workPath('train', rank, 'folded'),
    });
    const { engine, examples, heldOut, heldOutDocuments, warnings, files, scorer } = trained;
    const positiveScores = isMatched(run, rank) ? await heldOutScores(run, model.positive, scorer, unread) : undefined;
    return {
      outputs: files,
      result: {
        warnings, trained: { engine, positive: positive.documents().length, negative: negative.documents().length, examples, heldOut, heldOutDocuments },
        ...(positiveScores === undefined ? {} : { positiveScores }),
        ...(unread.size === 0 ? {} : { unread: [...unread].sort() }),
      },
    };
  },
};

function modelAt(run: Run, rank: number): { readonly name: string; readonly model: ModelRecipe } {
  const [name, model] = Object.entries(run.plan.recipe.models)[rank]!; // rank < tasksOf
  return { name, model };
}

function kindOf(model: TrainedModelRecipe): QualityModelKind {
  if (model.kind === 'fasttext') {
    const { kind, positive: _, negative: __, examples: ___, buckets: bucket, ...options } = model;
    return { kind, options: { ...options, bucket } };
  }
  const { kind, buckets, l2, iterations, binary } = model;
  return { kind, options: { buckets, l2, iterations, binary } };
}

/** Throws ConfigError for a file that is no model, or not one of the kind that the recipe's stages use it as. */
function expectModel(run: Run, name: string, { path, label }: FileModelRecipe): void {
  const uses = Object.values(run.plan.recipe.sources).flatMap(({ stages }) => stages).filter(({ options }) => (options as { model?: unknown }).model === name);
  const asLanguage = uses.some((stage) => stage.name === 'language');
  if (asLanguage) readFastTextModel(path);
  else loadQualityModel(path, label);
}

/** Whether a source asks for the alpha that matches the scores of this model's reference. */
function isMatched(run: Run, rank: number): boolean {
  const { name } = modelAt(run, rank);
  return Object.values(run.plan.needs).some(({ decision }) => decision?.keep?.kind === 'pareto' && 'match' in decision.keep && decision.keep.match === name);
}

async function sampleOf(run: Run, sources: readonly string[], most: number, unread: Set<string>): Promise<TrainingSample> {
  const sample = new TrainingSample(run.plan.recipe.seed, most);
  for await (const { source, batch } of sampledBatches(run, sources, unread)) {
    const { values } = documentKeys(source, batch);
    for (let row = 0; row < batch.length; row++) sample.offer(values[2 * row]!, values[2 * row + 1]!, documentBytes(batch, row));
  }
  return sample;
}

/** Scores of the documents that were held out from training, whole, by bin. */
async function heldOutScores(run: Run, sources: readonly string[], scorer: QualityScorer, unread: Set<string>): Promise<NonNullable<TrainResult['positiveScores']>> {
  const histogram = new Float64Array(SCORE_BINS);
  for await (const { batch } of sampledBatches(run, sources, unread)) {
    const rows = Uint32Array.from({ length: batch.length }, (_, row) => row)
      .filter((row) => isHeldOut(createHash('sha256').update(documentBytes(batch, row)).digest('hex')));
    const scores = scorer.score(batch, rows);
    for (const row of rows) histogram[scoreBin(Math.min(1, scores[row]!))]! += 1; // the engine's own probabilities pass 1 by 1e-5
  }
  return [...histogram].flatMap((documents, bin) => (documents === 0 ? [] : [[bin, documents] as const]));
}
