// `sluice audit --sample`: with all documents drawn it says what a whole audit says, and with few its intervals hold the whole audit's rates.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planAudit } from '#src/cli/audit-plan.js';
import { Resemblances } from '#src/cli/audit-resemblances.js';
import { sampledLevel } from '#src/cli/audit-sample.js';
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import { DrawnSet } from '#src/pipeline/drawn-set.js';
import { openRun, task } from '#src/pipeline/task.js';
import { stepsOf } from '#src/pipeline/tasks.js';
import type { Plan } from '#src/pipeline/plan.js';
import { mails, tiddlers } from '../dedup/real-documents.js';
import { AUDIT, auditOf, jsonl, nearAt, runAudit, type AuditFound } from './support/audit.js';
import { temporaryFolder } from './support/sluice.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);

/** Real documents with their natural duplicates, and some planted ones, in two sources of several files. */
const own = [...tiddlers().slice(0, 700), ...mails('spam-1').slice(0, 300)].filter((text) => text.trim().length > 0);
const edited = own.filter((_, i) => i % 6 === 0).map((text, i) => text.split(' ').map((word, at) => (at % (9 + (i % 40)) === 8 ? 'changed' : word)).join(' '));
const documents = [...own, ...own.filter((_, i) => i % 25 === 0), ...edited].map((text, i) => ({ id: `d${i}`, text, url: `https://example.org/${i % 900}` }));
const SOURCES = ['data=data-*.jsonl', '--against', 'other=other.jsonl'];
let whole: AuditFound;

beforeAll(async () => {
  const third = Math.ceil(documents.length / 3);
  write('data-a.jsonl', jsonl(documents.slice(0, third)));
  write('data-b.jsonl', jsonl(documents.slice(third, 2 * third)));
  write('other.jsonl', jsonl(documents.slice(2 * third)));
  whole = await auditOf(folder.path, SOURCES);
});

describe('with every document drawn', () => {
  let all: AuditFound;
  beforeAll(async () => { all = await auditOf(folder.path, [...SOURCES, '--sample', '50000']); });

  it('what is counted is the same', () => {
    expect(all.sample).toEqual({ documents: documents.length, of: documents.length });
    for (const key of ['documents', 'tokens', 'bytes', 'threshold', 'shortDocuments', 'faults', 'alarms', 'lsh'] as const) expect([key, all[key]]).toEqual([key, whole[key]]);
    expect(all.exact.documents).toBe(whole.exact.documents);
    expect(all.urls.documents).toBe(whole.urls.documents);
    expect(all.urls.largest.map((url) => url.documents)).toEqual(whole.urls.largest.map((url) => url.documents));
    expect(all.paragraphs.paragraphs).toBe(whole.paragraphs.paragraphs);
    expect(all.paragraphs.largest.map((paragraph) => paragraph.documents)).toEqual(whole.paragraphs.largest.map((paragraph) => paragraph.documents));
    expect(all.lengths.map(({ bytes, documents: count }) => [bytes, count])).toEqual(whole.lengths.map(({ bytes, documents: count }) => [bytes, count]));
  });

  it('what is estimated by clusters is a little above, and the interval reaches down to it', () => {
    for (const { jaccard, rate, interval: [low, high] } of whole.near) {
      const estimated = nearAt(all, jaccard);
      expect(estimated.rate).toBeGreaterThanOrEqual(rate - 1e-9);
      expect(estimated.rate).toBeLessThan(rate * 1.05);
      expect(estimated.interval[0]).toBeLessThanOrEqual(rate);
      expect(estimated.interval[1]).toBeGreaterThanOrEqual(Math.min(low, high) - 1e-9);
    }
    expect(Math.abs(all.overlap!.documents.documents - whole.overlap!.documents.documents)).toBeLessThanOrEqual(2);
    expect(Math.abs(all.overlap!.againstDocuments.documents - whole.overlap!.againstDocuments.documents)).toBeLessThanOrEqual(2);
    expect(all.overlap!.documents.documents).toBeGreaterThan(20);
  });
});

