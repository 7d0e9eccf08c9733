// `sluice audit` on real documents: against brute force, with planted duplicates of known number, and the same whatever the machine does.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exactJaccard } from '#src/dedup/exact-jaccard.js';
import { createKernels } from '#src/kernels/index.js';
import { allRows, batchOf } from '../dedup/deduplicate.js';
import { tiddlers } from '../dedup/real-documents.js';
import { auditOf, jsonl, nearAt, runAudit, type AuditFound } from './support/audit.js';
import { filesOf } from './support/output.js';
import { temporaryFolder } from './support/sluice.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const referenceKernels = createKernels('reference');
const SHINGLE = { length: 5, unit: 'script' } as const;
/** Wiki pages of five words or more, as they came. */
const pages = tiddlers().filter((text) => text.split(/\s+/).filter((word) => /[a-z]/.test(word)).length >= 8).slice(0, 500);
const wordsOf = (text: string): string[] => text.split(' ');
const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);

/** Removable documents at each level by comparing all pairs: the longest first, then the smallest id; each goes that equals a kept one or reaches the level with it. */
function bruteForce(documents: readonly { readonly id: string; readonly text: string }[], levels: readonly number[]): Map<number, number> {
  const ordered = [...documents].sort((a, b) => Buffer.byteLength(b.text) - Buffer.byteLength(a.text) || (a.id < b.id ? -1 : 1));
  const batch = batchOf(ordered.map(({ text }) => text));
  const { offsets, hashes } = referenceKernels.shingleSets(batch, allRows(batch), SHINGLE);
  const sets = ordered.map((_, i) => hashes.subarray(offsets[i], offsets[i + 1]));
  const { exact } = referenceKernels.signatures(batch, allRows(batch), { bands: 1, rows: 4, shingle: SHINGLE, kind: 'permutations', seed: 1 });
  const equal = (a: number, b: number): boolean => [0, 1, 2, 3].every((word) => exact[4 * a + word] === exact[4 * b + word]);
  return new Map(levels.map((level) => {
    const kept: number[] = [];
    ordered.forEach((_, i) => {
      if (!kept.some((other) => equal(i, other) || (sets[i]!.length > 0 && sets[other]!.length > 0 && exactJaccard(sets[i]!, sets[other]!) >= level))) kept.push(i);
    });
    return [level, ordered.length - kept.length];
  }));
}

