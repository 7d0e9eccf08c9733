/** Training from a file in fastText's own form, with any number of labels a line, and testing by another: what fastText's users have lying about. */
import { ConfigError } from '../core/errors.js';
import { checksumFile, type WrittenFile } from '../formats/atomic-file.js';
import type { FastTextEngine, FastTextHyperparameters } from '../formats/fasttext-engine.js';
import { readFastTextModel } from '../formats/fasttext-model.js';
import { readLabelledLines } from '../formats/labelled-lines.js';
import type { Kernels } from '../kernels/kernels.js';
import { precisionAtOne, type PrecisionAtOne } from './precision-at-one.js';
import { trainFastText } from './train-fasttext.js';

/** The engine's own, so that what is published for it can be repeated as it is written. */
export const ENGINE_DEFAULTS: FastTextHyperparameters = {
  dim: 100, epoch: 5, lr: 0.1, wordNgrams: 1, bucket: 2_000_000, minCount: 1, minn: 0, maxn: 0, loss: 'softmax',
};

export interface LabelledTraining {
  /** The files to learn from and, where there is one, to test by. */
  readonly train: string;
  readonly test?: string | undefined;
  readonly output: string;
  readonly folder: string;
  /** In place of ENGINE_DEFAULTS. */
  readonly options: Partial<FastTextHyperparameters>;
  readonly kernels: Kernels;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number, detail: string) => void) | undefined;
}

export interface TrainedLabels {
  readonly engine: FastTextEngine;
  readonly file: WrittenFile;
  readonly labels: number;
  /** Lines learnt from. */
  readonly examples: number;
  readonly test?: PrecisionAtOne;
  readonly warnings: readonly string[];
}

/** Trains, writes the model, and tests it. Errors: ConfigError for files that cannot teach or test anything; those of trainFastText. */
export async function trainLabelled({ train, test, output, folder, options, kernels, signal, onProgress }: LabelledTraining): Promise<TrainedLabels> {
  const { labels, examples, warnings } = await checkTrainingFile(train);
  if (test !== undefined) await checkTestFile(test);
  const engine = await trainFastText({
    ...ENGINE_DEFAULTS, ...options, examples: train, output, folder, ...(signal && { signal }),
    ...(onProgress && { onProgress: (fraction: number) => onProgress(fraction, '') }),
  });
  const result = { engine, file: checksumFile(output), labels, examples, warnings };
  if (test === undefined) return result;
  return { ...result, test: await precisionAtOne(kernels.languageScorer(readFastTextModel(output)), test) };
}

async function checkTrainingFile(path: string): Promise<{ labels: number; examples: number; warnings: string[] }> {
  const names = new Set<string>();
  let examples = 0;
  let unlabelled = 0;
  for await (const { labels, text } of readLabelledLines(path)) {
    if (labels.length > 0 && text !== '') examples++;
    else if (labels.length === 0 && text !== '') unlabelled++;
    for (const label of labels) names.add(label);
  }
  if (names.size < 2) {
    const found = names.size === 1 ? `the one label "${[...names].join('')}"` : 'no labels';
    throw new ConfigError(`${path}: found ${found}, expected lines with two or more labels between them (__label__NAME, then text)`);
  }
  if (examples === 0) throw new ConfigError(`${path}: found no line with a label and text, expected examples`);
  const warnings = unlabelled > 0 ? [`${path}: ${unlabelled} lines have no label: nothing is learnt from them`] : [];
  return { labels: names.size, examples, warnings };
}

async function checkTestFile(path: string): Promise<void> {
  for await (const { labels } of readLabelledLines(path)) if (labels.length > 0) return;
  throw new ConfigError(`${path}: found no line with a label, expected examples to test by`);
}