describe('with some of the documents drawn', () => {
  it('has the shape of every audit, and the same bytes with one worker and two', async () => {
    const [one, two] = await Promise.all(['1', '2'].map((workers) => runAudit(folder.path, ...SOURCES, '--sample', '200', '--json', '-', '--workers', workers)));
    expect([one!.code, two!.code, two!.stdout]).toEqual([0, 0, one!.stdout]);
    const audit = AUDIT.parse(JSON.parse(one!.stdout));
    expect(audit.sample).toEqual({ documents: 200, of: documents.length });
    expect(audit.sources['data']!.documents + audit.sources['other']!.documents).toBe(documents.length);
    expect(audit.near.every(({ rate, interval: [low, high] }) => low <= rate && rate <= high)).toBe(true);
  });

  it('of 400 draws each, few and many, 93 % of the intervals at least hold the rate of the whole audit at every level', async () => {
    const everything = await drawn(0, 50_000);
    const { levels } = everything;
    for (const size of [100, 300, 900]) {
      const held = levels.map(() => 0);
      for (let seed = 1; seed <= 400; seed++) {
        const key = hashKey(seed, `coverage of ${size}`);
        const numbers = everything.neighbours.map((_, i) => [keyedUniform(key, i, 0), i] as const);
        const chosen = numbers.sort(([a], [b]) => a - b).slice(0, size).map(([, i]) => everything.neighbours[i]!);
        levels.forEach((jaccard, at) => {
          const { interval: [low, high] } = sampledLevel(chosen.map((similarities) => similarities[at]!), jaccard, documents.length, LSH);
          if (low <= nearAt(whole, jaccard).rate && nearAt(whole, jaccard).rate <= high) held[at]! += 1;
        });
      }
      for (const [at, count] of held.entries()) expect([size, levels[at], count >= 372, count]).toEqual([size, levels[at], true, count]);
    }
  });

  it('a draw finds for each document what all documents drawn find for it', async () => {
    const everything = await drawn(0, 50_000);
    for (const seed of [1, 2]) {
      const some = await drawn(seed, 150);
      expect(some.names).toHaveLength(150);
      expect(some.neighbours).toEqual(some.names.map((name) => everything.neighbours[everything.names.indexOf(name)]));
    }
    expect((await drawn(1, 150)).names).not.toEqual((await drawn(2, 150)).names);
  });
});

const LSH = { bands: 32, rows: 4 };
const draws = new Map<string, ReturnType<typeof draw>>();
const drawn = (seed: number, sample: number): ReturnType<typeof draw> => {
  const name = `draw-${sample}-${seed}`;
  const made = draws.get(name) ?? draw(name, seed, sample);
  draws.set(name, made);
  return made;
};

/** A draw by a seed, its tasks run here one after another: names of the drawn documents, and by level the similarities of those that resemble each. */
async function draw(name: string, seed: number, sample: number) {
  const before = process.cwd();
  const directory = join(folder.path, name);
  mkdirSync(directory);
  process.chdir(folder.path);
  try {
    const planned = await planAudit(['data=data-*.jsonl'], { against: ['other=other.jsonl'], threshold: 0.8, textField: 'text', verify: 'exact', workers: 1, sample });
    const found = await planned.planIn(directory);
    const plan: Plan = { ...found, recipe: { ...found.recipe, seed } };
    for (const { phase, firstRank, endRank } of stepsOf(plan)) {
      const run = openRun(plan);
      for (let rank = firstRank; rank < endRank; rank++) await task(run, phase, rank);
    }
    const run = openRun(plan);
    const set = new DrawnSet(run);
    const resemblances = new Resemblances(run, set, Object.keys(plan.recipe.sources));
    const names = Array.from(set.shard, (shard, i) => `${shard}/${set.number[i]}`);
    set.close();
    return { names, levels: plan.levels, neighbours: names.map((_, i) => plan.levels.map((level) => resemblances.similarities(i, level))) };
  } finally {
    process.chdir(before);
  }
}

describe('what a draw leaves on disk', () => {
  it('grows with the draw: of the set itself nothing is kept', async () => {
    await runAudit(folder.path, ...SOURCES, '--sample', '20', '--output', 'few');
    expect(readdirSync(join(folder.path, 'few', 'work')).sort()).toEqual(['compare', 'curate', 'plan.json']);
    expect(readdirSync(join(folder.path, 'few', 'work', 'curate')).filter((name) => /\.(bands|kept|rows|signatures)$/.test(name))).toEqual([]);
  });
});
