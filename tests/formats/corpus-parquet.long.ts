/**
 * The corpus as Parquet before its readers: pyarrow (which the `datasets` library reads with), DuckDB and polars find the same rows and types. pip installs
 * them; where it cannot, tests are skipped.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CorpusParquet } from '#src/formats/corpus-parquet.js';
import { corpusLine, JsonLine } from '#src/formats/json-line.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { temporaryFolder } from '../promises/support/sluice.js';
import { PythonOracle } from '../python-oracle.js';

const SCRIPT = `
import duckdb, json, polars, pyarrow.dataset as ds, pyarrow.parquet as pq, sys
path = json.load(open(sys.argv[1]))["path"]
file = pq.ParquetFile(path)
groups = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
codecs = sorted({file.metadata.row_group(0).column(i).compression for i in range(file.metadata.num_columns)})
streamed = [row for batch in file.iter_batches(batch_size=100) for row in batch.to_pylist()]  # as datasets streams a shard
columns = [field.name for field in file.schema_arrow]
db = duckdb.connect()
json.dump({
  "types": [[field.name, str(field.type), field.nullable] for field in file.schema_arrow], "groups": groups, "codecs": codecs, "streamed": streamed,
  "scanned": ds.dataset(path).to_table().num_rows,
  "duckdb": [dict(zip(columns, row)) for row in db.execute("select * from '%s'" % path).fetchall()],
  "polars": polars.read_parquet(path).to_dicts(),
}, sys.stdout)
`;

const python = new PythonOracle();
const folder = temporaryFolder();
let missing: string | undefined;
beforeAll(async () => {
  await loadZstd();
  missing = await python.install(['pyarrow', 'duckdb', 'polars', 'polars-runtime-32']);
}, 300_000);
afterAll(() => {
  python.remove();
  folder.remove();
});

it('has the rows that were written, in their order, with nulls where nothing is known', async (context) => {
  context.skip(missing !== undefined, missing);
  const path = join(folder.path, 'corpus.parquet');
  const writer = new CorpusParquet(path);
  const line = new JsonLine();
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  // 36,000 rows are two row groups by their number; one long text closes a third by its size
  const rows = Array.from({ length: 36_000 }, (_, i) => ({
    id: `row-${i}`, source: i % 3 === 0 ? 'web' : 'wiki', text: i === 34_000 ? 'x'.repeat(17 << 20) : `Text ${i} \u65e5\u672c "\\" \n \u{1f600} \ufeff`,
    url: i % 4 === 0 ? null : `https://example.org/${i}`, score: i % 5 === 0 ? null : i / 36_001, language: i % 2 === 0 ? null : 'en', metadata: i % 7 === 0 ? `{"n":${i}}` : null,
  }));
  for (const { id, source, text, url, score, language, metadata } of rows) {
    const document = { id: bytes(id), source: bytes(source), text: bytes(text), url: bytes(url ?? ''), score: score ?? NaN, language: bytes(language ?? ''), metadata: bytes(metadata ?? '') };
    writer.write(corpusLine(line, document), document);
  }
  expect(writer.commit().lines).toBe(rows.length);
  const found = await python.ask(SCRIPT, { path }) as Record<'streamed' | 'duckdb' | 'polars', unknown[]> & { types: unknown; groups: number[]; codecs: string[]; scanned: number }; // written by SCRIPT
  expect(found.types).toEqual([['id', 'string', false], ['source', 'string', false], ['text', 'string', false], ['url', 'string', true], ['score', 'double', true], ['language', 'string', true], ['metadata', 'string', true]]);
  expect([found.groups, found.codecs, found.scanned]).toEqual([[32_768, 1233, 1999], ['ZSTD'], rows.length]);
  const expected = rows.map((row) => ({ ...row, score: row.score === null ? null : Number(row.score.toFixed(6)) }));
  for (const reader of ['streamed', 'duckdb', 'polars'] as const) expect(found[reader].every((row, i) => JSON.stringify(row) === JSON.stringify(expected[i])), reader).toBe(true);
  expect([found.streamed.length, found.duckdb.length, found.polars.length]).toEqual([rows.length, rows.length, rows.length]);
}, 200_000);
