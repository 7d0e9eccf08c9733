import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { afterAll, describe, expect, test } from 'vitest';
import type { CountResult } from '#src/pipeline/phases/count.js';
import type { SizeResult } from '#src/pipeline/phases/size.js';
import { makePlan, type Plan } from '#src/pipeline/plan.js';
import type { MixtureRecipe, Recipe } from '#src/pipeline/recipe.js';
import { openRun, task } from '#src/pipeline/task.js';
import { stepsOf, tasksOf } from '#src/pipeline/tasks.js';
import { Candidates } from '#src/pipeline/candidates.js';
import { parse } from './recipe-fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-count-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WORDS = ['The', 'sea', 'was', 'calm,', 'and', 'nobody', 'said', 'anything', 'extraordinary', 'about', 'it:', '42', 'ships\n\nwent', 'by.'];

/** Texts of 1 to 60 words, no two alike. */
const textsOf = (seed: number, documents: number): string[] => Array.from({ length: documents }, (_, i) => (
  `${seed}-${i} ${Array.from({ length: 1 + ((i * 7919 + seed) % 60) }, (_, k) => WORDS[(i * i + k * (i + 3)) % WORDS.length]).join(' ')}`));

const texts: Readonly<Record<string, readonly string[]>> = { books: textsOf(1, 900), web: textsOf(2, 150) };
const files = Object.entries(texts).flatMap(([source, all]) => [0, 1, 2].map((shard) => {
  const path = join(folder, `${source}-${shard}.jsonl`);
  const lines = all.filter((_, i) => i % 3 === shard).map((text, i) => `${JSON.stringify({ id: `${shard}/${i}`, text })}\n`);
  writeFileSync(path, [...lines, ...lines.slice(0, 2)].join('')); // two exact duplicates
  return { source, name: path, path, bytes: lines.join('').length, identity: '1' };
}));

const base = parse(`\
name: counted
sources:
  books: { read: { format: jsonl, paths: books.jsonl } }
  web: { read: { format: jsonl, paths: web.jsonl }, bytesPerToken: 5 }
dedup: { methods: [exact] }
mixture: { budget: max, weights: { books: 1, web: 1 } }
`);

type Changes = Partial<Pick<MixtureRecipe, 'unit' | 'tokens'>> & { readonly seed?: number };

function planOf(name: string, { seed = 0, ...mixture }: Changes): Plan {
  const recipe: Recipe = { ...base, seed, mixture: { ...base.mixture!, ...mixture } };
  const directory = join(folder, name);
  mkdirSync(directory, { recursive: true });
  return makePlan({ job: 'mixture', recipe, directory, version: '0', code: '0', kernels: 'wasm', filesOf: (source) => files.filter((file) => file.source === source) });
}

/** Runs what is not complete; gives the names of the phases that had something to do. */
async function run(plan: Plan, backwards = false): Promise<string[]> {
  const worked = new Set<string>();
  for (const { phase, firstRank, endRank } of stepsOf(plan)) {
    const view = openRun(plan);
    const ranks = Array.from({ length: endRank - firstRank }, (_, i) => firstRank + i);
    for (const rank of backwards ? ranks.reverse() : ranks) {
      if (view.completion(phase, rank) === undefined) worked.add(phase);
      await task(view, phase, rank);
    }
  }
  return [...worked];
}

async function sizes(name: string, changes: Changes): Promise<SizeResult> {
  const plan = planOf(name, changes);
  await run(plan);
  return openRun(plan).completed<SizeResult>('size', 0).result;
}

const bytesOf = (source: string): number => texts[source]!.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
const tokensOf = (source: string): number => texts[source]!.reduce((sum, text) => sum + encode(text).length, 0);

