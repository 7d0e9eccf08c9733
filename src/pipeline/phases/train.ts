/**
 * Phase `train`, a task per model: learns to tell a recipe's reference sources from a sample of its crawl, before any filter; a model from a file is
 * looked at, so that one that cannot be read ends the run before the crawl is. Outputs: `model` (fastText's own format, or the logistic one), `folded`
 * (what scoring reads of a fastText model). Memory: `examples` documents of each class (training-sample.ts: at worst 12 kB each), and the training's own.
 */
import { createHash } from 'node:crypto';
import { documentBytes, type DocumentBatch } from '../../core/document-batch.js';
import { documentKeys } from '../../core/document-key.js';
import { ShardError } from '../../core/errors.js';
import { hashKey, keyedUniform } from '../../core/keyed-hash.js';
import { checksumFile, writeFileAtomic, type WrittenFile } from '../../formats/atomic-file.js';
import { readFastTextModel } from '../../formats/fasttext-model.js';
import type { TrainingExample } from '../../formats/fasttext-training-file.js';
import { encodeLogisticModel } from '../../formats/logistic-model.js';
import type { QualityScorer } from '../../kernels/kernels.js';
import { foldModel } from '../../quality/fold.js';
import { saveFoldedModel } from '../../quality/folded-file.js';
import { evaluateHeldOut, type HeldOutResult } from '../../quality/held-out.js';
import { scoreBin, SCORE_BINS } from '../../quality/keep-solvers.js';
import { loadQualityModel } from '../../quality/quality-model.js';
import { trainFastText } from '../../quality/train-fasttext.js';
import { trainLogistic } from '../../quality/train-logistic.js';
import { TrainingSample } from '../../quality/training-sample.js';
import { isHeldOut, makeTrainingSet, POSITIVE } from '../../quality/training-set.js';
import type { PlannedShard } from '../plan.js';
import type { FastTextModelRecipe, FileModelRecipe, LogisticModelRecipe, ModelRecipe } from '../recipe.js';
import type { Phase, Run } from '../run.js';
import { sourceOf } from '../source-of.js';
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
    readonly heldOut: HeldOutResult;
  };
  /** Scores of the positive sources' held-out documents, whole: [bin of keep-solvers.ts, documents]. Only where a source asks to match them. */
  readonly positiveScores?: readonly (readonly [bin: number, documents: number])[];
}

/** Shards of a source that a sample is drawn from, at most: a crawl of 90,000 is not read twice to train on some thousand documents. */
const SAMPLED_SHARDS = 32;

export const train: Phase<TrainResult> = {
  name: 'train',

  inputs(run, rank) {
    const model = modelAt(run, rank);
    if (model.kind === 'file') return { model, file: run.plan.files[model.path] };
    const shardsOf = (sources: readonly string[]): unknown[] => sources.flatMap((source) => sampledShards(run, source).map(({ key, identity }) => [key, identity]));
    const reads = [...model.positive, ...model.negative].map((source) => {
      const { paths: _, ...format } = run.plan.recipe.sources[source]!.read; // a checked recipe names its own sources
      return [source, format];
    });
    return { model, seed: run.plan.recipe.seed, matched: isMatched(run, rank), reads, positive: shardsOf(model.positive), negative: shardsOf(model.negative) };
  },

  async execute(run, rank) {
    const model = modelAt(run, rank);
    if (model.kind === 'file') {
      looksLikeModel(run, rank, model);
      return { outputs: {}, result: { warnings: [] } };
    }
    const positive = await sampleOf(run, model.positive, model.examples);
    const negative = await sampleOf(run, model.negative, model.examples);
    const set = makeTrainingSet(positive.documents(), negative.documents());
    const { engine, outputs, scorer } = model.kind === 'fasttext' ? await fastText(run, rank, model, set.train) : await logistic(run, rank, model, set.train);
    const scores = scorer.score(batchOf(set.heldOut), Uint32Array.from(set.heldOut, (_, row) => row));
    return {
      outputs,
      result: {
        trained: {
          engine, positive: positive.documents().length, negative: negative.documents().length, examples: set.train.length,
          heldOut: evaluateHeldOut(scores, set.heldOut.map(({ label }) => label === POSITIVE)),
        },
        warnings: set.warnings,
        ...(isMatched(run, rank) ? { positiveScores: await scoresOf(run, model.positive, scorer) } : {}),
      },
    };
  },
};

interface Trained {
  readonly engine: NonNullable<TrainResult['trained']>['engine'];
  readonly outputs: Readonly<Record<string, WrittenFile>>;
  readonly scorer: QualityScorer;
}

async function fastText(run: Run, rank: number, { dim, epoch, lr, wordNgrams, buckets, minCount }: FastTextModelRecipe, examples: readonly TrainingExample[]): Promise<Trained> {
  const output = run.workPath('train', rank, 'bin');
  const engine = await trainFastText({ examples, output, folder: run.path('work', 'train'), dim, epoch, lr, wordNgrams, bucket: buckets, minCount });
  const folded = foldModel(readFastTextModel(output), POSITIVE);
  return {
    engine, scorer: kernelsOf(run).qualityScorer(folded),
    outputs: { model: checksumFile(output), folded: writeFileAtomic(run.workPath('train', rank, 'folded'), saveFoldedModel(folded)) },
  };
}

