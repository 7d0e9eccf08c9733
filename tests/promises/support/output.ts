/** What stands in a folder: checksums of files, decision records, the ledger and the corpus's lines. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { Ledger } from '#src/core/ledger.js';

/** SHA-256 of every file below `folder`, by its relative path, in order; empty folders stand with a slash. */
export function filesOf(folder: string): Record<string, string> {
  const found: [string, string][] = readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) return readdirSync(path).length === 0 ? [[`${relative(folder, path)}/`, '']] : [];
    return [[relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')]];
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a run is for: corpus, its order, decisions and ledger. Work files, and what names the output folder or the recipe, are left out. */
export function resultOf(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(filesOf(folder)).filter(([name]) => /^(corpus|decisions)\/|^order\/.*\.bin$|^ledger\.json$/.test(name)));
}

export interface Decision {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly source: string;
  readonly shard: string;
  readonly offset: number;
  readonly inner: number;
  readonly bytes: number;
  readonly tokens: number;
  readonly stage: string | null;
  readonly reason: string | null;
  readonly keptId: string | null;
  readonly jaccard: number | null;
  readonly method: string | null;
  readonly quality: number | null;
  readonly copies: number;
}

export async function decisionsOf(folder: string): Promise<Decision[]> {
  const decisions = join(folder, 'decisions');
  const rows = await Promise.all(readdirSync(decisions).sort().map(async (name) => parquetReadObjects({ file: await asyncBufferFromFile(join(decisions, name)) })));
  return rows.flat().map((row) => row as unknown as Decision); // the columns that every file of a run has
}

export function ledgerOf(folder: string): Ledger {
  return JSON.parse(readFileSync(join(folder, 'ledger.json'), 'utf8')) as Ledger; // written by the run under test
}

/** Documents dropped, by `source/stage/reason`. */
export function droppedOf({ sources }: Ledger): Record<string, number> {
  return Object.fromEntries(sources.flatMap(({ source, stages }) => stages.flatMap(({ stage, dropped }) => (
    Object.entries(dropped).map(([reason, { documents }]) => [`${source}/${stage}/${reason}`, documents])))).sort());
}

/** The same, counted from decision records. */
export function droppedIn(decisions: readonly Decision[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { source, stage, reason } of decisions) {
    if (reason !== null) counts.set(`${source}/${stage}/${reason}`, (counts.get(`${source}/${stage}/${reason}`) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort());
}

export interface CorpusDocument {
  readonly id: string;
  readonly source: string;
  readonly text: string;
}

/** File by file, by name. */
export function corpusOf(folder: string): CorpusDocument[] {
  return readdirSync(join(folder, 'corpus'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.jsonl(\.gz)?$/.test(name)).sort().flatMap((name) => {
    const bytes = readFileSync(join(folder, 'corpus', name));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as CorpusDocument);
  });
}
