import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DuplicateSummary } from '#src/reports/report-data.js';
import { corpusOf, decisionsOf, filesOf } from '../../promises/support/output.js';
import { sluice, temporaryFolder, type Manifest } from '../../promises/support/sluice.js';
import { mails } from '../../dedup/real-documents.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const [first, second, third, fourth] = mails('easy-ham-1').filter((text) => text.length > 1500) as [string, string, string, string];
/** So many words of a hundred are others: a 5-gram's worth of similarity each. */
const edited = (text: string, every: number): string => text.split(' ').map((word, i) => (i % every === every - 1 ? `x${word}` : word)).join(' ');
const line = (id: string, text: string, url?: string): string => `${JSON.stringify({ id, text, ...(url === undefined ? {} : { url }), label: 1 })}\n`;

beforeAll(() => {
  mkdirSync(join(folder, 'wiki/deep'), { recursive: true });
  // `late` of wiki is `early` of crawl with other white space; `near` differs from it in a few words; `far` in every fourth
  writeFileSync(join(folder, 'crawl.jsonl'), line('early', first, 'http://a.invalid/1') + line('near', edited(first, 100), 'http://a.invalid/2') + line('other', second) + line('far', edited(first, 4)));
  writeFileSync(join(folder, 'wiki/a.jsonl.gz'), gzipSync(line('late', first.split(/\s+/).join('  ')) + line('third', third)));
  writeFileSync(join(folder, 'wiki/deep/b.jsonl'), line('fourth', fourth) + line('short', 'three words here') + line('short-too', 'other three words'));
});

interface Deduplicated {
  readonly manifest: Manifest & { readonly duplicates: DuplicateSummary };
  readonly ids: readonly string[];
}

async function dedup(output: string, ...parameters: string[]): Promise<Deduplicated> {
  const { code, stdout, stderr } = await sluice(folder, 'dedup', ...parameters, '--output', output, '--json', '--workers', '1');
  expect([code, stderr.split('\n').filter((text) => /^(failed|error)/.test(text))]).toEqual([0, []]);
  return { manifest: JSON.parse(stdout) as Deduplicated['manifest'], ids: corpusOf(join(folder, output)).map(({ id }) => id) };
}

