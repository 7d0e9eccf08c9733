/**
 * JSON Lines of other tools, written by their own code, and ours read by theirs: datatrove 0.10.1 (JsonlWriter, JsonlReader), pandas (what `to_json` of Hugging Face's
 * datasets calls) and pyarrow (what their JSON loader calls). pip installs them into a temporary folder; where it cannot, the test says so and is skipped.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mailPages } from '../promises/support/corpus.js';
import { corpusOf } from '../promises/support/output.js';
import { writeRecipe } from '../promises/support/recipe.js';
import { runWhole, temporaryFolder } from '../promises/support/sluice.js';
import { PythonOracle } from '../python-oracle.js';

const { path: folder, remove } = temporaryFolder();
const oracles: PythonOracle[] = [];
afterAll(() => {
  remove();
  for (const oracle of oracles) oracle.remove();
});

/** Real mails, and texts with all that JSON escapes. */
const DOCUMENTS = [
  ...mailPages(120).slice(0, 60).map(({ uri, text }) => text.trim() === '' ? `${uri} \u0001` : text), 'a\u0000b "quoted" \\ back/slash \u2028 \u2029 \u007f \u{1f600} é 日本語', '\ttabs\r\nand\fmore\b',
].map((text, i) => ({ text, id: `doc/${i}`, metadata: { url: `http://example.org/${i}?a="b"`, lang: { code: i % 2 === 0 ? 'en' : 'de', score: i / 7 }, date: '2024-03-01', tags: ['x', i, null, true], n: i } }));

interface Read {
  readonly id: string;
  readonly text: string;
  readonly url?: string;
  readonly metadata?: Record<string, unknown>;
}

const recipe = (read: object, output: object = { format: 'jsonl' }): object => ({ name: 'layouts', sources: { in: { read: { format: 'jsonl', ...read } } }, output });
const byId = <T extends { readonly id: string }>(documents: readonly T[]): T[] => [...documents].sort((a, b) => (a.id < b.id ? -1 : 1));

async function oracleWith(packages: readonly string[], skip: (note: string) => void): Promise<PythonOracle> {
  const oracle = new PythonOracle();
  oracles.push(oracle);
  const problem = await oracle.install(packages, true);
  if (problem !== undefined) skip(problem);
  return oracle;
}

const WRITE_DATATROVE = `
import json, sys
from datatrove.data import Document, Media
from datatrove.pipeline.writers.jsonl import JsonlWriter
given = json.load(open(sys.argv[0].replace("oracle.py", "input.json")))
for name, options in (("\${rank}.jsonl.gz", {}), ("expanded.jsonl", {"compression": None, "expand_metadata": True})):
    with JsonlWriter(given["folder"], output_filename=name, **options) as writer:
        for one in given["documents"]:
            media = [Media(id="m", type=0, url="http://image", alt="x")]
            writer.write(Document(text=one["text"], id=one["id"], metadata=dict(one["metadata"]), media=media), rank=0)
print("null")
`;

const READ_DATATROVE = `
import json, sys
from datatrove.pipeline.readers.jsonl import JsonlReader
from datatrove.pipeline.readers.parquet import ParquetReader
given = json.load(open(sys.argv[0].replace("oracle.py", "input.json")))
reader = ParquetReader if given["parquet"] else JsonlReader
print(json.dumps([{"id": d.id, "text": d.text, "metadata": d.metadata} for d in reader(given["folder"], glob_pattern="*.parquet" if given["parquet"] else "*.jsonl.gz")()]))
`;

test("datatrove's JSON Lines are read, and our JSON Lines and Parquet by datatrove", async ({ skip }) => {
  const oracle = await oracleWith(['datatrove==0.10.1', 'orjson', 'pyarrow'], skip);
  const input = join(folder, 'datatrove');
  mkdirSync(input);
  await oracle.ask(WRITE_DATATROVE, { folder: input, documents: DOCUMENTS });
  expect(readdirSync(input).sort()).toEqual(['00000.jsonl.gz', 'expanded.jsonl']);
  const nested = { url: 'metadata.url', metadata: ['metadata.lang', 'metadata.tags', 'metadata.n', 'media'] };
  await runWhole(folder, writeRecipe(folder, 'nested', recipe({ paths: 'datatrove/*.gz', ...nested }, { format: 'jsonl.gz' })), 'nested');
  await runWhole(folder, writeRecipe(folder, 'expanded', recipe({ paths: 'datatrove/expanded.jsonl', metadata: ['lang.code'] })), 'expanded');
  const found = byId(corpusOf(join(folder, 'nested')) as unknown as Read[]);
  const media = [{ id: 'm', type: 0, url: 'http://image', alt: 'x', path: null, offset: null, length: null, media_bytes: null, metadata: {} }];
  expect(found.map(({ id, text, url, metadata }) => ({ id, text, url, metadata }))).toEqual(byId(DOCUMENTS).map(({ id, text, metadata: { url, lang, tags, n } }) => (
    { id, text, url, metadata: { 'metadata.lang': lang, 'metadata.tags': tags, 'metadata.n': n, media } })));
  expect(byId(corpusOf(join(folder, 'expanded')) as unknown as Read[]).map(({ text, url, metadata }) => [text, url, metadata])).toEqual(
    byId(DOCUMENTS).map(({ text, metadata }) => [text, metadata.url, { 'lang.code': metadata.lang.code }]));

  await runWhole(folder, writeRecipe(folder, 'rows', recipe({ paths: 'datatrove/*.gz', ...nested }, { format: 'parquet' })), 'rows');
  for (const output of ['nested', 'rows']) {
    const back = byId(await oracle.ask(READ_DATATROVE, { folder: join(folder, output, 'corpus'), parquet: output === 'rows' }) as Read[]);
    expect(back.map(({ id, text }) => [id, text])).toEqual(found.map(({ id, text }) => [id, text]));
    for (const [i, { metadata }] of back.entries()) {
      const rest = Object.fromEntries(Object.entries(metadata!).filter(([name, value]) => name !== 'file_path' && value !== null));
      expect(rest).toEqual({ ...found[i]!.metadata, url: found[i]!.url, source: 'in' });
    }
  }
}, 600_000);

