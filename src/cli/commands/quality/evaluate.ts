/** `sluice quality evaluate`: judges a classifier by documents it was not trained on, or by labels that people gave. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../../../core/errors.js';
import { writeFileAtomic } from '../../../formats/atomic-file.js';
import { readLines } from '../../../formats/text-lines.js';
import { createKernels } from '../../../kernels/index.js';
import type { Kernels } from '../../../kernels/kernels.js';
import { parseKeepRule } from '../../../quality/evaluate-keep.js';
import { parseLabels } from '../../../quality/label-file.js';
import { evaluateLabels } from '../../../quality/label-metrics.js';
import { loadQualityModel, scorerOf, type QualityModel } from '../../../quality/quality-model.js';
import { scoreTexts } from '../../../quality/score-texts.js';
import { modelOfRun } from '../../evaluation-inputs.js';
import { judgeByDocuments, type JudgingOptions } from '../../evaluation-judge.js';
import { summariseEvaluation } from '../../evaluation-summary.js';
import { wholeNumber } from '../../options.js';

interface Options extends JudgingOptions {
  readonly model?: string;
  readonly name?: string;
  readonly label?: string;
  readonly labels?: string;
  readonly json?: string | true;
  readonly html?: string;
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('judge a quality classifier: by documents of known class that it was not trained on, or by labels that people gave')
    .argument('[model]', "a model file, or a run's output folder")
    .option('--model <path>', 'the same, as an option')
    .option('--name <model>', 'with a folder that has several models: the name of one under models')
    .option('--label <label>', 'with a fastText model file: the label whose probability is the score')
    .option('--labels <file>', 'score the texts of a JSON Lines file (text, label) and print {"auc", "prAuc", "n", ...}')
    .option('--positive <name=glob...>', 'files of good documents; with a folder in place of the sources that the recipe names')
    .option('--negative <name=glob...>', 'files of bad documents, such as raw crawl')
    .option('--text <field>', 'field of the text in JSON Lines given by --positive and --negative', 'text')
    .option('--keep <rule>', "threshold:.5, pareto:9 or top:.1 for keep rates; default the recipe's rule, else threshold:0.5", parseKeepRule)
    .option('--prior <share>', 'share of good documents where the model will be used: corrects probabilities for it', (text) => (
      share('--prior', text, 'between 0 and 1', (value) => value > 0 && value < 1)))
    .option('--keep-share <share>', 'find the threshold and the alpha that keep this share of the negative documents', (text) => (
      share('--keep-share', text, 'above 0, at most 1', (value) => value > 0 && value <= 1)))
    .option('--stability', 'with a folder: train the model again under another seed and compare ranks')
    .option('--all-documents', 'judge by all documents, not held-out ones alone: for models that were trained elsewhere')
    .option('--documents <n>', 'documents of each source', (text) => wholeNumber(text, 1, 100_000), 2000)
    .option('--seed <n>', 'choose other documents; default the seed of the run, else 0', (text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER))
    .option('--json [file]', 'write the evaluation as JSON to a file, or print it (-)')
    .option('--html <file>', 'write a page with plots')
    .addHelpText('after', `
Documents that training holds out are a tenth of all, the same for every model and seed. Memory: --documents x 11 kB for each source, and the model.

Examples:
  $ sluice quality evaluate output/quickstart --html quality.html
  $ sluice quality evaluate my-model.bin --positive wiki=wiki/*.jsonl.gz --negative crawl=crawl/*.warc.wet.gz --keep-share .1
  $ sluice quality evaluate my-model.bin --labels labels.jsonl`)
    .action(evaluateModel);
}

async function evaluateModel(argument: string | undefined, options: Options): Promise<void> {
  const { target, json } = targetOf(argument, options);
  expectNoInput(options, json, [target, options.labels]);
  const kernels = createKernels('wasm');
  const run = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true ? modelOfRun(resolve(target), options.name) : undefined;
  if (run !== undefined && options.label !== undefined) {
    throw new ConfigError(`--label: found "${options.label}" with a run's folder, expected it with a model file: the recipe names the label`);
  }
  if (run === undefined && options.name !== undefined) {
    throw new ConfigError(`--name: found "${options.name}" with a model file, expected it with a run's folder`);
  }
  const model = run?.model ?? loadQualityModel(target, options.label);
  if (options.labels !== undefined) return judgeByLabels(kernels, model, options.labels, json, options);
  const evaluation = await judgeByDocuments(kernels, model, run, target, options);
  const text = `${JSON.stringify(evaluation)}\n`;
  if (options.html !== undefined) {
    const { renderQualityPage } = await import('../../../reports/quality-page.js'); // drawing takes long to load: no other command waits for it
    writeFileAtomic(resolve(options.html), renderQualityPage(evaluation));
  }
  if (json !== undefined && json !== '-') writeFileAtomic(resolve(json), text);
  process.stdout.write(json === '-' ? text : summariseEvaluation(evaluation));
}

/** Where the model is named once; `--json MODEL` with no other name for the model is a model, as commander gives --json what follows it. */
function targetOf(argument: string | undefined, { model, json }: Options): { readonly target: string; readonly json: string | undefined } {
  if (argument !== undefined && model !== undefined) throw new ConfigError(`found two models, ${argument} and --model ${model}, expected one`);
  const target = argument ?? model;
  if (target !== undefined) return { target, json: json === true ? '-' : json };
  if (typeof json === 'string' && statSync(json, { throwIfNoEntry: false }) !== undefined) return { target: json, json: '-' };
  throw new ConfigError("model: found none, expected a model file or a run's output folder");
}

function expectNoInput({ html }: Options, json: string | undefined, inputs: readonly (string | undefined)[]): void {
  for (const [name, path] of [['--json', json], ['--html', html]] as const) {
    const input = path === undefined ? undefined : inputs.find((one) => one !== undefined && resolve(one) === resolve(path));
    if (input !== undefined) throw new ConfigError(`${name}: found ${input}, which is an input, expected another file to write`);
  }
}

function judgeByLabels(kernels: Kernels, model: QualityModel, file: string, json: string | undefined, options: Options): void {
  const { html, positive, negative, keep, prior, keepShare, stability } = options;
  for (const [name, given] of Object.entries({ html, positive, negative, keep, prior, 'keep-share': keepShare, stability })) {
    if (given !== undefined) throw new ConfigError(`--${name}: found it with --labels, expected one of the two: labels are judged by themselves`);
  }
  const labels = parseLabels(readLines(file), file);
  const evaluation = evaluateLabels(labels, scoreTexts(scorerOf(kernels, model), labels.map(({ text }) => text)), file);
  const text = `${JSON.stringify(evaluation)}\n`;
  if (json !== undefined && json !== '-') writeFileAtomic(resolve(json), text);
  process.stdout.write(text);
}

function share(option: string, text: string, expected: string, fits: (value: number) => boolean): number {
  const value = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (!fits(value)) throw new ConfigError(`${option}: found "${text}", expected a number ${expected}`);
  return value;
}
