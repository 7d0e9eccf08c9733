/** Samples the documents of files that a command line names, for training; says what was lost on the way. */
import { documentBytes } from '../core/document-batch.js';
import { documentKeys } from '../core/document-key.js';
import type { Fault } from '../core/stage.js';
import { TrainingSample } from '../quality/training-sample.js';
import { describeCount } from '../reports/table.js';
import { readDocuments } from './document-files.js';
import type { StepProgress } from './step-progress.js';

export interface SampleFilesOptions {
  /** positive or negative: part of the documents' keys. */
  readonly source: string;
  readonly text?: string | undefined;
  readonly seed: number;
  /** Documents at most. */
  readonly most: number;
  readonly signal: AbortSignal;
  readonly progress: StepProgress;
  /** Called with a line for each reason for which records were lost. */
  readonly warn: (line: string) => void;
}

/** Reads every document once, as one step of the progress. Memory: TrainingSample's. Errors: those of readDocuments. */
export async function sampleFiles(globs: readonly string[], options: SampleFilesOptions): Promise<TrainingSample> {
  const { source, text, seed, most, signal, progress, warn } = options;
  const sample = new TrainingSample(seed, most);
  const lost = new Map<string, { count: number; first: string }>();
  let documents = 0;
  const onFault = (file: string, { reason, offset, detail, lost: isLost }: Fault): void => {
    if (!isLost) return;
    const known = lost.get(reason) ?? { count: 0, first: `${file}: at byte ${offset}: ${detail}` };
    known.count++;
    lost.set(reason, known);
  };
  progress.step(`read ${source}`);
  for await (const batch of readDocuments(globs, { source, text, signal, onFault })) {
    const { values } = documentKeys(source, batch);
    for (let row = 0; row < batch.length; row++) sample.offer(values[2 * row]!, values[2 * row + 1]!, documentBytes(batch, row));
    documents += batch.length;
    progress.update(undefined, `${describeCount(documents)} documents`);
  }
  progress.end();
  for (const [reason, { count, first }] of [...lost].sort(([a], [b]) => (a < b ? -1 : 1))) {
    warn(`${source}: ${describeCount(count)} records lost: ${reason} (the first: ${first})`);
  }
  return sample;
}
