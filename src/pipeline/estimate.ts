/**
 * What a plan will cost, before anything is read. Rough by design: the constants are those of the quickstart on two cores (src/kernels/README.md has the
 * figures and the command that measures them), and text that compresses or filters otherwise moves them by a factor of two.
 */
import { inputBytes, type Plan } from './plan.js';

/** Bytes of text per stored byte. */
const EXPANSION = { gzip: 2.5, zstd: 3, zip: 3.5, parquet: 2, plain: 1 } as const;
const CORPUS_EXPANSION = { 'jsonl': 'plain', 'jsonl.gz': 'gzip', 'jsonl.zst': 'zstd', 'parquet': 'zstd' } as const;
/** Megabytes of text a second that one worker curates, all stages on. */
const CURATE_RATE = 20;
/** Bytes a second that one worker emits. */
const WRITE_RATE = 60;
const MEGABYTE = 1e6;
const SIGNATURE_BYTES = 480;
const DOCUMENT_BYTES = 4000;
/** Of a document in the index of the order: its place and its id. */
const ORDER_BYTES = 80;

export interface Estimate {
  readonly inputBytes: number;
  readonly textBytes: number;
  /** Of work files and corpus, if every document survives. */
  readonly diskBytes: number;
  /** What all tasks together keep to. */
  readonly memoryBytes: number;
  readonly seconds: number;
}

export function estimate(plan: Plan, workers: number): Estimate {
  const textBytes = plan.shards.reduce((sum, { source, files }) => {
    const { format } = plan.recipe.sources[source]!.read; // shards are made from sources
    return sum + files.reduce((part, { name, bytes }) => part + bytes * EXPANSION[expansionOf(format, name)], 0);
  }, 0);
  const documents = textBytes / DOCUMENT_BYTES;
  const corpus = textBytes / EXPANSION[CORPUS_EXPANSION[plan.recipe.output.format]];
  return {
    inputBytes: inputBytes(plan.shards),
    textBytes,
    diskBytes: textBytes + documents * (SIGNATURE_BYTES + ORDER_BYTES) + corpus,
    memoryBytes: plan.memory,
    seconds: (textBytes / MEGABYTE) * (1 / CURATE_RATE + 1 / WRITE_RATE) / workers,
  };
}

/** What a file is stored as, by its format and its name. */
function expansionOf(format: string, name: string): keyof typeof EXPANSION {
  if (format === 'zip' || format === 'parquet') return format;
  return /\.t?gz$/.test(name) ? 'gzip' : /\.t?zst$/.test(name) ? 'zstd' : 'plain';
}