describe('sluice dedup', () => {
  test('removes exact and near duplicates across its paths, and gives the others back in the order of the input', async () => {
    const { ids, manifest } = await dedup('out', 'crawl.jsonl', 'wiki', '--keep', 'source');
    expect(ids).toEqual(['early', 'other', 'far', 'third', 'fourth', 'short', 'short-too']);
    expect(manifest.corpus.map(({ path, documents }) => [path, documents])).toEqual([['corpus/part-00000.crawl.jsonl.gz', 3], ['corpus/part-00001.wiki.jsonl.gz', 4]]);
    expect(manifest.duplicates).toMatchObject({
      clusters: 1, documents: 3, shortDocuments: 2, lsh: { bands: 14, rows: 8, threshold: 0.8 },
      sources: [
        { source: 'crawl', against: false, documents: 4, removed: 1, byMethod: { exact: 0, minhash: 1 } },
        { source: 'wiki', against: false, documents: 5, removed: 1, byMethod: { exact: 1, minhash: 0 } },
      ],
    });
    const removed = (await decisionsOf(join(folder, 'out'))).filter(({ stage }) => stage === 'dedup');
    expect(removed.map(({ id, keptId, method, reason }) => [id, keptId, method, reason]).sort()).toEqual([
      ['late', 'early', 'exact', 'exact-duplicate'], ['near', 'early', 'minhash', 'near-duplicate']]);
  });

  test('gives JSON records back as they were, with every field', async () => {
    const records = ['{"n":12345678901234567890, "text":"one text here","id":7}', '{"id":"b","meta":{"text":"no text","tags":["x"]},"text":"another \\u00e9"}', '{"text":"one text here"}'];
    writeFileSync(join(folder, 'records.jsonl'), `${records.join('\r\n')}\n`);
    await dedup('records', 'records.jsonl', '--format', 'jsonl', '--keep', 'id');
    expect(readFileSync(join(folder, 'records/corpus/part-00000.records.jsonl'), 'utf8')).toBe(`${records[0]}\n${records[1]!.replace('\\u00e9', 'é')}\n`);
  });

  test('of text and crawl writes id, source and text', async () => {
    mkdirSync(join(folder, 'texts'));
    for (const [name, text] of [['b.txt', second], ['a.txt', first], ['c.txt', second]] as const) writeFileSync(join(folder, 'texts', name), text);
    await dedup('from-texts', 'texts', '--keep', 'id');
    expect(corpusOf(join(folder, 'from-texts'))).toEqual([{ id: 'texts/a.txt', source: 'texts', text: first }, { id: 'texts/b.txt', source: 'texts', text: second }]);
  });

  test('with --against removes what is there too, and never writes it', async () => {
    const { ids, manifest } = await dedup('against', 'crawl.jsonl', '--against', 'wiki', '--keep', 'source');
    expect(ids).toEqual(['other', 'far']); // `early` is `late` of wiki, and `near` is near it
    expect(manifest.duplicates.sources).toMatchObject([{ source: 'crawl', against: false, documents: 4, removed: 2 }, { source: 'wiki', against: true, documents: 5, removed: 0 }]);
    expect((await sluice(folder, 'dedup', 'crawl.jsonl', '--against', 'wiki', '--keep', 'source', '--output', 'against', '--workers', '1')).stdout).toMatch(/\nwiki \(against\) +5 /);
    const removed = (await decisionsOf(join(folder, 'against'))).filter(({ method }) => method !== null);
    expect(removed.map(({ id, keptId }) => [id, keptId])).toEqual([['early', 'late'], ['near', 'late']]);
    expect((await decisionsOf(join(folder, 'against'))).filter(({ source }) => source === 'wiki').every(({ copies, stage, reason }) => copies === 0 && stage === 'dedup' && reason === 'only-compared')).toBe(true);
  });

  test('with --only-against leaves duplicates among its own paths alone', async () => {
    writeFileSync(join(folder, 'own.jsonl'), line('one', second) + line('two', second) + line('three', first));
    expect((await dedup('only', 'own.jsonl', '--against', 'wiki', '--only-against')).ids).toEqual(['one', 'two']);
  });

  test('with --methods url removes other texts of one address', async () => {
    writeFileSync(join(folder, 'urls.jsonl'), line('http', first, 'http://www.page.invalid/a') + line('https', second, 'https://page.invalid/a/') + line('none', third));
    const { ids, manifest } = await dedup('urls', 'urls.jsonl', '--methods', 'url', '--keep', 'id');
    expect([ids, manifest.duplicates.sources[0]!.byMethod]).toEqual([['http', 'none'], { url: 1 }]);
    expect((await sluice(folder, 'why', 'urls', 'https', '--no-text')).stdout).toMatch(/\nverdict +dropped by dedup: url-duplicate\nkept +http instead: equal normalised address/);
  });

  test('with --keep drop-all keeps no document that has a duplicate', async () => {
    expect((await dedup('none', 'crawl.jsonl', 'wiki', '--keep', 'drop-all')).ids).toEqual(['other', 'far', 'third', 'fourth', 'short', 'short-too']);
  });

  test('with --scope source compares within each path only', async () => {
    expect((await dedup('scope', 'crawl.jsonl', 'wiki', '--scope', 'source', '--keep', 'id')).ids).toContain('late');
  });

  test('with --verify exact decides by the texts, whose similarity stands in the decisions', async () => {
    const { manifest } = await dedup('verified', 'crawl.jsonl', '--verify', 'exact', '--keep', 'source', '--memory', '1GB');
    expect(manifest.duplicates.lsh).toMatchObject({ verify: 'exact' });
    const [near] = (await decisionsOf(join(folder, 'verified'))).filter(({ id }) => id === 'near');
    expect(near!['exactJaccard']).toBeGreaterThanOrEqual(0.8);
    const { stdout } = await sluice(folder, 'why', 'verified', 'near', '--no-text', '--no-diff');
    expect(stdout).toContain(`${(near!['exactJaccard'] as number).toFixed(3)} (exact)`);
  });

  test('with --methods paragraphs cuts what many documents share, and leaves the rest of the records as it was', async () => {
    const notice = 'This notice stands in each of these documents and in no other one.';
    const own = Array.from({ length: 12 }, (_, i) => `Only document ${i} has this paragraph, and nobody else does.`);
    writeFileSync(join(folder, 'notices.jsonl'), own.map((text, i) => line(`n${i}`, `${text}\n\n${notice}`)).join(''));
    const { code, stdout } = await sluice(folder, 'dedup', 'notices.jsonl', '--methods', 'paragraphs', '--format', 'jsonl', '--output', 'cut', '--workers', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^source +documents +removed +share\nnotices +12 +0 +0\.00 %\ntotal +12 +0 +0\.00 %\n\n12 documents in 1 file[^]*\n[0-9,]+ bytes of repeated paragraphs were cut out\n/);
    const records = readFileSync(join(folder, 'cut/corpus/part-00000.notices.jsonl'), 'utf8').trim().split('\n').map((text) => JSON.parse(text) as { id: string; text: string; label: number });
    expect(records.map(({ id, label }) => [id, label])).toEqual(own.map((_, i) => [`n${i}`, 1]));
    expect(records.map(({ text }) => text.includes(notice))).toEqual(own.map((_, i) => i === 0)); // the first one keeps it
    expect(records.every(({ text }, i) => text.includes(own[i]!))).toBe(true);
  });

  test('keeps the document that --keep prefers', async () => {
    expect((await dedup('other-way', 'crawl.jsonl', 'wiki', '--keep', 'source:wiki:crawl')).ids).toContain('late');
    expect((await dedup('longest', 'crawl.jsonl')).ids).toContain('near'); // its words got longer
  });

  test('with --methods exact removes equal texts alone, and with a lower threshold more', async () => {
    expect((await dedup('exact', 'crawl.jsonl', 'wiki', '--methods', 'exact', '--keep', 'source')).ids).toEqual(['early', 'near', 'other', 'far', 'third', 'fourth', 'short', 'short-too']);
    expect((await dedup('low', 'crawl.jsonl', '--threshold', '0.4', '--shingle', '1 word', '--keep', 'source')).ids).toEqual(['early', 'other']); // three of four words are the same
  });

  test('prints what was removed of each source by which method', async () => {
    const { code, stdout } = await sluice(folder, 'dedup', 'crawl.jsonl', 'wiki', '--output', 'out', '--keep', 'source', '--workers', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^source +documents +exact +minhash.* +removed +share\ncrawl +4 +0 +1.* +1 +25\.00 %\nwiki +5 +1 +0.* +1 +20\.00 %\ntotal +9 +1 +1.* +2 +22\.22 %\n/);
    expect(stdout).toContain('2 documents shorter than a shingle: compared as a whole only\n');
    expect(stdout).toContain('why one was removed: sluice why out ID\n');
    expect(readFileSync(join(folder, 'out/report.md'), 'utf8')).toContain('2 of 9 documents compared (22.22 %) were removed.');
  });

  test('writes the recipe that it stands for, which gives the same corpus', async () => {
    const { manifest } = await dedup('again', 'crawl.jsonl', 'books=wiki', '--keep', 'source:books,longest', '--verify', 'estimated', '--recipe', 'dedup.yaml');
    const { code, stdout } = await sluice(folder, 'run', 'dedup.yaml', '--output', 'by-run', '--json', '--workers', '2');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Manifest).digest).toBe(manifest.digest);
    expect(JSON.parse(stdout)).toMatchObject({ recipe: manifest.recipe });
  });

  test('sluice why and sluice status know its folder', async () => {
    const { code, stdout } = await sluice(folder, 'why', 'out', 'near', '--no-text');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/kept +early instead: Jaccard 0\.\d+ \(estimated\), 0\.\d+ \(exact\)/)]);
    expect((await sluice(folder, 'status', 'out')).code).toBe(0);
  });

  test('reads the field that was named, and says so where no record has it', async () => {
    writeFileSync(join(folder, 'fields.jsonl'), `${JSON.stringify({ key: 'k', body: { main: first } })}\n`);
    await dedup('fields', 'fields.jsonl', '--text-field', 'body.main', '--id-field', 'key');
    expect((await decisionsOf(join(folder, 'fields'))).map(({ id, copies }) => [id, copies])).toEqual([['k', 1]]);
    const { stdout } = await sluice(folder, 'dedup', 'fields.jsonl', '--output', 'lost', '--workers', '1');
    expect(stdout).toContain('fields: 1 record without text: is it in another field?\n');
  });

  test('ends with 1 and makes the output of the others where a file cannot be read', async () => {
    mkdirSync(join(folder, 'links'));
    writeFileSync(join(folder, 'links/there.jsonl'), line('there', first));
    symlinkSync('nowhere', join(folder, 'links/gone.jsonl'));
    const { code, stderr } = await sluice(folder, 'dedup', 'links', '--output', 'partly', '--workers', '1');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/1 of 2 shards failed, the corpus was made of the others:\n {2}links\/gone\.jsonl: .*found no such file/)]);
    expect(corpusOf(join(folder, 'partly')).map(({ id }) => id)).toEqual(['there']);
    rmSync(join(folder, 'links/gone.jsonl'));
  });

  test.each([
    [['nowhere.jsonl'], /^nowhere\.jsonl: found no such file or folder/],
    [['crawl.jsonl', '--methods', 'exat'], /^--methods: found "exat", expected one of exact, url, minhash, paragraphs/],
    [['crawl.jsonl', '--threshold', '0'], /option '--threshold <jaccard>' argument '0' is invalid/],
    [['crawl.jsonl', '--bands', '12', '--rows', '8'], /^--methods: minhash: 12 bands of 8 rows find 89\.0 %/],
    [['crawl.jsonl', '--only-against'], /^--only-against: found without --against, expected both or neither/],
    [['crawl.jsonl', '--keep', 'newest'], /^--keep: found newest, but no source has dates/],
    [['crawl.jsonl', '--memory', '1MB'], /^--memory: found 1 MB, expected at least \d+ MB/],
    [['crawl.jsonl', '--memory', 'much'], /option '--memory <size>' argument 'much' is invalid/],
  ])('refuses %j with exit code 2, writing nothing', async (parameters, message) => {
    const before = filesOf(folder);
    const { code, stdout, stderr } = await sluice(folder, 'dedup', ...parameters, '--output', 'refused');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(filesOf(folder)).toEqual(before);
  });

  test('needs an output, and its help has an example', async () => {
    expect((await sluice(folder, 'dedup', 'crawl.jsonl')).stderr).toContain("required option '--output <place>' not specified");
    const { code, stdout } = await sluice(folder, 'dedup', '--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining("\nExample:\n  $ sluice dedup 'crawl/*.jsonl.gz'")]);
  });
});
