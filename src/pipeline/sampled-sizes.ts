/** How sizes came about: by which counter, and what the counted documents of a sample say of the others. */
import { columnOf } from '../core/document-batch.js';
import { isPackageTokenizer } from '../kernels/tokenizer.js';
import { gptTokenizerPackage } from '../kernels/tokenizer-gpt.js';
import { addToSample, bytesPerTokenOf, drawProbability, noRatioSample, tokenInterval, type Interval, type RatioSample } from '../mixture/ratio-estimate.js';
import { sampledRate } from './count-sample.js';
import { countingOf } from './counting.js';
import { mixtureUnit, openCounted } from './document-sizes.js';
import type { Run } from './run.js';
import { tasksOf } from './tasks.js';

/** What a manifest can say of how sizes were found. */
export interface Counted {
  /** `bytes-per-token`: estimated with the ratio that the recipe gives for the source. `bytes`, `documents`, `words`, `tokenizer`: counted. */
  readonly by: 'bytes-per-token' | 'bytes' | 'documents' | 'words' | 'tokenizer';
  /** As the recipe names it. */
  readonly tokenizer?: string;
  /** The package and its version, or the identity of the user's file. */
  readonly version?: string;
  /** Documents of a source that were to be counted; sources with fewer were counted whole. */
  readonly sample?: number | 'exact';
  /** Changes when a count does. */
  readonly checksum?: unknown;
}

export function howCounted(run: Run): Counted {
  const counting = countingOf(run.plan.recipe);
  if (counting === undefined) {
    const unit = mixtureUnit(run.plan);
    return { by: unit === 'tokens' ? 'bytes-per-token' : unit };
  }
  const checksum = run.checksums('count', ['sizes']);
  if (counting.unit === 'words') return { by: 'words', checksum };
  const { tokenizer, sample } = counting.tokens;
  return { by: 'tokenizer', tokenizer, sample, version: isPackageTokenizer(tokenizer) ? gptTokenizerPackage() : run.plan.files[tokenizer] ?? tokenizer, checksum };
}

/** What was counted of a source, and the ratio that the sizes of all its documents go by. */
export interface SourceSample {
  readonly documents: number;
  readonly bytesPerToken: number;
}

export interface SampledSource {
  readonly source: string;
  readonly sampled: SourceSample;
  /** Of all its tokens, given what it has. */
  readonly intervalOf: (whole: { readonly documents: number; readonly bytes: number }) => Interval;
}

/** The sources of which only a sample was counted. Where no document of one was drawn, the recipe's bytesPerToken has to do. Memory: a block of columns. */
export function sampledSources(run: Run): readonly SampledSource[] {
  if (tasksOf(run.plan, 'count') === 0) return [];
  return Object.entries(run.plan.recipe.sources).flatMap(([source, { bytesPerToken }]): SampledSource[] => {
    const perByte = sampledRate(run, source);
    if (perByte === undefined) return [];
    const sample = sampleOf(run, source, perByte);
    return [{ source, sampled: { documents: sample.documents, bytesPerToken: bytesPerTokenOf(sample) ?? bytesPerToken }, intervalOf: (whole) => tokenInterval(sample, whole) }];
  });
}

function sampleOf(run: Run, source: string, perByte: number): RatioSample {
  const sample = noRatioSample();
  run.plan.shards.forEach((shard, rank) => {
    if (shard.source !== source) return;
    const file = openCounted(run, rank);
    try {
      for (const block of file.blocks({ columns: ['bytes', 'size'] })) {
        const sizes = columnOf(block, 'size', 'uint32').values;
        columnOf(block, 'bytes', 'uint32').values.forEach((bytes, i) => addToSample(sample, bytes, sizes[i]!, drawProbability(bytes, perByte)));
      }
    } finally {
      file.close();
    }
  });
  return sample;
}
