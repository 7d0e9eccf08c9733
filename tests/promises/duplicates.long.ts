import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createKernels } from '#src/kernels/index.js';
import { exactJaccard } from '#src/dedup/exact-jaccard.js';
import { LINK_ROUNDS } from '#src/pipeline/clustering.js';
import { LEAST_MEMORY_BYTES } from '#src/pipeline/memory.js';
import type { Plan } from '#src/pipeline/plan.js';
import { openRun, task } from '#src/pipeline/task.js';
import { linkRank, tasksOf } from '#src/pipeline/tasks.js';
import { mailPages } from './support/corpus.js';
import { corpusOf, decisionsOf, droppedIn, droppedOf, ledgerOf, resultOf, type Decision } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, start, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
/** No room for union-find: clusters are found in rounds. */
const LEAST = ['--workers', '1', '--memory', String(LEAST_MEMORY_BYTES + 20_000)]; // and its four shards
const SHINGLE = { length: 5, unit: 'word' } as const;

interface Written { readonly id: string; readonly url?: string; readonly text: string }

const CRAWLS = ['CC-MAIN-2024-10', 'CC-MAIN-2024-18'];
const texts = new Map<string, string>();

/** Every page twice: with other line ends, with some words changed at the end, half of it, or another page at its address; in the other crawl or in its own. */
function makePages(): void {
  const pages = mailPages(200).filter(({ text }) => text.split(/\s+/).length > 100);
  const lists: Written[][] = [[], [], [], []];
  const add = (list: number, document: Written): void => {
    lists[list]!.push(document);
    texts.set(document.id, document.text);
  };
  pages.forEach(({ uri, text }, i) => {
    add(i % 2, { id: `page-${i}`, url: uri, text });
    const there = i % 3 === 0 ? 2 + (i % 2) : 2 + ((i + 1) % 2);
    const words = text.split(' ');
    if (i % 5 === 0) add(there, { id: `equal-${i}`, text: text.split(/\s+/).join('\n') });
    if (i % 5 === 1) add(there, { id: `near-${i}`, text: [...words.slice(0, Math.ceil(words.length * 0.94)), 'and so it ended'].join(' ') });
    if (i % 5 === 2) add(there, { id: `moved-${i}`, url: `${uri.replace('https:', 'http:')}/?utm_source=mail`, text: `Another page ${i}: ${words.slice(0, 30).reverse().join(' ')}` });
    if (i % 5 === 3) add(there, { id: `half-${i}`, text: [...words.slice(0, words.length / 2), ...words.slice(0, words.length / 2).reverse()].join(' ') });
  });
  lists.forEach((list, i) => {
    const path = join(folder, 'crawl', CRAWLS[i % 2]!, `part-${i}.jsonl`);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, list.map((document) => `${JSON.stringify(document)}\n`).join(''));
  });
}

const recipe = (dedup: Record<string, unknown>, sources: Record<string, unknown> = { crawl: source('crawl/**/*.jsonl') }): unknown => ({
  name: 'duplicates', sources, dedup: { methods: METHODS, keep: ['longest'], ...dedup }, output: { format: 'jsonl', shardSize: '100kB' },
});
const source = (...paths: string[]): unknown => ({ read: { format: 'jsonl', paths } });
const METHODS = ['exact', 'url', { minhash: { shingle: '5 words', bands: 14, rows: 8, threshold: 0.8, verify: 'exact' } }];

async function decisionsUnder(name: string, written: unknown, ...options: string[]): Promise<Decision[]> {
  await runWhole(folder, writeRecipe(folder, name, written), name, ...options);
  const decisions = await decisionsOf(join(folder, name));
  expect(droppedIn(decisions)).toEqual(droppedOf(ledgerOf(join(folder, name))));
  return decisions;
}
const planOf = (output: string): Plan => ({ ...JSON.parse(readFileSync(join(folder, output, 'work/plan.json'), 'utf8')) as Plan, directory: join(folder, output) });

const kernels = createKernels('reference');
function setOf(id: string): BigUint64Array {
  const text = Buffer.from(texts.get(id)!); // asked for documents that were written
  return kernels.shingleSets({ length: 1, text, offsets: Uint32Array.of(0, text.length), columns: new Map() }, Uint32Array.of(0), SHINGLE).hashes;
}

let all: Decision[];
let expected: Record<string, string>;

beforeAll(async () => {
  makePages();
  all = await decisionsUnder('all', recipe({}), '--workers', '2');
  expected = resultOf(join(folder, 'all'));
});
afterAll(remove);

