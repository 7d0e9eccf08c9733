/** `sluice quality explain`: which words moved a document's score, by a model file or by a model of a run. */
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../../../core/errors.js';
import { repairUtf8 } from '../../../formats/utf8-repair.js';
import { createKernels } from '../../../kernels/index.js';
import { explain, MOST_EXPLAINED_BYTES } from '../../../quality/explain.js';
import { loadQualityModel } from '../../../quality/quality-model.js';
import { renderExplanation, summariseExplanation, type ExplainedDocument } from '../../../reports/quality-explanation.js';
import { modelOfRun } from '../../evaluation-inputs.js';
import { wholeNumber } from '../../options.js';
import { findDecisions, readDecidedText } from '../../run-documents.js';
import { readPlan } from '../../run-folder.js';

interface Options {
  readonly text?: string;
  readonly label?: string;
  readonly name?: string;
  readonly top: number;
  readonly json?: true;
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('show which words moved a score: that of a document of a run, or of any text')
    .argument('<model>', "a model file, or a run's output folder")
    .argument('[document-id]', 'with a folder: as in the corpus and in decisions/*.parquet')
    .option('--text <file>', 'explain the text of a file, - for standard input, in place of a document of the run')
    .option('--label <label>', 'with a fastText model file: the label whose probability is the score')
    .option('--name <model>', 'with a folder that has several models: the name of one under models')
    .option('--top <n>', 'words shown of either sign', (text) => wholeNumber(text, 1, 10_000), 20)
    .option('--json', 'print JSON, a line a document')
    .addHelpText('after', EXAMPLES)
    .action(explainDocuments);
}

const EXAMPLES = `
Examples:
  $ sluice quality explain output/quickstart samples/books/moby-dick-001.txt
  $ sluice quality explain my-model.bin --text page.txt`;

async function explainDocuments(target: string, id: string | undefined, options: Options): Promise<void> {
  const { text, label, name, top, json } = options;
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() ?? false;
  expectFitting(target, isFolder, id, options);
  const run = isFolder ? modelOfRun(resolve(target), name) : undefined;
  const model = run === undefined ? loadQualityModel(target, label) : { ...run.model, name: `${run.name} (${target})` };
  const documents = text !== undefined ? [await textOfFile(text)] : await documentsOfRun(resolve(target), id!, run!.name); // an id comes with a folder alone
  const kernels = createKernels('wasm');
  for (const { text: bytes, about } of documents) {
    const explanation = explain(kernels, model, repairUtf8(bytes).text);
    if (json === true) process.stdout.write(`${JSON.stringify(summariseExplanation(explanation, top, about))}\n`);
    else process.stdout.write(renderExplanation(explanation, top, about));
  }
}

/** A model file goes with --text and --label; a run's folder with --name, and with a document or --text. */
function expectFitting(target: string, isFolder: boolean, id: string | undefined, { text, label, name }: Options): void {
  if (isFolder && label !== undefined) throw new ConfigError(`--label: found "${label}" with a run's folder, expected it with a model file alone`);
  if (!isFolder && name !== undefined) throw new ConfigError(`--name: found "${name}" with a model file, expected it with a run's folder`);
  if (!isFolder && id !== undefined) throw new ConfigError(`${id}: found a document with the model file ${target}, expected a run's folder, or --text`);
  if ((id === undefined) !== (text === undefined)) return;
  const found = id === undefined ? 'nothing' : 'both a document and --text';
  throw new ConfigError(`${target}: found ${found} to explain, expected ${isFolder ? 'a document id or --text' : '--text'}`);
}

interface Found {
  readonly text: Uint8Array;
  readonly about: ExplainedDocument;
}

async function documentsOfRun(directory: string, id: string, model: string): Promise<Found[]> {
  const plan = readPlan(directory);
  const only = Object.keys(plan.recipe.models).length === 1;
  const found: Found[] = [];
  for (const decision of await findDecisions(directory, id)) {
    const { source, shard, offset } = decision;
    const score = decision[`quality.${model}`] ?? (only ? decision['quality'] : undefined); // quality itself may combine several models
    const recorded = typeof score === 'number' ? { recorded: score } : {};
    const about = { document: id, source: String(source), place: `${String(shard)}, byte ${String(offset)}`, ...recorded };
    found.push({ text: await readDecidedText(plan, decision), about });
  }
  return found;
}

/** Errors: ConfigError where the file cannot be read, or is longer than any document: a device that never ends is read no further. */
async function textOfFile(path: string): Promise<Found> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of (path === '-' ? process.stdin : createReadStream(path)) as AsyncIterable<Buffer>) { // without an encoding both give bytes
      parts.push(part);
      bytes += part.length;
      if (bytes > MOST_EXPLAINED_BYTES) throw new ConfigError(`${path}: found more than ${MOST_EXPLAINED_BYTES} bytes, expected the text of one document`);
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return { text: Buffer.concat(parts), about: { document: path === '-' ? 'standard input' : path } };
}
