/**
 * Trains a quality model of any kind from a training set, writes it, and judges it by what was held out: the one way in for a recipe's models and
 * for the command line.
 */
import type { FastTextHyperparameters } from '../formats/fasttext-engine.js';
import { checksumFile, writeFileAtomic, type WrittenFile } from '../formats/atomic-file.js';
import type { TrainingExample } from '../formats/fasttext-training-file.js';
import { encodeLogisticModel } from '../formats/logistic-model.js';
import type { Kernels, QualityScorer } from '../kernels/kernels.js';
import { saveFoldedModel } from './folded-file.js';
import { evaluateHeldOut, type HeldOutResult } from './held-out.js';
import { loadQualityModel, scorerOf, type QualityModel } from './quality-model.js';
import { scoreTexts } from './score-texts.js';
import { trainFastText } from './train-fasttext.js';
import { DEFAULT_LOGISTIC, trainLogistic, type LogisticHyperparameters } from './train-logistic.js';
import { POSITIVE, type TrainingSet } from './training-set.js';

/** What to train: options left out have the trainer's defaults. */
export type QualityModelKind =
  | { readonly kind: 'fasttext'; readonly options?: Partial<FastTextHyperparameters> | undefined }
  | { readonly kind: 'logistic'; readonly options?: Partial<LogisticHyperparameters> | undefined };

interface Training {
  readonly set: TrainingSet;
  /** The model file: the engine's own format (.bin), or logistic-model.ts's. It appears whole or not at all, in place of one that is there. */
  readonly output: string;
  /** For unfinished files; made where it is missing. */
  readonly folder: string;
  /** Where a fastText model that can be folded is written in folded form too: what scoring reads. */
  readonly folded?: string | undefined;
  readonly kernels: Kernels;
  readonly signal?: AbortSignal | undefined;
  /** From 0 to 1, rising, with a few words on where it stands. */
  readonly onProgress?: ((fraction: number, detail: string) => void) | undefined;
}

export type QualityTraining = QualityModelKind & Training;

export interface TrainedQualityModel {
  /** Which build of fastText's engine trained, or `own`: the logistic trainer, whose bytes do not depend on the machine. */
  readonly engine: 'native' | 'wasm' | 'own';
  readonly model: QualityModel;
  readonly scorer: QualityScorer;
  readonly files: { readonly model: WrittenFile; readonly folded?: WrittenFile };
  /** Pieces of text learnt from, both classes together. */
  readonly examples: number;
  /** By pieces of text of equal lengths in both classes, so that length helps nobody: as hard as it gets. */
  readonly heldOut: HeldOutResult;
  /** By the held-out documents as they were sampled, as many of one class as of the other. */
  readonly heldOutDocuments: HeldOutResult;
  /** The training set's, and those of training. */
  readonly warnings: readonly string[];
}

/** Errors: those of trainFastText and trainLogistic. Memory: theirs, the model, and a MiB of text. */
export async function trainQualityModel(training: QualityTraining): Promise<TrainedQualityModel> {
  const { set, kernels } = training;
  const { engine, file, warnings } = training.kind === 'fasttext' ? await trainByEngine(training) : await trainByUs(training);
  const model = loadQualityModel(file.path, training.kind === 'fasttext' ? POSITIVE : undefined);
  const folded = model.kind === 'folded' && training.folded !== undefined ? writeFileAtomic(training.folded, saveFoldedModel(model.model)) : undefined;
  const scorer = scorerOf(kernels, model);
  return {
    engine, model, scorer, files: { model: file, ...(folded && { folded }) }, examples: set.train.length,
    heldOut: judge(scorer, set.heldOut), heldOutDocuments: judge(scorer, set.heldOutDocuments), warnings: [...set.warnings, ...warnings],
  };
}

function judge(scorer: QualityScorer, examples: readonly TrainingExample[]): HeldOutResult {
  return evaluateHeldOut(scoreTexts(scorer, examples.map(({ text }) => text)), examples.map(({ label }) => label === POSITIVE));
}

interface Written {
  readonly engine: TrainedQualityModel['engine'];
  readonly file: WrittenFile;
  readonly warnings: readonly string[];
}

async function trainByEngine({ options, set, output, folder, signal, onProgress }: QualityTraining & { readonly kind: 'fasttext' }): Promise<Written> {
  const engine = await trainFastText({
    ...options, examples: set.train, output, folder, ...(signal && { signal }),
    ...(onProgress && { onProgress: (fraction: number) => onProgress(fraction, '') }),
  });
  return { engine, file: checksumFile(output), warnings: [] };
}

async function trainByUs({ options, set, output, signal, onProgress }: QualityTraining & { readonly kind: 'logistic' }): Promise<Written> {
  const most = options?.iterations ?? DEFAULT_LOGISTIC.iterations;
  const { model, converged, iterations, loss } = await trainLogistic({
    ...options, examples: set.train, positive: POSITIVE, signal,
    onProgress: (iteration, now) => onProgress?.(Math.min(1, iteration / most), `step ${iteration}, loss ${now.toFixed(5)}`),
  });
  onProgress?.(1, `${iterations} steps, loss ${loss.toFixed(5)}`);
  const warnings = converged ? [] : [`the logistic model had not settled after ${iterations} steps: more iterations would change it`];
  return { engine: 'own', file: writeFileAtomic(output, encodeLogisticModel(model)), warnings };
}