const WRITE_PANDAS = `
import json, sys
import pandas
given = json.load(open(sys.argv[0].replace("oracle.py", "input.json")))
frame = pandas.DataFrame(given["documents"])
frame.to_json(given["folder"] + "/escaped.jsonl", orient="records", lines=True)
frame.to_json(given["folder"] + "/plain.jsonl.gz", orient="records", lines=True, force_ascii=False, compression="gzip")
print("null")
`;

const READ_ARROW = `
import json, sys
import pyarrow.json
given = json.load(open(sys.argv[0].replace("oracle.py", "input.json")))
tables = [pyarrow.json.read_json(name) for name in given["files"]]
print(json.dumps({"schemas": [str(t.schema) for t in tables], "rows": [row for t in tables for row in t.to_pylist()]}, default=str))
`;

test("JSON Lines that Hugging Face's datasets export are read, and ours have one schema, as their loader needs", async ({ skip }) => {
  const oracle = await oracleWith(['pandas', 'pyarrow'], skip);
  const input = join(folder, 'pandas');
  mkdirSync(input);
  await oracle.ask(WRITE_PANDAS, { folder: input, documents: DOCUMENTS });
  for (const [name, file] of [['escaped', 'escaped.jsonl'], ['plain', 'plain.jsonl.gz']] as const) {
    await runWhole(folder, writeRecipe(folder, name, recipe({ paths: `pandas/${file}`, url: 'metadata.url', metadata: ['metadata.n', 'metadata.date'] })), name);
    const found = byId(corpusOf(join(folder, name)) as unknown as Read[]);
    expect(found.map(({ id, text, url, metadata }) => ({ id, text, url, metadata }))).toEqual(byId(DOCUMENTS).map(({ id, text, metadata: { url, n, date } }) => (
      { id, text, url, metadata: { 'metadata.n': n, 'metadata.date': date } })));
  }
  const files = readdirSync(join(folder, 'plain/corpus')).map((name) => join(folder, 'plain/corpus', name));
  const { schemas, rows } = await oracle.ask(READ_ARROW, { files }) as { schemas: string[]; rows: Read[] };
  expect(new Set(schemas).size).toBe(1);
  expect(schemas[0]).toMatch(/id: string[^]*source: string[^]*text: string[^]*url: string[^]*metadata: struct/);
  expect(byId(rows).map(({ id, text }) => [id, text])).toEqual(byId(DOCUMENTS).map(({ id, text }) => [id, text]));
}, 600_000);

test("dolma's layout, as its data format says it: id, text, source, added, created and metadata, with ids and metadata of any kind", async () => {
  const lines = DOCUMENTS.map(({ id, text, metadata }, i) => JSON.stringify({
    id, text, source: 'dolma', added: '2024-03-01T00:00:00.000Z', created: '2019-01-01T00:00:00.000Z', version: 'v1', metadata: { ...metadata, provenance: `a-${i}.json.gz:1` },
    attributes: { 'gopher__word_count': [[0, text.length, i]] },
  }));
  mkdirSync(join(folder, 'dolma'));
  writeFileSync(join(folder, 'dolma/a.json'), lines.join('\n'));
  const asked = ['source', 'added', 'created', 'metadata.provenance', 'attributes.gopher__word_count'];
  await runWhole(folder, writeRecipe(folder, 'dolma-read', recipe({ paths: 'dolma/*.json', url: 'metadata.url', metadata: asked })), 'dolma-read');
  const found = byId(corpusOf(join(folder, 'dolma-read')) as unknown as Read[]);
  expect(found.map(({ id, text }) => [id, text])).toEqual(byId(DOCUMENTS).map(({ id, text }) => [id, text]));
  expect(Object.keys(found[0]!.metadata!)).toEqual(asked);
}, 120_000);
