/** `sluice dedup`: removes duplicates from a data set that is there already. The phases are those of `sluice run`, of a recipe made of the command line. */
import { Command, Option } from 'commander';
import { ConfigError } from '../../core/errors.js';
import { writeFileAtomic } from '../../formats/atomic-file.js';
import { CORPUS_FORMATS, type CorpusFormat } from '../../formats/corpus-writer.js';
import { renderDuplicates } from '../../reports/duplicates.js';
import { writeIndexOption } from '../dedup-index.js';
import { loadPlan } from '../load-recipe.js';
import { memoryOption, seedOption, similarity, wholeNumber, workersOption } from '../options.js';
import { sourcesOfPaths } from '../path-sources.js';
import { recipeOfPaths, type DedupOptions } from '../paths-recipe.js';
import { shownPath } from '../recipe-secrets.js';
import { runPlan } from '../run-plan.js';

interface Options extends Omit<DedupOptions, 'methods' | 'within'> {
  readonly output: string;
  readonly methods: readonly string[];
  readonly against: readonly string[];
  readonly onlyAgainst?: true;
  readonly textField?: string;
  readonly idField?: string;
  readonly urlField?: string;
  readonly metadata: readonly string[];
  readonly format: CorpusFormat;
  readonly recipe?: string;
  readonly memory?: number;
  readonly writeIndex?: string;
  readonly workers: number;
  readonly seed?: number;
  readonly json?: true;
}

const EXAMPLES = `
Example:
  $ sluice dedup 'crawl/*.jsonl.gz' wiki=dumps/wiki --output deduplicated
  $ sluice dedup train.jsonl --against test.jsonl --only-against --output clean      # remove from one set what is in another
  $ sluice dedup day-2/*.jsonl --against index/day-1 --write-index index/day-2 --output day-2-new      # then day 3 against both indexes
  $ sluice dedup a.jsonl b.jsonl --methods exact,url,minhash --threshold 0.7 --verify exact --keep source:b:a,longest --output out

A path is a file, a folder (every file below it but hidden ones), a glob in quotes, @FILE with one of these a line, or NAME=GLOB; each is a source, but more than eight files of one folder are one.
Formats go by the names of files: .jsonl, .json, .ndjson, .wet, .warc, .csv, .tsv, .tar, .txt, .md (each also .gz or .zst), .parquet and .zip; anything else is a text.
Documents stay in the order of the input, JSON records with all their fields, rows of Parquet with id, address, text and the fields of --metadata; decisions/*.parquet names every document removed, and the one it repeats.

Exit codes: 0 done; 1 done but for the files listed, or stopped; 2 a path or an option is wrong, nothing was read.`;

export function dedupCommand(): Command {
  return new Command('dedup')
    .description('remove duplicates from a data set: JSON Lines, Parquet, WET, zip or text; a run that was stopped continues where it was')
    .argument('<paths...>', 'files, folders, globs, or NAME=GLOB')
    .requiredOption('--output <place>', 'where the documents that stay go, with decisions and report: a folder, or s3:// or http(s):// (the work is in output/dedup then)')
    .addOption(new Option('--methods <list>', 'any of exact, url, minhash, paragraphs').default(['exact', 'minhash'], 'exact,minhash').argParser(list))
    .option('--threshold <jaccard>', 'similarity from which a document is a near duplicate (default: 0.8)', similarity)
    .addOption(new Option('--verify <how>', 'what decides: the estimate of the signatures, or the texts themselves').choices(['estimated', 'exact']))
    .option('--shingle <unit>', "what similarity counts, such as '5 by script' (the default), '5 words', '5 characters'")
    .addOption(new Option('--signature <kind>', 'how signatures are made').choices(['permutations', 'one-permutation', 'datasketch', 'datatrove']))
    .option('--bands <n>', 'bands of the LSH; with --rows, in place of those chosen for the threshold', count)
    .option('--rows <n>', 'rows of a band', count)
    .addOption(new Option('--scope <scope>', 'what is compared: everything, each source, each crawl by itself').choices(['global', 'source', 'snapshot']))
    .option('--keep <rules>', 'which document stays: source, source:A:B, newest, longest, id in their order, or drop-all (default: longest)')
    .addOption(new Option('--against <path>', 'only compared with: remove what is in there; files as above, or an index of an earlier run; repeatable').default([], 'nothing').argParser((path, before: readonly string[]) => [...before, path]))
    .option('--only-against', 'remove nothing but what is in --against')
    .option('--text-field <name>', "field of JSON records and Parquet rows, or column of CSV, that holds the text (default: text); dots between levels")
    .option('--id-field <name>', 'field that holds the id (default: id)')
    .option('--url-field <name>', 'field that holds the address (default: url)')
    .addOption(new Option('--metadata <name>', 'field of Parquet rows that goes along into the output, as JSON records go whole; repeatable').default([], 'none').argParser((name, before: readonly string[]) => [...before, name]))
    .addOption(new Option('--format <format>', 'form of the output').choices(CORPUS_FORMATS).default('jsonl.gz'))
    .option('--recipe <file>', 'also write the recipe that this command stands for')
    .addOption(writeIndexOption())
    .addOption(memoryOption())
    .addOption(workersOption())
    .addOption(seedOption())
    .option('--json', 'print the manifest instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(dedup);
}

async function dedup(paths: readonly string[], options: Options): Promise<void> {
  const { output, against, onlyAgainst, textField, idField, urlField, metadata, format, writeIndex, memory, workers, seed, json, recipe: file, ...rest } = options;
  if (onlyAgainst === true && against.length === 0) throw new ConfigError('--only-against: found without --against, expected both or neither');
  const found = await sourcesOfPaths(paths, against, { text: textField, id: idField, url: urlField, metadata, wholeRecords: true });
  const { text, recipe } = recipeOfPaths({
    name: 'dedup', paths: found, dedup: { ...rest, within: onlyAgainst !== true }, seed, output: { format, order: 'input' },
    command: `sluice dedup ${paths.map(shownPath).join(' ')} --output ${shownPath(output)}`,
  });
  const plan = await loadPlan(recipe, { output, workers, memory, indexed: writeIndex !== undefined });
  if (file !== undefined) writeFileAtomic(file, text);
  await runPlan(plan, { workers, json: json === true, writeIndex, render: renderDuplicates });
}

const list = (text: string): string[] => text.split(',').map((name) => name.trim());

const count = (text: string): number => wholeNumber(text, 1, 1000);
