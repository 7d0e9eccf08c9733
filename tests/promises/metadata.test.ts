import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailPages } from './support/corpus.js';
import { corpusOf, decisionsOf, ledgerOf, droppedOf } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const FOOTER = 'To unsubscribe from this list, write to the address that stands in its first mail.';
const mails = mailPages(120).slice(0, 40).map(({ uri, text }, i) => ({
  id: uri, text: `${text.trimEnd()}\n\n${FOOTER}\n`, 'a.b': i, meta: { list: `l${i % 3}`, tags: ['x', i], ...(i % 4 === 0 ? { note: `"${i}"\n€ 😀` } : {}) }, unasked: i,
}));
const fields = ['a.b', 'meta.list', 'meta.tags', 'meta.note', 'absent'];
const expected = new Map(mails.map(({ id, meta: { list, tags, note }, ...rest }) => [
  id, { 'a.b': rest['a.b'], 'meta.list': list, 'meta.tags': tags, ...(note === undefined ? {} : { 'meta.note': note }) },
]));

const recipe = (read: object, dedup?: object): object => ({
  name: 'metadata', sources: { mails: { read: { format: 'jsonl', paths: 'mails/*.jsonl', ...read } }, others: { read: { format: 'jsonl', paths: 'others/*.jsonl' } } },
  ...(dedup === undefined ? {} : { dedup }), output: { format: 'jsonl', shardSize: '20kB' },
});

beforeAll(() => {
  for (const part of ['mails', 'others']) mkdirSync(join(folder, part));
  for (const part of [0, 1]) writeFileSync(join(folder, `mails/${part}.jsonl`), mails.filter((_, i) => i % 2 === part).map((mail) => `${JSON.stringify(mail)}\n`).join(''));
  writeFileSync(join(folder, 'others/a.jsonl'), '{"id":"other","text":"A document of a source that brings nothing along."}\n');
});

describe('fields that a recipe asks for', () => {
  test.each([
    ['as they are', undefined],
    ['with texts that are cut on the way', { methods: [{ paragraphs: { unit: 'line', documents: 4, leastBytes: 30 } }] }],
  ])('stand in the corpus under the names they were asked for by: %s', async (_, dedup) => {
    const output = dedup === undefined ? 'plain' : 'cut';
    await runWhole(folder, writeRecipe(folder, output, recipe({ metadata: fields }, dedup)), output);
    const found = corpusOf(join(folder, output)) as (ReturnType<typeof corpusOf>[number] & { readonly metadata?: unknown })[];
    expect(found).toHaveLength(mails.length + 1);
    expect(found.filter(({ text }) => text.includes(FOOTER))).toHaveLength(dedup === undefined ? mails.length : 1); // the first keeps it
    for (const { id, metadata } of found) expect(metadata).toEqual(expected.get(id));
    expect(found.find(({ id }) => id === 'other')).not.toHaveProperty('metadata');
  }, 60_000);
});

test('limit and skip hold for each shard, and nothing else is read or recorded', async () => {
  await runWhole(folder, writeRecipe(folder, 'some', recipe({ skip: 3, limit: 5 })), 'some');
  const ids = corpusOf(join(folder, 'some')).map(({ id }) => id).sort();
  const taken = [0, 1].flatMap((part) => mails.filter((_, i) => i % 2 === part).slice(3, 8).map(({ id }) => id));
  expect(ids).toEqual([...taken, 'other'].sort());
  expect((await decisionsOf(join(folder, 'some'))).map(({ id }) => id).sort()).toEqual(ids);
}, 60_000);

test('a document that is longer than the recipe allows is dropped with its reason', async () => {
  await runWhole(folder, writeRecipe(folder, 'short', recipe({ maxDocument: '1kB' })), 'short');
  const long = mails.filter(({ text }) => Buffer.byteLength(text) > 1000).length;
  expect(long).toBeGreaterThan(0);
  expect(corpusOf(join(folder, 'short'))).toHaveLength(mails.length + 1 - long);
  expect(Object.entries(droppedOf(ledgerOf(join(folder, 'short')))).filter(([reason]) => reason.endsWith('/oversize-document'))).toEqual([['mails/read/oversize-document', long]]);
}, 60_000);

test('a list of paths gives the corpus of its paths, and another list is another plan', async () => {
  const listed = (list: string): object => ({ ...recipe({}), sources: { mails: { read: { format: 'jsonl', paths: list } } } });
  writeFileSync(join(folder, 'all.txt'), '# both\nmails/1.jsonl\n\nmails/0.jsonl\n');
  const byGlob = await runWhole(folder, writeRecipe(folder, 'glob', listed('mails/*.jsonl')), 'by-glob');
  const byList = await runWhole(folder, writeRecipe(folder, 'list', listed('@all.txt')), 'by-list');
  expect(byList.digest).toBe(byGlob.digest);
  writeFileSync(join(folder, 'all.txt'), 'mails/1.jsonl\n');
  const fewer = await runWhole(folder, 'list.yaml', 'by-list');
  expect(fewer.digest).not.toBe(byList.digest);
  expect(corpusOf(join(folder, 'by-list'))).toHaveLength(mails.length / 2);
}, 60_000);
