/** `sluice quality export`: documents of a run for people to label, as many from every tenth of the scores; `evaluate --labels` reads the filled file. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../../../core/errors.js';
import { AtomicFile } from '../../../formats/atomic-file.js';
import { readParquetRows, type ParquetRecord } from '../../../formats/parquet-reader.js';
import type { Plan } from '../../../pipeline/plan.js';
import { LabelSample, ScoreDeciles, type LabelCandidate } from '../../../quality/label-sample.js';
import { wholeNumber } from '../../options.js';
import { readDecidedText } from '../../run-documents.js';
import { readPlan } from '../../run-folder.js';

interface Options {
  readonly perDecile: number;
  readonly output: string;
  readonly source?: string;
  readonly seed?: number;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write documents of a run for a person to label, as many from every tenth of the scores')
    .argument('<dir>', "the run's output folder")
    .requiredOption('--output <file>', 'JSON Lines file to write; one that is there is left alone')
    .option('--per-decile <k>', 'documents of each tenth', (text) => wholeNumber(text, 1, 10_000), 20)
    .option('--source <name>', 'source to draw from; default the one that the models have as negative')
    .option('--seed <n>', 'choose other documents; default the seed of the run', (text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER))
    .addHelpText('after', `
Set each "label" to 1 (good) or 0, or leave null where you cannot say; leave the other fields. Lines are in random order, and what the model thought
(decile, score) stands last, behind the text: judge before you look. The text is that of the input, before any stage changed it.

Example:
  $ sluice quality export output/quickstart --per-decile 20 --output labels.jsonl
  $ sluice quality evaluate output/quickstart --labels labels.jsonl`)
    .action(exportDocuments);
}

interface Candidate extends LabelCandidate {
  readonly record: ParquetRecord;
}

async function exportDocuments(dir: string, { perDecile, output, source: wanted, seed }: Options): Promise<void> {
  const directory = resolve(dir);
  const plan = readPlan(directory);
  const source = sourceToLabel(plan, wanted);
  if (existsSync(output)) throw new ConfigError(`--output: found a file at ${output}, expected a new name: it may hold labels`);
  const deciles = new ScoreDeciles();
  for await (const { quality } of scoredDocuments(plan, source, ['quality'])) deciles.add(Number(quality));
  if (deciles.documents === 0) {
    throw new ConfigError(`${dir}: found no document of ${source} with a score, expected some: does a stage drop them all before quality?`);
  }
  const populations = deciles.close();
  const sample = new LabelSample<Candidate>(seed ?? plan.recipe.seed, perDecile);
  for await (const record of scoredDocuments(plan, source, ['id', 'source', 'shard', 'offset', 'inner', 'quality'])) {
    const place = [record['shard'], record['offset'], record['inner']].map(String).join('\0');
    sample.offer({ source, id: String(record['id']), place, decile: deciles.decileOf(Number(record['quality'])), record });
  }
  const chosen = sample.shuffled();
  await write(plan, resolve(output), chosen, populations);
  process.stdout.write(`${output}: ${chosen.length} documents of ${source} to label, from ${deciles.documents} with a score\n`);
}

function sourceToLabel({ recipe }: Plan, wanted: string | undefined): string {
  const scored = Object.entries(recipe.sources).filter(([, { stages }]) => stages.some((stage) => stage.name === 'quality')).map(([name]) => name);
  if (scored.length === 0) throw new ConfigError(`${recipe.name}: found no source with a quality stage, expected one: it gives the scores`);
  if (wanted !== undefined && !scored.includes(wanted)) {
    throw new ConfigError(`--source: found "${wanted}", expected one with a quality stage: ${scored.join(', ')}`);
  }
  const negative = new Set(Object.values(recipe.models).flatMap((model) => (model.kind === 'file' ? [] : model.negative)));
  const crawl = scored.length === 1 ? scored : scored.filter((name) => negative.has(name));
  const source = wanted ?? (crawl.length === 1 ? crawl[0] : undefined);
  if (source === undefined) throw new ConfigError(`--source: found none, expected one of ${scored.join(', ')}`);
  return source;
}

/** The source's documents that have a score, in the order of the plan. Memory: one row group of these columns. Errors: ConfigError without decisions. */
async function* scoredDocuments({ directory, shards }: Plan, source: string, columns: readonly string[]): AsyncGenerator<ParquetRecord> {
  const files = shards.filter((shard) => shard.source === source)
    .map(({ key }) => join(directory, 'decisions', `${key}.parquet`))
    .filter((path) => existsSync(path)); // a failed shard has none
  if (files.length === 0) {
    throw new ConfigError(`${directory}: found no decisions of ${source}, expected decisions/*.parquet: run the recipe to its end first`);
  }
  for (const file of files) {
    for await (const rows of readParquetRows(file, { columns })) for (const row of rows) if (typeof row['quality'] === 'number') yield row;
  }
}

async function write(plan: Plan, path: string, chosen: readonly Candidate[], populations: readonly number[]): Promise<void> {
  const file = AtomicFile.create(path);
  try {
    for (const { id, source, decile, record } of chosen) {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readDecidedText(plan, record));
      const line = { id, source, label: null, text, decile, population: populations[decile - 1]!, score: record['quality'] };
      file.write(Buffer.from(`${JSON.stringify(line)}\n`));
    }
    file.commit();
  } finally {
    file.abort();
  }
}
