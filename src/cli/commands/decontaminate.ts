/** `sluice decontaminate`: takes passages of benchmarks out of a data set that is there already. The phases are those of `sluice run`, of a recipe made of the command line. */
import { Command, Option } from 'commander';
import { ConfigError } from '../../core/errors.js';
import { writeFileAtomic } from '../../formats/atomic-file.js';
import { CORPUS_FORMATS, type CorpusFormat } from '../../formats/corpus-writer.js';
import { renderContamination } from '../../reports/contamination.js';
import { loadPlan } from '../load-recipe.js';
import { memoryOption, seedOption, wholeNumber, workersOption } from '../options.js';
import { sourcesOfPaths } from '../path-sources.js';
import { recipeOfPaths } from '../paths-recipe.js';
import { shownPath } from '../recipe-secrets.js';
import { runPlan } from '../run-plan.js';

interface Options {
  readonly against: readonly string[];
  readonly output: string;
  readonly againstField?: string;
  readonly ngram?: number;
  readonly textField?: string;
  readonly idField?: string;
  readonly urlField?: string;
  readonly metadata: readonly string[];
  readonly format: CorpusFormat;
  readonly recipe?: string;
  readonly memory?: number;
  readonly workers: number;
  readonly seed?: number;
  readonly json?: true;
}

const EXAMPLES = `
Example:
  $ sluice decontaminate 'corpus/*.jsonl.gz' --against gsm8k=bench/gsm8k/test.jsonl --output clean
  $ sluice decontaminate wiki.jsonl books/ --against bench/squad.jsonl --against bench/lambada.txt --against-field question --output clean --json

A path is a file, a folder (every file below it but hidden ones), a glob in quotes, @FILE with one of these a line, or NAME=GLOB: a source each, and under --against a benchmark each.
Formats go by the names of files: .jsonl, .json, .ndjson, .wet, .warc, .csv, .tsv, .tar, .txt, .md (each also .gz or .zst), .parquet and .zip; anything else is a text.
An item of a benchmark is a record, a row, a file or an entry. Of records and rows all strings are compared, or those of --against-field.

Runs of 13 words that a benchmark has too are taken out, with 200 characters on each side; pieces of fewer than 200 characters go, and documents that are split into
more than 10 pieces; runs that more than 10 documents hold are left alone. These are GPT-3's rules; --recipe writes a recipe in which every number can be changed.

Documents stay in the order of the input, JSON records with all their fields, rows of Parquet with id, address, text and the fields of --metadata; decisions/*.parquet names every document that was cut or dropped.
The output is read again, and the command fails if it still holds such a run.

Exit codes: 0 done; 1 done but for the files listed, or stopped; 2 a path or an option is wrong, nothing was read.`;

export function decontaminateCommand(): Command {
  return new Command('decontaminate')
    .description('take passages of benchmarks out of a data set: JSON Lines, Parquet, WET, zip or text; a run that was stopped continues where it was')
    .argument('<paths...>', 'files, folders, globs, or NAME=GLOB')
    .addOption(new Option('--against <path>', 'a benchmark: file, folder, glob, or NAME=GLOB; repeatable').makeOptionMandatory().argParser((path, before: readonly string[] | undefined) => [...(before ?? []), path]))
    .requiredOption('--output <place>', 'where what is left goes, with decisions and report: a folder, or s3:// or http(s):// (the work is in output/decontaminate then)')
    .option('--against-field <name>', 'field of benchmark records that is compared, with all strings below it; dots between levels (default: all strings)')
    .option('--ngram <words>', 'words of a run that counts (default: 13)', (text) => wholeNumber(text, 2, 64))
    .option('--text-field <name>', "field of JSON records and Parquet rows, or column of CSV, that holds the text (default: text); dots between levels")
    .option('--id-field <name>', 'field that holds the id (default: id)')
    .option('--url-field <name>', 'field that holds the address (default: url)')
    .addOption(new Option('--metadata <name>', 'field of Parquet rows that goes along into the output, as JSON records go whole; repeatable').default([], 'none').argParser((name, before: readonly string[]) => [...before, name]))
    .addOption(new Option('--format <format>', 'form of the output').choices(CORPUS_FORMATS).default('jsonl.gz'))
    .option('--recipe <file>', 'also write the recipe that this command stands for')
    .addOption(memoryOption())
    .addOption(workersOption())
    .addOption(seedOption())
    .option('--json', 'print the manifest instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(decontaminate);
}

async function decontaminate(paths: readonly string[], options: Options): Promise<void> {
  const { against, output, againstField, ngram, textField, idField, urlField, metadata, format, memory, workers, seed, json, recipe: file } = options;
  const { text, recipe } = recipeOfPaths({
    name: 'decontaminate', paths: await sourcesOfPaths(paths, [], { text: textField, id: idField, url: urlField, metadata, wholeRecords: true }),
    decontaminate: { against: await benchmarksOf(against, againstField), ...ngramData(ngram) }, seed, output: { format, order: 'input' },
    command: `sluice decontaminate ${paths.map(shownPath).join(' ')} ${against.map((path) => `--against ${shownPath(path)}`).join(' ')} --output ${shownPath(output)}`,
  });
  const plan = await loadPlan(recipe, { output, workers, memory });
  if (file !== undefined) writeFileAtomic(file, text);
  await runPlan(plan, { workers, json: json === true, render: renderContamination });
}

/** A run that is shorter than what is compared as a whole at least is all that there is. */
const DEFAULT_LEAST_WORDS = 8;
const ngramData = (ngram: number | undefined): object => (ngram === undefined ? {} : { ngram, ...(ngram < DEFAULT_LEAST_WORDS ? { leastWords: ngram } : {}) });

/** By name, as a recipe has them. */
async function benchmarksOf(paths: readonly string[], field: string | undefined): Promise<Record<string, object>> {
  return Object.fromEntries((await sourcesOfPaths(paths)).sources.map(({ name, read }) => {
    if (read.format !== 'jsonl' && read.format !== 'parquet' && read.format !== 'text' && read.format !== 'zip') {
      throw new ConfigError(`--against ${read.paths.join(', ')}: found format ${read.format}, expected JSON Lines, Parquet, zip or text`);
    }
    return [name, { format: read.format, paths: read.paths, ...(field !== undefined && (read.format === 'jsonl' || read.format === 'parquet') ? { text: field } : {}) }];
  }));
}
