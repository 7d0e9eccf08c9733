/** Decontamination of the quickstart's web, wiki and code against its speeches, as the README shows it, beside a search by words in plain strings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContaminationSummary } from '#src/reports/report-data.js';
import { cleanText, GPT3, ngramsOf, wordsOf } from '../dedup/contamination-oracle.js';
import { corpusOf, decisionsOf } from './support/output.js';
import { sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

let summary: ContaminationSummary;
let ngrams: Set<string>;

beforeAll(async () => {
  await sluice(folder, 'samples');
  const { code, stdout, stderr } = await sluice(
    folder, 'decontaminate', 'web=samples/web', 'wiki=samples/wiki', 'code=samples/code', '--text-field', 'body', '--against', 'speeches=samples/books/state-of-the-union-*.txt',
    '--output', 'decontaminated', '--workers', '1', '--json',
  );
  if (code !== 0) throw new Error(stderr);
  summary = (JSON.parse(stdout) as { contamination: ContaminationSummary }).contamination; // --json prints the manifest
  const speeches = readdirSync(join(folder, 'samples/books')).filter((name) => name.startsWith('state-of-the-union-'));
  ngrams = ngramsOf(speeches.map((name) => readFileSync(join(folder, 'samples/books', name), 'utf8')), GPT3);
}, 300_000);

describe('the quickstart without its speeches', () => {
  it('was compared with as many n-grams as a search by words finds', () => {
    expect(summary.benchmarks).toMatchObject([{ name: 'speeches', items: 233, ngrams: ngrams.size }]);
    expect(ngrams.size).toBeGreaterThan(1_500_000);
  });

  it('holds none of them in any document', () => {
    let documents = 0;
    for (const document of corpusOf(join(folder, 'decontaminated'))) {
      const { text = '', body = text } = document as { readonly text?: string; readonly body?: string }; // records of the wiki have it in body
      const words = wordsOf(Array.from(body)).map(({ word }) => word);
      expect(words.slice(GPT3.ngram - 1).findIndex((_, i) => ngrams.has(words.slice(i, i + GPT3.ngram).join(' '))), document.id).toBe(-1);
      documents += 1;
    }
    expect(documents).toBe(summary.rescanned.documents);
  }, 300_000);

  it('has of each document that held some what a search by words leaves', async () => {
    const touched = (await decisionsOf(join(folder, 'decontaminated'))).filter((decision) => decision['contaminatedBy'] === 'speeches');
    expect(touched).toHaveLength(summary.documents.touched);
    expect(touched.length).toBeGreaterThan(2);
    const corpus = corpusOf(join(folder, 'decontaminated'));
    for (const { id } of touched) {
      const { stdout } = await sluice(folder, 'why', 'decontaminated', id, '--json');
      const { text } = JSON.parse(stdout) as { text: string }; // as it was read
      expect(cleanText(text, ngrams, GPT3)).toBe(corpus.find((document) => document.id === id)?.text);
    }
  }, 120_000);
});
