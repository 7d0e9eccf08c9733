import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailPages } from './support/corpus.js';
import { corpusOf, decisionsOf, droppedIn, droppedOf, ledgerOf, resultOf, type Decision } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const FOOTER = 'To unsubscribe from this list, write to the address that stands in its first mail.';
const NOTICE = 'This   mail is for its\taddressee alone; whoever else reads it is asked to forget it.';
const LEAST_BYTES = 30;
const DOCUMENTS = 4;

interface Document {
  readonly id: string;
  readonly text: string;
}

/** Mails in two sources of several files: a footer under most, a notice in other spacing above some, one mail twice, and two that are only a footer. */
function documents(): { readonly first: readonly Document[]; readonly second: readonly Document[] } {
  const pages = mailPages(120).map(({ uri, text }, i) => ({
    id: uri, text: `${i % 5 === 0 ? `  ${i % 2 === 0 ? NOTICE : NOTICE.replaceAll(/\s+/g, ' ')}\r\n` : ''}${text.trimEnd()}\n${i % 3 === 0 ? '' : `\n${FOOTER}\n`}`,
  }));
  const only = [{ id: 'only-1', text: `${FOOTER}\n\n${FOOTER}` }, { id: 'only-2', text: `\n${NOTICE}\n${FOOTER}\n` }];
  return { first: [...pages.slice(0, 50), only[0]!, pages[3]!].map(renamed), second: [...pages.slice(50), ...only.slice(1)] };
}

/** The mail that comes twice has another id the second time. */
const renamed = (document: Document, i: number): Document => (i === 51 ? { ...document, id: 'twice' } : document);

const lines = (text: string): string[] => text.split('\n');
const normal = (line: string): string => line.replace(/^[\t\v\f\r ]+|[\t\v\f\r ]+$/g, '').replaceAll(/[\t\v\f\r ]+/g, ' ');

/** The lines that are expected to go from each document, by counting: `staying` are the documents in the order of the job. */
function expectedCuts(staying: readonly Document[], keepFirst: boolean): Map<string, Set<string>> {
  const holders = new Map<string, string[]>();
  for (const { id, text } of staying) {
    for (const line of new Set(lines(text).map(normal).filter((one) => Buffer.byteLength(one) >= LEAST_BYTES))) holders.set(line, [...(holders.get(line) ?? []), id]);
  }
  const cuts = new Map<string, Set<string>>();
  for (const [line, ids] of holders) {
    if (ids.length < DOCUMENTS) continue;
    for (const id of ids.slice(keepFirst ? 1 : 0)) cuts.set(id, (cuts.get(id) ?? new Set()).add(line));
  }
  return cuts;
}

const recipe = (paragraphs: object, dedup: object = {}): object => ({
  name: 'paragraphs', seed: 3,
  sources: { first: { read: { format: 'jsonl', paths: 'first/*.jsonl' } }, second: { read: { format: 'jsonl', paths: 'second/*.jsonl' } } },
  dedup: { methods: ['exact', { paragraphs: { unit: 'line', documents: DOCUMENTS, leastBytes: LEAST_BYTES, ...paragraphs } }], ...dedup },
  output: { format: 'jsonl', shardSize: '50kB' },
});

const { first, second } = documents();
/** Documents that stay until paragraphs are cut: the second copy of a mail goes before, whichever of them that is. */
let staying: Document[];
let decisions: Decision[];

beforeAll(async () => {
  for (const [source, all] of [['first', first], ['second', second]] as const) {
    mkdirSync(join(folder, source));
    const size = Math.ceil(all.length / 3);
    for (let i = 0; i < 3; i++) writeFileSync(join(folder, source, `${i}.jsonl`), all.slice(i * size, (i + 1) * size).map((one) => `${JSON.stringify(one)}\n`).join(''));
  }
  await runWhole(folder, writeRecipe(folder, 'recipe', recipe({})), 'out');
  decisions = await decisionsOf(join(folder, 'out'));
  const removed = new Set(decisions.filter(({ stage }) => stage === 'dedup').map(({ id }) => id));
  staying = [...first, ...second].filter(({ id }) => !removed.has(id));
  expect(removed.size).toBe(1);
});

function expectTexts(output: string, cuts: ReadonlyMap<string, ReadonlySet<string>>): void {
  const found = new Map(corpusOf(join(folder, output)).map(({ id, text }) => [id, text]));
  const expected = staying.map(({ id, text }) => [id, lines(text).map(normal).filter((line) => !(cuts.get(id)?.has(line) ?? false) && line !== '')] as const)
    .filter(([, kept]) => kept.length > 0);
  expect(new Map([...found].map(([id, text]) => [id, lines(text).map(normal).filter((line) => line !== '')]))).toEqual(new Map(expected));
  for (const { id, text } of staying) if (!cuts.has(id)) expect(found.get(id)).toBe(text); // untouched to the byte
}