describe('what a source has, in the unit of the mixture', () => {
  test('is bytes, documents or estimated tokens without a phase that counts', async () => {
    const bytes = await sizes('bytes', { unit: 'bytes' });
    expect(bytes).toMatchObject({ unit: 'bytes', counted: { by: 'bytes' }, available: { books: { documents: 900, size: bytesOf('books') }, web: { documents: 150, size: bytesOf('web') } } });
    const documents = await sizes('documents', { unit: 'documents' });
    expect(documents.available['books']!.size).toBe(900);
    const estimated = await sizes('estimated', {});
    expect(estimated.counted).toEqual({ by: 'bytes-per-token' });
    expect(estimated.available['web']!.size).toBe(texts['web']!.reduce((sum, text) => sum + Math.round(Buffer.byteLength(text) / 5), 0));
    expect(tasksOf(planOf('estimated', {}), 'count')).toBe(0);
  });

  test('is words, counted, duplicates left out', async () => {
    const { counted, available } = await sizes('words', { unit: 'words' });
    expect(counted.by).toBe('words');
    for (const source of ['books', 'web']) expect(available[source]!.size).toBe(texts[source]!.reduce((sum, text) => sum + text.split(/\s+/).length, 0));
    expect(available['books']!.interval).toBeUndefined();
  });

  test('is tokens of a tokenizer, all counted', async () => {
    const { counted, available } = await sizes('exact', { tokens: { tokenizer: 'cl100k_base', sample: 'exact' } });
    expect(counted).toMatchObject({ by: 'tokenizer', tokenizer: 'cl100k_base', sample: 'exact', version: expect.stringMatching(/^gpt-tokenizer 4\./) });
    for (const source of ['books', 'web']) expect(available[source]).toMatchObject({ size: tokensOf(source) });
    expect(available['books']!.tokens, 'the ledger goes on with its estimate').toBe(texts['books']!.reduce((sum, text) => sum + Math.max(1, Math.round(Buffer.byteLength(text) / 4)), 0));
  });

  test('is tokens as a sample has them, with an interval; a source of fewer documents is counted whole', async () => {
    const tokens = { tokenizer: 'cl100k_base', sample: 200 } as const;
    const { available } = await sizes('sampled', { tokens });
    const { size, interval, sampled } = available['books']!;
    const exact = tokensOf('books');
    expect(Math.abs(size - exact) / exact).toBeLessThan(0.01);
    expect(interval!.low).toBeLessThanOrEqual(size);
    expect(interval!.high).toBeGreaterThanOrEqual(size);
    expect((interval!.high - interval!.low) / exact).toBeLessThan(0.04);
    expect(Math.abs(sampled!.documents - 200)).toBeLessThan(50);
    expect(available['web']).toMatchObject({ size: tokensOf('web') });
    expect(available['web']!.interval).toBeUndefined();
    const candidates = new Candidates(openRun(planOf('sampled', { tokens })));
    const sum = { books: 0, web: 0 };
    for (const document of candidates.all(() => true)) sum[document.source as keyof typeof sum] += document.size;
    candidates.close();
    expect(sum, 'the sizes that documents are selected by').toEqual({ books: size, web: available['web']!.size });
  });
});

describe('counting', () => {
  const tokens = { tokenizer: 'cl100k_base', sample: 200 } as const;

  test('is the same in any order of tasks', async () => {
    const there = planOf('there', { tokens });
    const back = planOf('back', { tokens });
    await run(there);
    await run(back, true);
    expect(openRun(back).completed('size', 0).result).toEqual(openRun(there).completed('size', 0).result);
  });

  test('is not done again for other weights, but for another tokenizer, sample, or unit, and for another seed only where it samples', async () => {
    const name = 'rerun';
    await run(planOf(name, { tokens }));
    const other = planOf(name, { tokens });
    const changed = { ...other, recipe: { ...other.recipe, mixture: { ...other.recipe.mixture!, budget: 5, shortfall: 'cap' as const } } };
    expect(await run(changed)).toEqual([]);
    expect(await run(planOf(name, { tokens: { ...tokens, sample: 'exact' } }))).toEqual(['count', 'size']);
    expect(await run(planOf(name, { tokens: { ...tokens, sample: 'exact' }, seed: 1 })), 'every stage may depend on the seed, counting all does not').toEqual(['curate']);
    expect(await run(planOf(name, { tokens, seed: 1 }))).toEqual(['count', 'size']);
    expect(await run(planOf(name, { tokens: { ...tokens, tokenizer: 'o200k_base' }, seed: 1 }))).toEqual(['count', 'size']);
    expect(await run(planOf(name, { unit: 'words', seed: 1 }))).toEqual(['count', 'size']);
    expect(await run(planOf(name, { unit: 'documents', seed: 1 }))).toEqual(['size']);
  });

  test('sees every document that may enter the corpus, or the run ends', async () => {
    const plan = planOf('conserved', { unit: 'words' });
    await run(plan);
    const view = openRun(plan);
    const { shards } = plan;
    const counted = shards.reduce((sum, _, rank) => sum + view.completed<CountResult>('count', rank).result.documents, 0);
    expect(counted).toBe(1050);
    const candidates = new Candidates(view, {});
    const original = view.completed.bind(view);
    view.completed = ((phase: Parameters<typeof original>[0], rank: number) => original(phase, phase === 'count' ? (rank + 1) % 3 : rank)) as typeof view.completed; // sizes of another shard
    expect(() => [...candidates.all((source) => source === 'books')]).toThrow(/phase count has a size for \d+ bytes at place \d+, expected one for \d+ bytes/);
    candidates.close();
  });
});