describe('duplicates by text, by address and by similarity', () => {
  it('are those that were planted, each with the reason of its method, and pages with half of another are not', () => {
    const byId = new Map(all.map((row) => [row.id, row]));
    const planted = (kind: string): (readonly [Decision, Decision])[] => all.filter(({ id }) => id.startsWith(kind)).map((row) => [row, byId.get(`page-${row.id.split('-')[1]!}`)!] as const);
    for (const [kind, reason] of [['equal', 'exact-duplicate'], ['near', 'near-duplicate'], ['moved', 'url-duplicate']] as const) {
      const pairs = planted(kind);
      expect(pairs.length).toBeGreaterThan(20);
      const here = pairs.filter(([one, other]) => one.keptId === other.id || other.keptId === one.id);
      expect(here.length).toBeGreaterThan(15); // some mails are alike, so that a third one is kept
      for (const [one, other] of here) expect(one.keptId === other.id ? one.reason : other.reason, one.id).toBe(reason);
      for (const [one, other] of pairs) if (kind !== 'near' || exactJaccard(setOf(one.id), setOf(other.id)) >= 0.9) expect([one.stage, other.stage], one.id).toContain('dedup');
    }
    expect(planted('half').filter(([one, other]) => one.keptId === other.id || other.keptId === one.id)).toEqual([]);
    expect(planted('half').length).toBeGreaterThan(20);
  });

  it('carry both similarities as evidence, the exact one of the texts themselves, and a kept document that is in the corpus', () => {
    const kept = new Set(corpusOf(join(folder, 'all')).map(({ id }) => id));
    const removed = all.filter(({ stage }) => stage === 'dedup');
    for (const { id, keptId, method, jaccard, exactJaccard: exact } of removed) {
      expect(kept.has(keptId!), `${id} for ${keptId!}`).toBe(true);
      if (method === 'url') expect(exact).toBe(null);
      else expect(exact).toBe(Math.fround(exactJaccard(setOf(id), setOf(keptId!))));
      if (method === 'minhash') expect(Math.abs(Number(exact) - jaccard!)).toBeLessThan(0.17); // 4.5 standard deviations of 112 minima
      if (method === 'minhash') expect(exact).toBeGreaterThanOrEqual(Math.fround(0.8));
    }
    expect(all.filter(({ stage }) => stage === null)).toHaveLength(kept.size);
  });
});

