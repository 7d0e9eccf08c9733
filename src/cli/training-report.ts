/** What `sluice quality train` says of a trained model: the fields of its JSON, and the same in words. */
import type { HeldOutResult } from '../quality/held-out.js';
import type { PrecisionAtOne } from '../quality/precision-at-one.js';
import type { TrainedQualityModel } from '../quality/train-model.js';
import { describeBytes, describeCount } from '../reports/table.js';

interface ModelFile {
  /** Where it was written. */
  readonly model: string;
  readonly kind: 'fasttext' | 'logistic';
  readonly engine: TrainedQualityModel['engine'];
  readonly bytes: number;
  /** CRC-32 of the file: equal for equal models. */
  readonly crc32: string;
  readonly warnings: readonly string[];
}

export interface ModelReport extends ModelFile {
  /** Documents of each class that were sampled, and how many texts of them were in both. */
  readonly positive: number;
  readonly negative: number;
  readonly inBothClasses: number;
  /** Pieces of text learnt from, both classes together. */
  readonly examples: number;
  readonly heldOut: HeldOutResult;
  readonly heldOutDocuments: HeldOutResult;
}

export interface LabelsReport extends ModelFile {
  readonly labels: number;
  readonly examples: number;
  readonly test?: PrecisionAtOne;
}

export function describeModel(report: ModelReport): string {
  const { positive, negative, inBothClasses, examples, heldOut, heldOutDocuments } = report;
  const documents = `${describeCount(positive)} positive and ${describeCount(negative)} negative documents`;
  return describeFile(report, [
    ['learnt from', `${documents} (${describeCount(inBothClasses)} in both, left out), as ${describeCount(examples)} pieces of equal lengths`],
    ['held out', `${describeHeldOut(heldOutDocuments)} by ${describeCount(heldOutDocuments.examples)} documents`],
    ['', `${describeHeldOut(heldOut)} by ${describeCount(heldOut.examples)} pieces of equal lengths`],
  ]);
}

const describeHeldOut = ({ accuracy, f1, auc }: HeldOutResult): string => `accuracy ${accuracy.toFixed(4)}, F1 ${f1.toFixed(4)}, AUC ${auc.toFixed(4)}`;

export function describeLabels(report: LabelsReport): string {
  const { labels, examples, test } = report;
  return describeFile(report, [['learnt from', `${describeCount(examples)} lines with ${describeCount(labels)} labels`], ['tested', describeTest(test)]]);
}

function describeTest(test: PrecisionAtOne | undefined): string {
  if (test === undefined) return 'by nothing (--test names a file)';
  return `precision at 1 ${test.precision.toFixed(4)}, recall at 1 ${test.recall.toFixed(4)} by ${describeCount(test.examples)} lines`;
}

const BUILDS: Readonly<Record<ModelFile['engine'], string>> = {
  native: 'fastText, native build', wasm: 'fastText, WASM build', own: 'logistic regression',
};

function describeFile({ model, engine, bytes }: ModelFile, rest: readonly (readonly [name: string, what: string])[]): string {
  const lines = [['model', `${model} (${BUILDS[engine]}, ${describeBytes(bytes)})`] as const, ...rest];
  return lines.map(([name, what]) => `${name.padEnd(12)}${what}\n`).join('');
}
