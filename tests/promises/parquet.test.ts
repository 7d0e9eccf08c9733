/** Parquet on both sides of a run: its corpus holds what one of JSON Lines holds, is read back by the run itself and by strangers, and is an input again. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects, type ParquetRow } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenDocuments } from '#src/pipeline/written-documents.js';
import { mailPages } from './support/corpus.js';
import { corpusOf, filesOf, ledgerOf } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const mails = mailPages(150).slice(0, 80).map(({ uri, text }, i) => ({ id: uri, url: i % 3 === 0 ? undefined : `https://example.org/${i}`, number: i, big: i % 2 === 0 ? 1.5 : 'x', text }));
const records = mails.slice(0, 20).map(({ id, text }, i) => ({ key: id, meta: { n: i }, body: `${text}\n"quoted" \u0001 ${i}` }));

const recipe = (format: string): object => ({
  name: 'both', seed: 5,
  sources: {
    mails: { read: { format: 'jsonl', paths: 'mails/*.jsonl', metadata: ['number', 'big', 'absent'] }, stages: [{ language: { keep: ['en', 'de', 'fr'], threshold: 0.1 } }] },
    records: { read: { format: 'jsonl', paths: 'records/*.jsonl', text: 'body', id: 'key', wholeRecords: true } },
  },
  dedup: { methods: ['exact'] },
  output: { format, shardSize: '60kB' },
});

beforeAll(async () => {
  for (const name of ['mails', 'records']) mkdirSync(join(folder, name));
  for (const part of [0, 1]) writeFileSync(join(folder, `mails/${part}.jsonl`), mails.filter((_, i) => i % 2 === part).map((mail) => `${JSON.stringify(mail)}\n`).join(''));
  writeFileSync(join(folder, 'records/a.jsonl'), records.map((one) => `${JSON.stringify(one)}\n`).join(''));
  for (const format of ['jsonl', 'parquet']) await runWhole(folder, writeRecipe(folder, format, recipe(format)), format);
}, 100_000);

const manifestOf = (name: string): { digest: string; corpus: { path: string; documents: number; plainSha256: string; plainBytes: number }[] } => JSON.parse(readFileSync(join(folder, name, 'manifest.json'), 'utf8')) as never; // written by the run

/** By an independent reader. */
async function rowsOf(name: string, path: string): Promise<ParquetRow[]> {
  const bytes = readFileSync(join(folder, name, path));
  return parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer, compressors }); // of a file that was read whole
}

/** An answer of several steps: a list of texts in a group. */
const EXAM: SchemaElement[] = [
  { name: 'root', num_children: 1 }, { name: 'answer', num_children: 1, repetition_type: 'REQUIRED' }, { name: 'steps', num_children: 1, repetition_type: 'REQUIRED', converted_type: 'LIST' },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' }, { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
];