describe('the same bytes', () => {
  it.each(['1', '4'])('come from %s workers', async (workers) => {
    await runWhole(folder, 'all.yaml', `workers-${workers}`, '--workers', workers);
    expect(resultOf(join(folder, `workers-${workers}`))).toEqual(expected);
  });

  it('come from the least memory, where clusters are found in rounds', async () => {
    await runWhole(folder, 'all.yaml', 'least', ...LEAST);
    expect([planOf('all').clustering, planOf('least').clustering]).toEqual(['union-find', 'rounds']);
    expect(resultOf(join(folder, 'least'))).toEqual(expected);
  });

  it('come from files that are listed one by one, backwards, and from the reference kernels', async () => {
    const files = [3, 2, 1, 0].map((i) => `crawl/${CRAWLS[i % 2]!}/part-${i}.jsonl`);
    await runWhole(folder, writeRecipe(folder, 'backwards', recipe({}, { crawl: source(...files) })), 'backwards', '--kernels', 'reference');
    expect(resultOf(join(folder, 'backwards'))).toEqual(expected);
  });

  it('come after ten kills in the rounds', async () => {
    const started = performance.now();
    await runWhole(folder, 'all.yaml', 'timed', ...LEAST);
    const wholeMs = performance.now() - started;
    for (let kill = 0; kill < 10; kill++) {
      const { child, ended } = start(folder, 'run', 'all.yaml', '--output', 'killed', ...LEAST);
      await Promise.race([wait(wholeMs * (0.3 + 0.07 * kill)), ended]);
      child.kill('SIGKILL');
      await ended;
    }
    await runWhole(folder, 'all.yaml', 'killed', ...LEAST);
    expect(resultOf(join(folder, 'killed'))).toEqual(expected);
    expect(readdirSync(join(folder, 'killed'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('clusters', () => {
  const membersOf = async (output: string, plan: Plan): Promise<string[]> => {
    const last = plan.clustering === 'rounds' ? LINK_ROUNDS - 1 : 0;
    const first = linkRank(plan, { level: 0, round: last, partition: 0 });
    const run = openRun(plan);
    const found: string[] = [];
    for (let rank = first; rank < tasksOf(plan, 'link'); rank++) {
      const { outputs } = await task(run, 'link', rank);
      found.push(`${outputs['members']!.bytes} ${outputs['members']!.crc32}`);
    }
    expect(plan.directory).toBe(join(folder, output));
    return found;
  };
  const copyOf = (from: string, to: string, forget: (name: string) => boolean): Plan => {
    cpSync(join(folder, from), join(folder, to), { recursive: true });
    const links = join(folder, to, 'work/link');
    for (const name of readdirSync(links)) if (forget(name)) rmSync(join(links, name));
    return planOf(to);
  };

  it('are the same where union-find finds more rows than it has room for, and sorts instead', async () => {
    const plan = copyOf('all', 'no-room', () => true);
    expect(await membersOf('no-room', { ...plan, memory: LEAST_MEMORY_BYTES })).toEqual(await membersOf('all', planOf('all')));
  });

  it('are the same where the rounds end before they are settled', async () => {
    const plan = copyOf('least', 'unsettled', (name) => name.includes(`round-${LINK_ROUNDS - 1}-`));
    const links = join(folder, 'unsettled/work/link');
    for (const name of readdirSync(links).filter((one) => one.endsWith('.done.json'))) {
      const { result, ...rest } = JSON.parse(readFileSync(join(links, name), 'utf8')) as { result: Record<string, unknown> };
      const { settledAt: _, ...counts } = result;
      writeFileSync(join(links, name), JSON.stringify({ ...rest, result: { ...counts, unsettled: 1 } }));
    }
    expect(await membersOf('unsettled', plan)).toEqual(await membersOf('least', planOf('least')));
  });

  it('are not made of an exchange that lost a record', async () => {
    cpSync(join(folder, 'all'), join(folder, 'lost'), { recursive: true });
    for (const name of ['link', 'cluster']) rmSync(join(folder, 'lost/work', name), { recursive: true });
    const curated = join(folder, 'lost/work/curate');
    const [path = ''] = readdirSync(curated).filter((name) => name.endsWith('.done.json')).map((name) => join(curated, name));
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"bands":(\d+)\}/, (_, bands: string) => `"bands":${Number(bands) + 14}}`));
    const { code, stderr } = await sluice(folder, 'run', 'all.yaml', '--output', 'lost', '--workers', '1');
    expect(code).toBe(1);
    expect(stderr).toMatch(/band records: \d+ records in, \d+ out: expected as many/);
  });
});

describe('the scope snapshot', () => {
  it('compares documents of one crawl alone, by the CC-MAIN name in the shard\'s path', async () => {
    const decisions = await decisionsUnder('snapshot', recipe({ scope: 'snapshot' }));
    const crawlOf = (row: Decision): string => /CC-MAIN-\d+-\d+/.exec(row.shard)![0];
    const removed = decisions.filter(({ stage }) => stage === 'dedup');
    for (const row of removed) expect(crawlOf(row)).toBe(crawlOf(decisions.find(({ id }) => id === row.keptId)!));
    const within = all.filter((row) => row.stage === 'dedup' && crawlOf(row) === crawlOf(all.find(({ id }) => id === row.keptId)!)).length;
    expect(removed.length).toBeGreaterThan(10);
    expect(removed.length).toBeGreaterThanOrEqual(within);
    expect(removed.length).toBeLessThan(all.filter(({ stage }) => stage === 'dedup').length - 10);
  });
});

describe('drop-all', () => {
  it('leaves no document that has a duplicate, and all that have none', async () => {
    const decisions = await decisionsUnder('drop-all', recipe({ keep: 'drop-all' }));
    const involved = new Set(decisions.filter(({ stage }) => stage === 'dedup').flatMap(({ id, keptId }) => [id, keptId!]));
    const left = decisions.filter(({ stage }) => stage === null).map(({ id }) => id);
    expect(left.filter((id) => involved.has(id))).toEqual([]);
    expect(left.length + involved.size).toBe(decisions.length);
    expect(involved.size).toBeGreaterThan(100);
  });
});

describe('sources that are only compared with', () => {
  const sources = { old: source(`crawl/${CRAWLS[0]!}/*.jsonl`), crawl: source(`crawl/${CRAWLS[1]!}/*.jsonl`) };

  it('lose nothing, are named as why others went, and are not in the corpus', async () => {
    const decisions = await decisionsUnder('against', recipe({ against: ['old'] }, sources));
    const old = decisions.filter((row) => row.source === 'old');
    expect(new Set(old.map(({ stage, reason }) => `${stage!}/${reason!}`))).toEqual(new Set(['dedup/only-compared']));
    expect(corpusOf(join(folder, 'against')).every((document) => document.source === 'crawl')).toBe(true);
    const removed = decisions.filter((row) => row.source === 'crawl' && row.stage === 'dedup');
    expect(removed.some(({ keptId }) => old.some(({ id }) => id === keptId))).toBe(true);
    expect(removed.some(({ keptId }) => !old.some(({ id }) => id === keptId))).toBe(true);
  });

  it('are the only reason to go with within: false', async () => {
    const decisions = await decisionsUnder('within', recipe({ against: ['old'], within: false }, sources));
    const old = new Set(decisions.filter((row) => row.source === 'old').map(({ id }) => id));
    const removed = decisions.filter((row) => row.source === 'crawl' && row.stage === 'dedup');
    expect(removed.length).toBeGreaterThan(10);
    for (const { id, keptId } of removed) expect(old.has(keptId!), `${id} for ${keptId!}`).toBe(true);
  });
});