describe('lines that several documents hold', () => {
  it('go from all of them but the first, and nothing else does', () => {
    const cuts = expectedCuts(staying, true);
    expect(cuts.size).toBeGreaterThan(60);
    expectTexts('out', cuts);
  });

  it('go from the first, too, where that is asked', async () => {
    await runWhole(folder, writeRecipe(folder, 'all', recipe({ keepFirst: false })), 'all');
    expectTexts('all', expectedCuts(staying, false));
  });

  it('are counted within each source where deduplication is', async () => {
    await runWhole(folder, writeRecipe(folder, 'source', recipe({}, { scope: 'source' })), 'source');
    const ofFirst = new Set(first.map(({ id }) => id));
    const cuts = [staying.filter(({ id }) => ofFirst.has(id)), staying.filter(({ id }) => !ofFirst.has(id))].map((part) => expectedCuts(part, true));
    expectTexts('source', new Map(cuts.flatMap((part) => [...part])));
  });

  it('are cut without any other method, and those of a source that is only compared with do not count', async () => {
    const against = recipe({}, { methods: [{ paragraphs: { unit: 'line', documents: DOCUMENTS, leastBytes: LEAST_BYTES } }], against: ['second'] });
    await runWhole(folder, writeRecipe(folder, 'against', against), 'against');
    const cuts = expectedCuts(first, true);
    const found = new Map(corpusOf(join(folder, 'against')).map(({ id, text }) => [id, lines(text).map(normal).filter((line) => line !== '')]));
    const expected = first.map(({ id, text }) => [id, lines(text).map(normal).filter((line) => !(cuts.get(id)?.has(line) ?? false) && line !== '')] as const);
    expect(found).toEqual(new Map(expected.filter(([, kept]) => kept.length > 0)));
  });
});

describe('the account of what was cut', () => {
  it('conserves documents, bytes and tokens, and agrees with the decision records', () => {
    const ledger = ledgerOf(join(folder, 'out'));
    expect(droppedIn(decisions)).toEqual(droppedOf(ledger));
    for (const { source, stages } of ledger.sources) {
      const { in: before, out, dropped, edited } = stages.find(({ stage }) => stage === 'paragraphs')!;
      const emptied = dropped['only-repeated-paragraphs'] ?? { documents: 0, bytes: 0, tokens: 0 };
      expect(before.documents).toBe(out.documents + emptied.documents);
      expect(before.bytes).toBe(out.bytes + emptied.bytes + edited!.bytes);
      expect(before.tokens).toBe(out.tokens + emptied.tokens + edited!.tokens);
      const cut = decisions.filter((row) => row.source === source && row['cutBytes'] !== null);
      expect(cut.reduce((sum, row) => sum + Number(row['cutBytes']), 0)).toBe(edited!.bytes + emptied.bytes);
      expect(cut).toHaveLength(edited!.documents + emptied.documents);
      const written = corpusOf(join(folder, 'out')).filter((one) => one.source === source);
      expect(written.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)).toBe(out.bytes);
    }
  });

  it('has a document’s bytes as they are in the corpus, and a reason for one of which nothing is left', () => {
    const bytes = new Map(corpusOf(join(folder, 'out')).map(({ id, text }) => [id, Buffer.byteLength(text)]));
    for (const row of decisions) if (row.copies > 0) expect([row.id, row.bytes]).toEqual([row.id, bytes.get(row.id)]);
    for (const id of ['only-1', 'only-2']) expect(decisions.find((row) => row.id === id)).toMatchObject({ stage: 'paragraphs', reason: 'only-repeated-paragraphs', copies: 0 });
  });

  it('is what `sluice why` tells', async () => {
    const ofFooter = [...expectedCuts(staying, true)].filter(([, cut]) => cut.size === 1 && cut.has(FOOTER)).map(([id]) => id);
    const some = decisions.find(({ id, copies }) => copies === 1 && ofFooter.includes(id))!;
    const { stdout, code } = await sluice(folder, 'why', 'out', some.id, '--no-text');
    expect(code).toBe(0);
    expect(stdout).toContain(`1 repeated paragraph of ${String(some['cutBytes'])} bytes, first "${String(some['cutText'])}"`);
    expect(some['cutText']).toBe(FOOTER);
  });
});

it('another number of documents leaves the shards as they were read', async () => {
  const changed = writeRecipe(folder, 'changed', recipe({ documents: 2 }));
  const { code, stderr } = await sluice(folder, 'run', changed, '--output', 'all', '--workers', '1'); // where keepFirst was false
  expect([code, stderr.match(/^curate .*/m)?.[0]]).toEqual([0, 'curate   read, annotate, filter, sign: 6 tasks, 6 complete already']);
  expect(stderr).toMatch(/^repeats {2}.*: 4 tasks$/m);
});

it('the corpus is the same with two workers and as little memory as they take', async () => {
  await runWhole(folder, 'recipe.yaml', 'two', '--workers', '2', '--memory', '720MB');
  expect(resultOf(join(folder, 'two'))).toEqual(resultOf(join(folder, 'out')));
});