async function logistic(run: Run, rank: number, { buckets, l2, iterations, binary }: LogisticModelRecipe, examples: readonly TrainingExample[]): Promise<Trained> {
  const { model } = await trainLogistic({ examples, positive: POSITIVE, buckets, l2, iterations, binary });
  return { engine: 'own', scorer: kernelsOf(run).logisticScorer(model), outputs: { model: writeFileAtomic(run.workPath('train', rank, 'logistic'), encodeLogisticModel(model)) } };
}

/** Throws ConfigError for a file that is no model, or not one of the kind that the recipe's stages use it as. */
function looksLikeModel(run: Run, rank: number, { path, label }: FileModelRecipe): void {
  const name = Object.keys(run.plan.recipe.models)[rank]!; // rank < tasksOf
  const uses = Object.values(run.plan.recipe.sources).flatMap(({ stages }) => stages).filter(({ options }) => (options as { model?: unknown }).model === name);
  const asLanguage = uses.some((stage) => stage.name === 'language');
  if (asLanguage || uses.length === 0) readFastTextModel(path);
  if (!asLanguage) loadQualityModel(path, label);
}

/** Whether a source asks for the alpha that matches the scores of this model's reference. */
function isMatched(run: Run, rank: number): boolean {
  const name = Object.keys(run.plan.recipe.models)[rank]!; // rank < tasksOf
  return Object.values(run.plan.needs).some(({ decision }) => decision?.keep?.kind === 'pareto' && 'match' in decision.keep && decision.keep.match === name);
}

/** Scores of the documents that were held out from training, whole, by bin. */
async function scoresOf(run: Run, sources: readonly string[], scorer: QualityScorer): Promise<NonNullable<TrainResult['positiveScores']>> {
  const histogram = new Float64Array(SCORE_BINS);
  for await (const { batch } of sampledBatches(run, sources)) {
    const rows = Uint32Array.from({ length: batch.length }, (_, row) => row).filter((row) => isHeldOut(createHash('sha256').update(documentBytes(batch, row)).digest('hex')));
    const scores = scorer.score(batch, rows);
    for (const row of rows) histogram[scoreBin(Math.min(1, scores[row]!))]! += 1; // the engine's own probabilities pass 1 by 1e-5
  }
  return [...histogram].flatMap((documents, bin) => (documents === 0 ? [] : [[bin, documents] as const]));
}

const modelAt = (run: Run, rank: number): ModelRecipe => Object.values(run.plan.recipe.models)[rank]!; // rank < tasksOf

/** The shards with the smallest keyed hashes of their names. */
function sampledShards(run: Run, source: string): PlannedShard[] {
  const key = hashKey(run.plan.recipe.seed, 'train-shards');
  return run.plan.shards
    .filter((shard) => shard.source === source)
    .map((shard) => ({ shard, draw: drawOf(key, shard.key) }))
    .sort((a, b) => a.draw - b.draw || (a.shard.key < b.shard.key ? -1 : 1))
    .slice(0, SAMPLED_SHARDS)
    .map(({ shard }) => shard);
}

function drawOf(key: Uint32Array, name: string): number {
  const hash = parseInt(name.slice(-8), 16); // a shard's key ends in a hash of its name
  return keyedUniform(key, hash, 0);
}

async function sampleOf(run: Run, sources: readonly string[], most: number): Promise<TrainingSample> {
  const sample = new TrainingSample(run.plan.recipe.seed, most);
  for await (const { source, batch } of sampledBatches(run, sources)) offerAll(run, sample, source, batch);
  return sample;
}

/** A shard that cannot be read is left out here and reported by `curate`. */
async function* sampledBatches(run: Run, sources: readonly string[]): AsyncGenerator<{ readonly source: string; readonly batch: DocumentBatch }> {
  for (const source of sources) {
    const { read } = run.plan.recipe.sources[source]!; // a checked recipe names its own sources
    for (const shard of sampledShards(run, source)) {
      try {
        for await (const item of sourceOf(read).read(shard)) if (item.kind === 'documents') yield { source, batch: item.batch };
      } catch (error) {
        if (!(error instanceof ShardError)) throw error;
      }
    }
  }
}

function offerAll(run: Run, sample: TrainingSample, source: string, batch: DocumentBatch): void {
  const { values } = documentKeys(source, batch);
  for (let row = 0; row < batch.length; row++) sample.offer(values[2 * row]!, values[2 * row + 1]!, documentBytes(batch, row));
  run.progress.add(batch.length, batch.offsets[batch.length]!);
}

function batchOf(examples: readonly TrainingExample[]): DocumentBatch {
  const texts = examples.map(({ text }) => Buffer.from(text));
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, i) => { offsets[i + 1] = offsets[i]! + text.length; });
  return { length: texts.length, text: Buffer.concat(texts), offsets, columns: new Map() };
}
