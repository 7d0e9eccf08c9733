import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderReport } from '#src/reports/markdown.js';
import { DATA } from './report-fixture.js';

const golden = new URL('report.golden.md', import.meta.url);

test('the report of a small run reads like the golden file; `npx vitest run --config tests/vitest.config.ts -u tests/reports` updates it', async () => {
  await expect(renderReport(DATA)).toMatchFileSnapshot(golden.pathname);
});

test('the golden report adds up: the reasons and what stayed are what went in', () => {
  const text = readFileSync(golden, 'utf8');
  for (const line of ['| web | gopher-quality | 800 | 600 | 75.00 % |', '| web | gopher-quality | bullets | 100 | 12.50 % |']) expect(text).toContain(line);
});

test('a run in which nothing happened says so in every section', () => {
  const { duplicates, contamination, ...rest } = DATA;
  expect([duplicates, contamination]).not.toContain(undefined);
  const text = renderReport({
    ...rest, ledger: { sources: [] }, models: [], faults: [], warnings: [], manifest: { ...DATA.manifest, sources: [], corpus: [] },
  });
  for (const said of [
    'Nothing was read.', 'Nothing was dropped.', 'The recipe has no dedup', 'The recipe has no decontaminate', 'The recipe declares no model.', '## Corpus files\n\nNone.', '## Faults\n\nNone.',
    '## Warnings\n\nNone.',
  ]) expect(text).toContain(said);
});

test('text from the input stays text: no HTML, no cell, no new line', () => {
  const [fault] = DATA.faults;
  const text = renderReport({ ...DATA, faults: [{ ...fault!, places: [{ shard: 'a\n## b', offset: 1, inner: 0, detail: '<script>' }] }] });
  expect(text).not.toContain('\n## b');
  expect(text).not.toContain('<script>');
});

test('the suggested command quotes the folder for a shell', () => {
  expect(renderReport({ ...DATA, directory: 'my runs/it\'s' })).toContain('    sluice why \'my runs/it\'\\\'\'s\' DOCUMENT-ID\n');
});

test('the mixture is told in its unit, and how its sizes came about', () => {
  const sizes = { ...DATA.sizes, counted: { by: 'tokenizer', tokenizer: 'o200k_base', sample: 200 } as const };
  const interval = { low: 990_000, high: 1_010_000 };
  const web = { ...sizes.available['web']!, sampled: { documents: 200, bytesPerToken: 4.4321 }, interval };
  expect(renderReport({ ...DATA, sizes: { ...sizes, available: { ...sizes.available, web } } })).toContain(
    'Asked for: 1,500,000 tokens. Written: 1,500,100. Tokens are counted by o200k\\_base in up to 200 documents of each source; the others go by the bytes a token found: web 4.43, wiki 4.00. '
    + 'Counted in a sample, so with 95 % confidence there are: web 990,000 to 1,010,000.\n');
  const documents = renderReport({ ...DATA, mixture: { ...DATA.mixture, unit: 'documents' }, sizes: { ...DATA.sizes, counted: { by: 'documents' } } });
  expect(documents).toContain('Asked for: 1,500,000 documents. Written: 1,500,100. Sizes are documents, counted.\n');
  expect(documents).toContain('| source | bytes a token | available documents | quota |');
});

test('crawls that were read are named with the terms that apply to them', () => {
  const crawls = ['web', 'news'].map((source) => ({ source, crawl: 'CC-MAIN-2024-10', shards: 100, termsOfUse: 'https://commoncrawl.org/terms-of-use' }));
  const text = renderReport({ ...DATA, manifest: { ...DATA.manifest, crawls } });
  expect(text).toContain('| crawl | 100 shards of CC-MAIN-2024-10, as web |\n| crawl | 100 shards of CC-MAIN-2024-10, as news |');
  expect(text.match(/<https:\/\/commoncrawl\.org\/terms-of-use>/g)).toHaveLength(1);
  expect(renderReport(DATA)).not.toContain('commoncrawl');
});
