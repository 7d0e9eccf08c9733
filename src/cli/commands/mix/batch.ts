/**
 * `sluice mix batch`: which documents a batch of the corpus's order holds, from the index beside the corpus: reads as many bytes for the last batch as for the
 * first, and neither work/ nor the corpus. With `--skip`, batches are numbered as if those were not there.
 */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../../../core/errors.js';
import { readOrder, readOrderHead, type OrderedDocument } from '../../../formats/order-index-reader.js';
import type { OrderHead } from '../../../formats/order-index.js';
import { batchWithout, countBatches, countSkipped, mergeRanges, type BatchRange } from '../../../mixture/batches.js';
import { describeCount, plainText, plainTable } from '../../../reports/table.js';
import { wholeNumber } from '../../options.js';

/** Documents of a batch at most: they are held in memory, some 500 bytes each. */
const MOST_SIZE = 65_536;
const MOST_RANGES = 10_000;
/** Hexadecimal digits of a fingerprint that tell orders apart. */
const LEAST_DIGITS = 16;

interface Options {
  readonly size: number;
  readonly at: number;
  readonly skip: readonly BatchRange[];
  readonly expect?: string;
  readonly json?: true;
}

export function batchCommand(): Command {
  return new Command('batch')
    .description('show which documents a batch holds, and where they are; all numbers count from 0')
    .argument('<dir>', "a run's output folder")
    .requiredOption('--size <n>', 'documents of a batch', (text) => wholeNumber(text, 1, MOST_SIZE))
    .requiredOption('--at <k>', 'which batch', (text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER))
    .option('--skip <first-last>', 'leave these batches out of the order, both ends included; repeatable', rangesWith, [])
    .option('--expect <fingerprint>', 'refuse an order of another fingerprint', parseFingerprint)
    .option('--json', 'print JSON')
    .addHelpText('after', `
A run of training that is resumed must read on in the order that it began with: note the fingerprint at its start, and give it as --expect.

Examples:
  $ sluice mix batch output/quickstart --size 1024 --at 5
  $ sluice mix batch output/quickstart --size 8 --at 210 --skip 200-500 --expect 6f1d0e2c5b7a9384`)
    .action(printBatch);
}

function printBatch(dir: string, { size, at, skip, expect, json }: Options): void {
  const directory = resolve(dir);
  const head = readOrderHead(directory);
  if (expect !== undefined && !head.fingerprint.startsWith(expect)) {
    const found = `the order ${head.fingerprint} (recipe ${head.recipe.name}, ${head.recipe.fingerprint.slice(0, LEAST_DIGITS)})`;
    throw new ConfigError(`${dir}: found ${found}, expected ${expect}: `
      + 'another recipe, seed or input was run into this folder, so its batches are not those that were read before');
  }
  const all = countBatches(head.documents, size);
  const counted = `${describeCount(head.documents)} documents are ${all} batches of ${size}`;
  const skipped = mergeRanges(skip);
  const beyond = skipped.find(({ last }) => last >= all);
  if (beyond !== undefined) throw new ConfigError(`--skip: found ${beyond.first}-${beyond.last}, expected batches below ${all}: ${counted}`);
  const batches = all - countSkipped(skipped);
  if (at >= batches) {
    const left = skipped.length === 0 ? '' : `, of which ${all - batches} are skipped`;
    throw new ConfigError(`--at: found ${at}, expected a number below ${batches}: ${counted}${left}`);
  }
  const batch = batchWithout(at, skipped);
  const documents = readOrder(directory, head, batch * size, Math.min(size, head.documents - batch * size));
  process.stdout.write(json === true
    ? `${JSON.stringify({ fingerprint: head.fingerprint, recipe: head.recipe, size, at, batches, batch, documents }, null, 2)}\n`
    : batchText(head, { at, batch, batches, size }, documents));
}

interface AskedBatch {
  readonly size: number;
  readonly at: number;
  /** Its number in the whole order. */
  readonly batch: number;
  /** How many there are, but for those left out. */
  readonly batches: number;
}

function batchText({ fingerprint }: OrderHead, { at, batch, batches, size }: AskedBatch, documents: readonly OrderedDocument[]): string {
  const whole = batch === at ? '' : ` (${batch} of the whole order)`;
  const table = plainTable(
    [{ title: 'position', right: true }, { title: 'source' }, { title: 'copy', right: true }, { title: 'file' }, { title: 'line', right: true }, { title: 'id' }],
    documents.map(({ position, source, copy, file, line, id }) => [String(position), source, String(copy), plainText(file), String(line), plainText(id)]),
  );
  return `order ${fingerprint}\nbatch ${at}${whole} of ${batches} batches of ${size}: ${documents.length === 1 ? '1 document' : `${documents.length} documents`}\n${table}\n`;
}

/** commander's way with options that are repeated. */
function rangesWith(text: string, before: readonly BatchRange[]): readonly BatchRange[] {
  const [, from, to] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to ?? from)];
  if (from === undefined || first > last) throw new InvalidArgumentError(`found "${text}", expected the first and last batch to leave out, such as 200000-200500.`);
  if (before.length >= MOST_RANGES) throw new InvalidArgumentError(`found more than ${MOST_RANGES} ranges, expected at most as many.`);
  return [...before, { first, last }];
}

function parseFingerprint(text: string): string {
  if (!/^[0-9a-f]{16,64}$/.test(text)) throw new InvalidArgumentError(`found "${text}", expected ${LEAST_DIGITS} to 64 hexadecimal digits, as the command prints them.`);
  return text;
}