describe('against brute force on 500 pages with edited copies', () => {
  const edited = (text: string, every: number): string => wordsOf(text).map((word, i) => (i % every === every - 1 ? 'changed' : word)).join(' ');
  const documents = [
    ...pages.map((text, i) => ({ id: `page-${i}`, text })),
    ...pages.filter((_, i) => i % 5 === 0).map((text, i) => ({ id: `edited-${i}`, text: edited(text, 12 + (i % 60)) })),
    ...pages.filter((_, i) => i % 9 === 0).map((text, i) => ({ id: `upper-${i}`, text: text.toUpperCase() })),
  ];
  const levels = [0.5, 0.7, 0.8, 0.9, 0.95];
  let audit: AuditFound;
  let expected: Map<number, number>;
  beforeAll(async () => {
    write('pages.jsonl', jsonl(documents));
    audit = await auditOf(folder.path, ['pages.jsonl']);
    expected = bruteForce(documents, levels);
  });

  it('finds from .7 on what comparing all pairs finds, and at .5 as many as the stated recall promises', () => {
    const found = new Map(audit.near.map(({ jaccard, documents: count }) => [jaccard, count]));
    for (const level of levels.filter((one) => one >= 0.7)) expect([level, found.get(level)]).toEqual([level, expected.get(level)]);
    expect(found.get(0.5)).toBeGreaterThanOrEqual(0.9 * expected.get(0.5)!);
    expect(found.get(0.5)).toBeLessThanOrEqual(expected.get(0.5)! + 2); // another document of a chain may stay
    expect(expected.get(0.7)! - expected.get(0.95)!).toBeGreaterThan(20); // or the levels would say nothing
  });

  it('each interval holds the rate that comparing all pairs finds', () => {
    for (const { jaccard, interval: [low, high], rate, corrected } of audit.near) {
      expect(low).toBeLessThanOrEqual(expected.get(jaccard)! / documents.length + 2 / documents.length);
      expect(high).toBeGreaterThanOrEqual(expected.get(jaccard)! / documents.length);
      expect(corrected.rate).toBeGreaterThanOrEqual(rate - 1e-12);
    }
  });

  it('equal text counts at every level, and figures of one thing agree', () => {
    const texts = new Set(documents.map(({ text }) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim())).size;
    expect(audit.exact.documents).toBeGreaterThan(40);
    expect(Math.abs(audit.exact.documents - (documents.length - texts))).toBeLessThanOrEqual(documents.length * 0.02); // words are cut finer than here
    const at = nearAt(audit, 0.8);
    expect(audit.near.map((level) => level.documents)).toEqual(audit.near.map((level) => level.documents).sort((a, b) => b - a));
    expect(audit.near.at(-1)!.documents).toBeGreaterThanOrEqual(audit.exact.documents);
    expect(audit.documents).toBe(documents.length);
    expect(audit.redundancy).toBe(at.rate);
    expect(audit.clusters.sizes.reduce((sum, size) => sum + size.documents, 0)).toBe(audit.documents);
    expect(audit.clusters.sizes.reduce((sum, size) => sum + size.documents - size.clusters, 0)).toBe(at.documents);
    expect(audit.sources['pages']).toMatchObject({ documents: documents.length, near: { documents: at.documents }, exact: { documents: audit.exact.documents } });
    expect(audit.matrix).toEqual({ sources: ['pages'], documents: [[at.documents]] });
    expect(audit.clusters.largest.flatMap(({ diff }) => diff).some((line) => /^[+-].*changed/.test(line))).toBe(true);
    expect(audit.bytes).toBe(documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
  });

  it('without exact verification the signatures decide, nearly alike', async () => {
    const estimated = await auditOf(folder.path, ['pages.jsonl', '--verify', 'estimated']);
    expect(estimated.lsh).toEqual({ ...audit.lsh, verify: 'estimated' });
    expect(estimated.exact).toEqual(audit.exact);
    expect(Math.abs(nearAt(estimated, 0.8).documents - nearAt(audit, 0.8).documents)).toBeLessThan(30);
  });
});

describe('two sets with planted duplicates of known number', () => {
  const own = pages.filter((text) => text.length > 600).slice(0, 90);
  const apart = own.slice(0, 60); // far from one another by construction of the wiki: checked below
  const train = [
    ...apart.map((text, i) => ({ id: `train-${i}`, text, url: `https://Example.org/page?id=${i % 40}` })),
    ...apart.slice(0, 7).map((text, i) => ({ id: `again-${i}`, text: `${text}\n`, url: `https://example.org/again/${i}` })),
  ];
  const validation = [
    ...own.slice(60).map((text, i) => ({ id: `valid-${i}`, text, url: '' })),
    ...apart.slice(20, 25).map((text, i) => ({ id: `leak-${i}`, text: text.replaceAll(' ', '\n'), url: '' })),
    ...apart.slice(20, 22).map((text, i) => ({ id: `leak-twice-${i}`, text: `${text} `, url: '' })),
  ];
  let alone: AuditFound;
  let both: AuditFound;
  beforeAll(async () => {
    write('own.jsonl', jsonl(own.map((text, i) => ({ id: String(i), text }))));
    write('train.jsonl', jsonl(train));
    write('validation.jsonl', jsonl(validation));
    alone = await auditOf(folder.path, ['own.jsonl']);
    both = await auditOf(folder.path, ['train.jsonl', '--against', 'validation.jsonl']);
  });

  it('the pages themselves repeat none another, or the counts below would not be known', () => {
    expect(nearAt(alone, 0.8).documents).toBe(0);
  });

  it('counts what repeats within each set and across, and the documents of each that have a match in the other', () => {
    expect(both.exact.documents).toBe(7 + 7);
    expect(nearAt(both, 0.8).documents).toBe(7 + 7);
    expect(both.matrix).toEqual({ sources: ['train', 'validation'], documents: [[7, 0], [7, 0]] });
    expect(both.overlap).toMatchObject({ against: ['validation'], documents: { documents: 5, rate: 5 / train.length }, againstDocuments: { documents: 7, rate: 7 / validation.length } });
    expect(both.overlap!.examples.map(({ id, matchedId }) => [id, matchedId]).sort()).toEqual([20, 21, 22, 23, 24].map((i) => [`train-${i}`, expect.stringMatching(/^leak-/)]));
  });

  it('shows the largest clusters with their members', () => {
    expect(both.clusters.count).toBe(7 + 5);
    expect(both.clusters.sizes.filter(({ clusters }) => clusters > 0)).toEqual([
      { size: '1', clusters: 90 - 12, documents: 90 - 12 }, { size: '2', clusters: 10, documents: 20 }, { size: '3-5', clusters: 2, documents: 6 },
    ]);
    const [largest] = both.clusters.largest;
    expect(largest).toMatchObject({ size: 3, members: [{ id: 'train-20', source: 'train', jaccard: 1 }, { source: 'validation' }, { source: 'validation' }], sample: Array.from(apart[20]!).slice(0, 300).join('') });
  });

  it('counts addresses in their normal form, however they are written', () => {
    expect(both.urls).toMatchObject({ documents: 20, rate: 20 / both.documents });
    expect(both.urls.largest).toHaveLength(20);
    expect(both.urls.largest[0]).toEqual({ key: 'https://Example.org/page?id=0', documents: 2 });
  });
});

describe('what recurs beside whole texts', () => {
  it('counts a paragraph that stands in several documents, and a length that strikingly many have', async () => {
    const notice = 'All rights reserved: this notice stands under each page of the site.';
    const documents = Array.from({ length: 40 }, (_, i) => ({ id: `d${i}`, text: `${wordsOf(pages[i]!).slice(0, 20 + i).join(' ')}\n${i % 2 === 0 ? `  ${notice}\r\n` : ''}` }));
    const template = Array.from({ length: 12 }, (_, i) => ({ id: `t${i}`, text: `Item ${String(i).padStart(4, '0')} ${'is not in stock at the moment. '.repeat(8)}` }));
    write('recurring.jsonl', jsonl([...documents, ...template]));
    const audit = await auditOf(folder.path, ['recurring.jsonl']);
    expect(audit.paragraphs.largest.find(({ sample }) => sample === notice)).toEqual({ sample: notice, documents: 20, bytes: Buffer.byteLength(notice) });
    expect(audit.paragraphs.repeated).toBeGreaterThanOrEqual(19);
    expect(audit.paragraphs.repeatedBytes).toBeGreaterThanOrEqual(19 * Buffer.byteLength(notice));
    expect(audit.lengths[0]).toMatchObject({ bytes: template[0]!.text.length, documents: 12, sample: expect.stringContaining('Item 0000') as string });
  });
});

describe('the same whatever the machine does', () => {
  it('gives the same JSON with one worker and two, from files in any order, and leaves every input as it was', async () => {
    const half = Math.floor(pages.length / 2);
    const documents = pages.map((text, i) => ({ id: `page-${i}`, text }));
    for (const [name, part] of [['part-a.jsonl', documents.slice(0, half)], ['part-b.jsonl', documents.slice(half)]] as const) write(name, jsonl(part));
    const before = filesOf(folder.path);
    const first = await runAudit(folder.path, 'all=part-a.jsonl', 'all=part-b.jsonl', '--json', '-');
    const second = await runAudit(folder.path, 'all=part-b.jsonl', 'all=part-a.jsonl', '--json', '-', '--workers', '2', '--memory', '1GB');
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(second.stdout).toBe(first.stdout);
    expect(filesOf(folder.path)).toEqual(before);
  });

  it('with --output a second audit does nothing again and says the same', async () => {
    const first = await runAudit(folder.path, 'pages.jsonl', '--output', 'kept', '--json', 'first.json', '--html', 'first.html');
    const second = await runAudit(folder.path, 'pages.jsonl', '--output', 'kept', '--json', 'second.json');
    expect([first.code, second.code, second.stdout]).toEqual([0, 0, first.stdout]);
    expect(second.stderr).toMatch(/tasks?, 1 complete already/);
    expect(readFileSync(join(folder.path, 'second.json'), 'utf8')).toBe(readFileSync(join(folder.path, 'first.json'), 'utf8'));
    expect(readFileSync(join(folder.path, 'first.html'), 'utf8').slice(0, 20)).toMatch(/^<!doctype html>/i);
  });
});
