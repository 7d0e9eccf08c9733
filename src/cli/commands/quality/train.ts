/** `sluice quality train`: a classifier from files, without a recipe; the same sampling, training and judging as a recipe's models have. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { ConfigError, ShardError } from '../../../core/errors.js';
import { modelKindOf } from '../../../formats/model-kind.js';
import { createKernels } from '../../../kernels/index.js';
import { trainLabelled } from '../../../quality/train-labelled.js';
import { trainQualityModel, type QualityModelKind } from '../../../quality/train-model.js';
import { makeTrainingSet } from '../../../quality/training-set.js';
import { findDocumentFiles } from '../../document-files.js';
import { wholeNumber } from '../../options.js';
import { sampleFiles } from '../../sample-files.js';
import { showSteps, type StepProgress } from '../../step-progress.js';
import { fastTextOptions, hyperparameterOptions, logisticOptions, type HyperparameterOptions } from '../../training-options.js';
import { describeLabels, describeModel, type LabelsReport, type ModelReport } from '../../training-report.js';

interface Options extends HyperparameterOptions {
  readonly positive?: readonly string[];
  readonly negative?: readonly string[];
  readonly labelled?: string;
  readonly test?: string;
  readonly text?: string;
  readonly model: 'fasttext' | 'logistic';
  readonly output: string;
  readonly examples: number;
  readonly seed: number;
  readonly json?: true;
}

export function trainCommand(): Command {
  const command = new Command('train')
    .description('train a quality classifier from good and bad documents, or from a file in fastText\'s own form')
    .option('--positive <glob...>', 'files of good documents: .wet(.gz), .warc(.gz), .jsonl(.gz), .parquet, .zip, or one document of text a file')
    .option('--negative <glob...>', 'files of bad documents')
    .option('--labelled <file>', 'in their place: a line an example, "__label__x __label__y text", any labels; fastText\'s own defaults hold')
    .option('--test <file>', 'with --labelled: a file of that form to test by')
    .option('--text <field>', 'field of the text in JSONL, its path joined by dots (default: text)')
    .addOption(new Option('--model <kind>', 'logistic is GPT-3\'s regression over hashed words').choices(['fasttext', 'logistic']).default('fasttext'))
    .requiredOption('--output <file>', 'the model; one that is there is replaced when the new one is whole');
  for (const option of hyperparameterOptions()) command.addOption(option);
  return command
    .option('--examples <n>', 'documents of each class at most, chosen by keyed hash', (text) => wholeNumber(text, 1, 10_000_000), 5000)
    .option('--seed <n>', 'of that choice', (text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER), 0)
    .option('--json', 'print JSON')
    .addHelpText('after', `
Examples:
  $ sluice quality train --positive 'books/*.txt' --negative 'crawl/*.warc.wet.gz' --output my-model.bin
  $ sluice quality train --model logistic --binary --positive 'wiki/*.jsonl.gz' --negative 'crawl/*.warc.wet.gz' --output my-model.logistic
  $ sluice quality train --labelled cooking.train --test cooking.valid --lr 1.0 --epoch 25 --output cooking.bin

Exit codes: 0 done; 1 training failed, or was stopped; 2 an option or the data is wrong, nothing was written.`)
    .action(train);
}

async function train(options: Options): Promise<void> {
  expectReplaceable(options.output);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new ShardError('interrupted: no model was written'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const progress = showSteps(process.stderr);
  try {
    const { labelled } = options;
    const trained = labelled === undefined ? fromDocuments(options, stop.signal, progress) : fromLabelled(options, labelled, stop.signal, progress);
    const [report, text] = await trained;
    for (const warning of report.warnings) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : text);
  } finally {
    progress.stop();
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  }
}

/** A file in the way that is no model was not meant. */
function expectReplaceable(output: string): void {
  if (!existsSync(output)) return;
  const status = statSync(output);
  if (!status.isFile()) throw new ConfigError(`--output ${output}: found something that is not a file, expected a model to replace, or nothing`);
  try {
    modelKindOf(output);
  } catch (cause) {
    throw new ConfigError(`--output ${output}: found a file that is no model, expected a model to replace, or nothing`, { cause });
  }
}

async function fromDocuments(options: Options, signal: AbortSignal, progress: StepProgress): Promise<[ModelReport, string]> {
  const { positive, negative, test, text, model, output, examples, seed } = options;
  if (positive === undefined || negative === undefined) {
    const found = positive === negative ? 'neither' : positive === undefined ? 'no --positive' : 'no --negative';
    throw new ConfigError(`--positive, --negative: found ${found}, expected both, or --labelled`);
  }
  if (test !== undefined) throw new ConfigError('--test: expected with --labelled only: of --positive and --negative a tenth is held out by itself');
  const kind: QualityModelKind = model === 'fasttext'
    ? { kind: model, options: fastTextOptions(options) } : { kind: model, options: logisticOptions(options) };
  for (const globs of [positive, negative]) await findDocumentFiles(globs); // both, before either is read
  const lost: string[] = [];
  const sampling = { text, seed, most: examples, signal, progress, warn: (line: string) => lost.push(line) };
  const good = await sampleFiles(positive, { source: 'positive', ...sampling });
  const bad = await sampleFiles(negative, { source: 'negative', ...sampling });
  const set = makeTrainingSet(good.documents(), bad.documents());
  progress.step('train');
  const trained = await trainQualityModel({
    ...kind, set, output, folder: dirname(output), kernels: createKernels('wasm'), signal,
    onProgress: (fraction, detail) => progress.update(fraction, detail),
  });
  progress.end();
  const report: ModelReport = {
    model: output, kind: model, engine: trained.engine, bytes: trained.files.model.bytes, crc32: trained.files.model.crc32,
    positive: good.documents().length, negative: bad.documents().length, inBothClasses: set.inBothClasses, examples: trained.examples,
    heldOut: trained.heldOut, heldOutDocuments: trained.heldOutDocuments, warnings: [...lost, ...trained.warnings],
  };
  return [report, describeModel(report)];
}

async function fromLabelled(options: Options, labelled: string, signal: AbortSignal, progress: StepProgress): Promise<[LabelsReport, string]> {
  const { positive, negative, text, test, model, output } = options;
  if (positive !== undefined || negative !== undefined || text !== undefined) {
    throw new ConfigError('--labelled: found --positive, --negative or --text beside it, expected one or the other');
  }
  if (model !== 'fasttext') throw new ConfigError(`--labelled: found --model ${model}, expected fasttext: the other knows two classes only`);
  const hyperparameters = fastTextOptions(options);
  progress.step('train');
  const trained = await trainLabelled({
    train: labelled, test, output, folder: dirname(output), options: hyperparameters, kernels: createKernels('wasm'), signal,
    onProgress: (fraction, detail) => progress.update(fraction, detail),
  });
  progress.end();
  const { engine, file, labels, examples, warnings } = trained;
  const report: LabelsReport = {
    model: output, kind: model, engine, bytes: file.bytes, crc32: file.crc32, labels, examples, ...(trained.test && { test: trained.test }), warnings,
  };
  return [report, describeLabels(report)];
}
