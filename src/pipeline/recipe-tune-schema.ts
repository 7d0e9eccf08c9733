/**
 * The grammar of `tune:`, what weights are tuned for and with what proxies. The command line may say otherwise. What it says about the sources is checked in
 * recipe-tune-checks.ts.
 */
import { z } from 'zod';
import { bytes, globs, name } from './recipe-source-schema.js';
import type { TuneRecipe, TuneTarget } from './recipe.js';

/** A laptop trains 64 proxies of six sources on so much in a minute. */
export const DEFAULT_PROXY_BYTES = 4_000_000;
export const DEFAULT_HELD_OUT_BYTES = 256_000;
/** What a worker's memory has room for (phases/proxy.ts, phases/target.ts). */
export const MOST_PROXY_BYTES = 64_000_000;
export const MOST_HELD_OUT_BYTES = 4_000_000;
export const MOST_RUNS = 10_000;
export const PROXY_ORDERS = [3, 5] as const;

const weight = z.number().min(0).max(1e9);
const weightText = { error: 'expected a weight such as 1, or { paths: ..., weight: 1 }' };

const target = z.union([
  weight,
  z.strictObject({
    paths: globs.describe('Files of its own, read by their names\' endings: .wet, .warc, .jsonl, .csv, .tsv, .tar (each .gz or .zst), .parquet, .zip, else a document of plain text.'),
    text: z.string().min(1).max(200).default('text').describe('Field of the text in JSON Lines and Parquet, dots between levels, or column of CSV.'),
    weight: weight.default(1).describe('Importance among the targets; 0: measured, but not tuned for.'),
  }),
], weightText).transform((value): TuneTarget => (typeof value === 'number' ? { weight: value } : { weight: value.weight, files: { paths: value.paths, text: value.text } }));

/** Its output is `TuneRecipe`. */
export const tuneSchema = z.strictObject({
  targets: z.record(name, target).refine((targets) => Object.values(targets).some((one) => one.weight > 0), { error: 'expected at least one target with a weight above 0' })
    .describe('What losses are measured on, with weights: names of sources (their held-out documents), or files of their own.'),
  runs: z.int().min(1).max(MOST_RUNS).optional().describe('Mixtures that proxies are trained on; 8 a source are good. Without it: 64, or 8 a source if that is more.'),
  order: z.union(PROXY_ORDERS.map((order) => z.literal(order)), { error: 'expected 3 or 5' }).default(5).describe('Longest run of bytes that a proxy counts.'),
  bytes: bytes.refine((value) => value <= MOST_PROXY_BYTES, { error: 'expected at most 64MB' }).default(DEFAULT_PROXY_BYTES).describe('What a proxy reads, such as 4MB.'),
  heldOut: bytes.refine((value) => value <= MOST_HELD_OUT_BYTES, { error: 'expected at most 4MB' }).default(DEFAULT_HELD_OUT_BYTES).describe('Held-out text of each target at most, such as 256kB.'),
}).transform(({ runs, ...rest }): TuneRecipe => (runs === undefined ? rest : { ...rest, runs }));
