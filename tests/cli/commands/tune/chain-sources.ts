/** A folder with sources of Markov chains as JSON Lines, and others whose documents are words, and recipes over them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainOf, randomStream, textOf, type Chain } from '../../../mixture/tune/markov.js';

export const CHAINS: Readonly<Record<string, Chain>> = { red: chainOf(1, 3), green: chainOf(2, 3), blue: chainOf(3, 2) };
/** Documents of each, of DOCUMENT_BYTES. */
export const DOCUMENTS: Readonly<Record<string, number>> = { red: 60, green: 40, blue: 50 };
export const DOCUMENT_BYTES = 2000;

const words = (seed: number): string => Array.from({ length: 400 }, (_, i) => `word${(Math.imul(seed * 1000 + i, 0x9e3779b1) >>> 16) % 5000}`).join(' ');
const planted = Array.from({ length: 40 }, (_, i) => words(i + 1));
const others: Readonly<Record<string, readonly string[]>> = {
  planted,
  // Every second document of `planted` again: in capitals, behind two other words.
  copies: planted.filter((_, i) => i % 2 === 0).map((text) => `another beginning ${text.toUpperCase()}`),
  ...Object.fromEntries(Array.from({ length: 40 }, (_, source) => [`many-${source}`, Array.from({ length: 5 + source }, (_unused, i) => words(2000 + 100 * source + i))])),
  exam: Array.from({ length: 6 }, (_, i) => words(900 + i)), single: [words(500)], short: ['tiny'], empty: [''], index: ['a b c'],
};

/** Writes `<source>.jsonl` for each chain and each of the others. */
export function writeSources(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const random = randomStream(77);
  const drawn = Object.fromEntries(Object.entries(CHAINS).map(([source, chain]) => [source, Array.from({ length: DOCUMENTS[source]! }, () => textOf(chain, DOCUMENT_BYTES, random))]));
  for (const [source, texts] of Object.entries({ ...drawn, ...others })) {
    writeFileSync(join(folder, `${source}.jsonl`), texts.map((text, i) => `${JSON.stringify({ id: `${source}-${i}`, text })}\n`).join(''));
  }
}

/** Ten runs of a proxy that reads 80 kB. */
export const TUNE = { targets: { red: 2, blue: 1 }, order: 3, bytes: '80kB', heldOut: '16kB', runs: 10 };

export function recipeOf(sources: readonly string[], rest: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { name: 'chains', seed: 3, sources: Object.fromEntries(sources.map((source) => [source, { read: { format: 'jsonl', paths: `${source}.jsonl` } }])), ...rest };
}

/** A table as `sluice tune` writes it: the columns behind run, name and index, by run. */
export function readTable(text: string): { readonly columns: readonly string[]; readonly rows: ReadonlyMap<string, Readonly<Record<string, number>>> } {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const [run, name, index, ...columns] = head.split(',');
  if (run !== 'run' || name !== 'name' || index !== 'index') throw new Error(`found columns ${head}`);
  return { columns, rows: new Map(lines.map((line) => {
    const [id = '', , , ...values] = line.split(',');
    return [id, Object.fromEntries(columns.map((column, i) => [column, Number(values[i])]))];
  })) };
}