describe('a corpus of Parquet', () => {
  test('has the digest, the files and the order that the corpus of JSON Lines has', () => {
    const [lines, rows] = [manifestOf('jsonl'), manifestOf('parquet')];
    expect(rows.digest).toBe(lines.digest);
    const plain = ({ corpus }: typeof lines): unknown[] => corpus.map(({ path, documents, plainSha256, plainBytes }) => [path.replace(/\.\w+$/, ''), documents, plainSha256, plainBytes]);
    expect(plain(rows)).toEqual(plain(lines));
    expect(rows.corpus.length).toBeGreaterThan(2);
    const order = (name: string): [string, string][] => Object.entries(filesOf(join(folder, name))).filter(([file]) => /^order\/(places|ids-\d+)\.bin$/.test(file));
    expect(order('parquet')).toEqual(order('jsonl'));
  });

  test('has the same rows: a line is a row, with its metadata as JSON and a whole record without its text', async () => {
    let whole = 0;
    for (const { path } of manifestOf('parquet').corpus) {
      const lines = readFileSync(join(folder, 'jsonl', path.replace(/parquet$/, 'jsonl')), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
      const rows = await rowsOf('parquet', path);
      expect(rows).toHaveLength(lines.length);
      rows.forEach((row, i) => {
        const line = lines[i]!; // as many as rows
        const metadata = row['metadata'] === null || row['metadata'] === undefined ? undefined : JSON.parse(row['metadata'] as string) as unknown; // a column of texts
        if (row['source'] === 'records') {
          whole++;
          expect([row['id'], row['text']]).toEqual([line['key'], line['body']]);
          expect(metadata).toEqual({ ...line, body: '' });
        } else {
          const given = Object.fromEntries(Object.entries({ ...row, metadata }).filter(([, value]) => value !== null && value !== undefined));
          expect(given).toEqual(line);
        }
      });
    }
    expect(whole).toBe(records.length);
  });

  test('is the same bytes with another number of workers', async () => {
    await runWhole(folder, 'parquet.yaml', 'again', '--workers', '1');
    const corpus = (name: string): [string, string][] => Object.entries(filesOf(join(folder, name))).filter(([file]) => file.startsWith('corpus/'));
    expect(corpus('again')).toEqual(corpus('parquet'));
  }, 60_000);

  test('is read back text by text', async () => {
    for (const { path } of manifestOf('parquet').corpus) {
      const texts: string[] = [];
      for await (const one of writtenDocuments(join(folder, 'parquet', path))) if (one.kind === 'text') texts.push(Buffer.from(one.text).toString());
      expect(texts).toEqual((await rowsOf('parquet', path)).map(({ text }) => text));
    }
  });

  test('is an input: of a run, of sluice dedup, and of sluice decontaminate, which reads what it writes', async () => {
    const again = { name: 'again', sources: { all: { read: { format: 'parquet', paths: 'parquet/corpus/*.parquet', metadata: ['score', 'source', 'metadata'] } } }, output: { format: 'jsonl' } };
    await runWhole(folder, writeRecipe(folder, 'input', again), 'from-parquet');
    const texts = (name: string): string[] => corpusOf(join(folder, name)).map(({ text }) => text).sort();
    const rows = (await Promise.all(manifestOf('parquet').corpus.map(({ path }) => rowsOf('parquet', path)))).flat();
    expect(texts('from-parquet')).toEqual(rows.map(({ text }) => text as string).sort());
    const dedup = await sluice(folder, 'dedup', 'parquet/corpus', '--output', 'unique', '--format', 'parquet', '--methods', 'exact');
    expect([dedup.code, manifestOf('unique').corpus.reduce((sum, { documents }) => sum + documents, 0)]).toEqual([0, rows.length]);
    writeFileSync(join(folder, 'bench.txt'), mails[3]!.text); // there are eighty
    const exam = { name: 'answer', data: [{ steps: ['none', mails[5]!.text] }] }; // as are these
    writeFileSync(join(folder, 'exam.parquet'), new Uint8Array(parquetWriteBuffer({ columnData: [exam], schema: EXAM, codec: 'UNCOMPRESSED' })));
    const clean = await sluice(folder, 'decontaminate', 'parquet/corpus', '--against', 'bench.txt', '--against', 'exam.parquet', '--output', 'clean', '--format', 'parquet');
    expect([clean.code, clean.stderr]).toEqual([0, expect.anything()]);
    for (const mail of [mails[3], mails[5]]) expect(rows.some(({ text }) => text === mail!.text)).toBe(true); // there are eighty
    const left = (await Promise.all(manifestOf('clean').corpus.map(({ path }) => rowsOf('clean', path)))).flat();
    expect(left.length).toBeGreaterThan(0);
    expect(left.some(({ text }) => text === mails[3]!.text || text === mails[5]!.text)).toBe(false);
    expect(left.filter(({ text }) => rows.some((row) => row['text'] === text)).length).toBeGreaterThan(rows.length / 2);
  }, 100_000);

  test('brings documents that sluice why finds by row, and a damaged row group that is lost with its place while the run goes on', async () => {
    const [name] = readdirSync(join(folder, 'parquet/corpus')).sort();
    const bytes = readFileSync(join(folder, 'parquet/corpus', name!)); // there is one
    mkdirSync(join(folder, 'bad'));
    writeFileSync(join(folder, 'bad/whole.parquet'), bytes);
    bytes.fill(0xff, 4, bytes.length >> 1);
    writeFileSync(join(folder, 'bad/broken.parquet'), bytes);
    const places = { name: 'places', sources: { all: { read: { format: 'parquet', paths: 'bad/*.parquet', id: 'none' } } }, output: { format: 'parquet' } };
    await sluice(folder, 'run', writeRecipe(folder, 'places', places), '--output', 'places');
    const why = await sluice(folder, 'why', 'places', 'bad/whole.parquet@1');
    expect([why.code, why.stdout]).toEqual([0, expect.stringContaining(String((await rowsOf('parquet', `corpus/${name}`))[1]!['text']).slice(0, 30).split('\n')[0]!)]); // it has rows
    const dropped = ledgerOf(join(folder, 'places')).sources[0]!.stages[0]!.dropped; // one source, which reads
    expect(Object.keys(dropped)).toEqual(['damaged-row-group']);
  }, 60_000);
});
