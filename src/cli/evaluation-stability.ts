/** Trains a run's model once more on a sample drawn under another seed: what rank stability compares it with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentBytes } from '../core/document-batch.js';
import { documentKeys } from '../core/document-key.js';
import type { Kernels, QualityScorer } from '../kernels/kernels.js';
import type { TrainedModelRecipe } from '../pipeline/recipe.js';
import { scorerOf } from '../quality/quality-model.js';
import { trainQualityModel, type QualityModelKind } from '../quality/train-model.js';
import { TrainingSample } from '../quality/training-sample.js';
import { makeTrainingSet } from '../quality/training-set.js';
import type { InputSource } from './evaluation-inputs.js';

/** Reads the sources once. The files go to a temporary folder that is removed. Memory: that of training (training-sample.ts, train-model.ts). */
export async function trainAgain(
  recipe: TrainedModelRecipe, seed: number, sources: readonly InputSource[], kernels: Kernels, say: (line: string) => void,
): Promise<QualityScorer> {
  const [positive, negative] = [new TrainingSample(seed, recipe.examples), new TrainingSample(seed, recipe.examples)];
  for (const source of sources) {
    for await (const batch of source.batches(say)) {
      const { values } = documentKeys(source.name, batch);
      for (let row = 0; row < batch.length; row++) {
        (source.positive ? positive : negative).offer(values[2 * row]!, values[2 * row + 1]!, documentBytes(batch, row));
      }
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'sluice-stability-'));
  try {
    const set = makeTrainingSet(positive.documents(), negative.documents());
    const { model } = await trainQualityModel({ ...kindOf(recipe), set, kernels, folder, output: join(folder, 'model') });
    return scorerOf(kernels, model);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function kindOf(recipe: TrainedModelRecipe): QualityModelKind {
  if (recipe.kind === 'fasttext') {
    const { dim, epoch, lr, wordNgrams, buckets, minCount } = recipe;
    return { kind: 'fasttext', options: { dim, epoch, lr, wordNgrams, bucket: buckets, minCount } };
  }
  const { buckets, l2, iterations, binary } = recipe;
  return { kind: 'logistic', options: { buckets, l2, iterations, binary } };
}
