/**
 * Parquet files of other writers, row by row beside pyarrow's reading of them: every encoding, compression and page version that pyarrow writes, nested and
 * odd columns, the layout of Hugging Face's data sets, and files of DuckDB and polars. pip installs them; where it cannot, tests are skipped.
 */
import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnOf, documentText, utf8At } from '#src/core/document-batch.js';
import { parquetSource } from '#src/stages/sources/parquet.js';
import { PythonOracle } from '../../python-oracle.js';

/** Writes the files, and gives of each row what pyarrow reads, with values as JSON by the rules of formats/parquet/cell-json.ts. */
const SCRIPT = `
import datetime as dt, decimal, glob, json, math, os, random, sys, uuid
import pyarrow as pa, pyarrow.parquet as pq
folder = os.environ["PYTHONPATH"]
random.seed(7)
N = 3000
words = ["sluice", "crawl", "gr\\u00fc\\u00dfe", "\\u65e5\\u672c\\u8a9e", "\\U0001f600", "quote\\"d", "back\\\\slash", "line\\nfeed", "the", "of", "and"]
def text(i): return None if i % 97 == 5 else " ".join(random.choice(words) for _ in range(1 + (i * i) % 200)) + str(i % 50)
def maybe(value, i, m): return None if i % m == 1 else value
utc = dt.timezone.utc
base = pa.table({
  "id": pa.array(["row-%d" % i for i in range(N)]),
  "text": pa.array([text(i) for i in range(N)]),
  "url": pa.array([maybe("https://example.org/%d" % i, i, 7) for i in range(N)]),
  "constant": pa.array(["same"] * N),
})
n = 700
deep = pa.table({
  "number": pa.array([2**63 - 1 - i for i in range(n)], pa.int64()),
  "doc": pa.array([{"body": text(i) or "x", "lang": maybe("en", i, 5), "inner": {"n": i}} for i in range(n)]),
  "big": pa.array([2**64 - 1 - i for i in range(n)], pa.uint64()),
  "small": pa.array([maybe((i % 256) - 128, i, 3) for i in range(n)], pa.int8()),
  "u32": pa.array([2**32 - 1 - i for i in range(n)], pa.uint32()),
  "flag": pa.array([maybe(i % 3 == 0, i, 4) for i in range(n)]),
  "half": pa.array([i / 8 for i in range(n)], pa.float16()),
  "single": pa.array([maybe(i / 4, i, 6) for i in range(n)], pa.float32()),
  "double": pa.array([[0.5, -3.75, math.nan, math.inf, 1e300, -0.125, 123456.5][i % 7] for i in range(n)]),
  "price": pa.array([maybe(decimal.Decimal(i * 7 - 500) / 100, i, 9) for i in range(n)], pa.decimal128(12, 2)),
  "wide": pa.array([decimal.Decimal(-(10**30) + i).scaleb(-5) for i in range(n)], pa.decimal128(38, 5)),
  "day": pa.array([dt.date(1969, 12, 30) + dt.timedelta(i) for i in range(n)]),
  "clock": pa.array([dt.time(i % 24, i % 60, 1, (i % 3) * 1000) for i in range(n)], pa.time32("ms")),
  "micros": pa.array([dt.time(i % 24, 0, 0, i) for i in range(n)], pa.time64("us")),
  "when": pa.array([dt.datetime(1960 + i % 100, 2, 28, 23, 59, 59, (i % 4) * 250) for i in range(n)], pa.timestamp("us")),
  "whenutc": pa.array([dt.datetime(2024, 2, 29, 1, 2, 3, (i % 2) * 5000, utc) for i in range(n)], pa.timestamp("ms", "UTC")),
  "tags": pa.array([None if i % 11 == 3 else [maybe("t%d" % j, j, 3) for j in range(i % 5)] for i in range(n)], pa.list_(pa.string())),
  "grid": pa.array([[[j * k for k in range(j)] if j % 2 else None for j in range(i % 4)] for i in range(n)], pa.list_(pa.list_(pa.int32()))),
  "points": pa.array([[{"x": i + j, "names": ["a"] * j} for j in range(i % 3)] for i in range(n)]),
  "pairs": pa.array([[("k%d" % j, j) for j in range(i % 3)] for i in range(n)], pa.map_(pa.string(), pa.int64())),
  "bytes": pa.array([b"plain %d" % i for i in range(n)], pa.binary()),
  "four": pa.array([bytes([i % 256, 1, 255, 0]) for i in range(n)], pa.binary(4)),
  "nothing": pa.array([None] * n, pa.null()),
  "a.b": pa.array(["dot %d" % i for i in range(n)]),
  "large": pa.array([text(i) or "y" for i in range(n)], pa.large_string()),
  "category": pa.array(["c%d" % (i % 7) for i in range(n)]).dictionary_encode(),
})
def seconds(value, digits):
  whole = value.isoformat().split("+")[0].split(".")[0]
  fraction = value.microsecond
  return whole + ("" if fraction == 0 else "." + ("%06d" % fraction).ljust(digits, "0")[:digits])
def js(value, digits=6):
  if value is None: return "null"
  if isinstance(value, bool): return "true" if value else "false"
  if isinstance(value, int): return str(value)
  if isinstance(value, float): return "null" if not math.isfinite(value) else str(int(value)) if value == int(value) and abs(value) < 1e20 else json.dumps(value)
  if isinstance(value, decimal.Decimal): return format(value, "f")
  if isinstance(value, bytes): return json.dumps(value.decode()) if digits != "hex" else json.dumps(value.hex())
  if isinstance(value, str): return json.dumps(value, ensure_ascii=False)
  if isinstance(value, dt.datetime): return '"' + seconds(value, digits) + ("Z" if value.tzinfo else "") + '"'
  if isinstance(value, dt.time): return '"' + seconds(value, digits) + '"'
  if isinstance(value, dt.date): return '"' + value.isoformat() + '"'
  if isinstance(value, dict): return "{" + ",".join(json.dumps(k) + ":" + js(v) for k, v in value.items()) + "}"
  if isinstance(value, tuple): return '{"key":' + js(value[0]) + ',"value":' + js(value[1]) + "}"
  if isinstance(value, list): return "[" + ",".join(js(v) for v in value) + "]"
  raise Exception(type(value))
DIGITS = {"clock": 3, "whenutc": 3, "nanos": 9, "four": "hex"}
cases = []
def at(row, path):
  if path in row: return row[path]
  for part in path.split("."):
    if row is None: return None
    row = row[part]
  return row
def case(name, path, fields, metadata=[]):
  rows = pq.read_table(path).to_pylist()
  found = []
  for i, row in enumerate(rows):
    body = at(row, fields.get("text", "text"))
    if body is None or body.strip() == "": continue
    own = at(row, fields.get("id", "id")) if "id" in row or "id" in fields else None
    meta = "{" + ",".join(json.dumps(m) + ":" + js(at(row, m), DIGITS.get(m, 6)) for m in metadata) + "}" if metadata else ""
    found.append([str(own) if own is not None else "shard@%d" % i, body.decode() if isinstance(body, bytes) else body, row.get("url") or "", meta])
  cases.append({"name": name, "path": path, "fields": fields, "metadata": metadata, "rows": len(rows), "found": found})
def write(name, table, fields={}, metadata=[], **options):
  path = os.path.join(folder, name.replace(" ", "-") + ".parquet")
  pq.write_table(table, path, **options)
  case(name, path, fields, metadata)
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
  for version in ["1.0", "2.0"]:
    write("pyarrow %s, pages of version %s" % (codec, version), base, metadata=["constant"], compression=codec, data_page_version=version, row_group_size=1000, data_page_size=4096)
strings = ["id", "text", "url", "constant"]
for encoding in ["DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "PLAIN"]:
  write("text in " + encoding, base, compression="zstd", use_dictionary=False, column_encoding={name: encoding for name in strings}, data_page_size=2000)
write("with checksums and an index of pages", base, write_page_checksum=True, write_page_index=True, data_page_size=3000, row_group_size=900)
write("one row in each row group", base.slice(0, 60), row_group_size=1)
write("no rows", base.slice(0, 0))
every = [name for name in deep.column_names if name not in ("number", "doc")] + ["doc.lang", "doc.inner", "doc"]
for version in ["1.0", "2.0"]:
  for codec in ["snappy", "zstd"]:
    write("every type, %s, pages of version %s" % (codec, version), deep, {"text": "doc.body", "id": "number"}, every, compression=codec, data_page_version=version, row_group_size=300, data_page_size=512)
write("numbers in deltas and split", deep, {"text": "large", "id": "category"}, ["number", "small", "u32", "single", "day", "half", "four"], use_dictionary=["category"],
  column_encoding={"number": "DELTA_BINARY_PACKED", "small": "DELTA_BINARY_PACKED", "u32": "DELTA_BINARY_PACKED", "single": "BYTE_STREAM_SPLIT", "day": "DELTA_BINARY_PACKED", "half": "BYTE_STREAM_SPLIT", "four": "BYTE_STREAM_SPLIT"})
write("timestamps of 96 bits", deep.select(["large", "when"]).rename_columns(["large", "nanos"]), {"text": "large"}, ["nanos"], use_deprecated_int96_timestamps=True)
write("bytes as the text", deep, {"text": "bytes", "id": "a.b"}, ["a.b"])
write("lists in the old form", deep.select(["large", "tags", "grid"]), {"text": "large"}, ["tags", "grid"], use_compliant_nested_type=False)
# as the datasets library writes its shards: a row group of 1,000 rows, snappy, features in the key-value metadata
features = {"info": {"features": {"id": {"dtype": "string", "_type": "Value"}}}}
write("a shard of Hugging Face's", base.replace_schema_metadata({"huggingface": json.dumps(features)}), metadata=["constant"], row_group_size=1000)
import duckdb
db = duckdb.connect()
db.register("base", base)
for codec in ["snappy", "zstd", "gzip", "lz4_raw"]:
  for version in ["v1", "v2"]:
    path = os.path.join(folder, "duckdb-%s-%s.parquet" % (codec, version))
    db.execute("copy (select *, [1, 2, null] as numbers, {'a': url} as nested from base) to '%s' (format parquet, compression %s, row_group_size 2048, parquet_version %s)" % (path, codec, version))
    case("duckdb %s %s" % (codec, version), path, {}, ["numbers", "nested.a"])
import polars
for codec in ["snappy", "zstd", "gzip", "lz4", "brotli"]:
  path = os.path.join(folder, "polars-%s.parquet" % codec)
  polars.from_arrow(base.append_column("list", pa.array([[i] * (i % 3) for i in range(N)]))).write_parquet(path, compression=codec, row_group_size=1100, data_page_size=5000)
  case("polars " + codec, path, {}, ["list", "constant"])
json.dump(cases, sys.stdout)
`;

interface Case {
  readonly name: string;
  readonly path: string;
  readonly fields: { readonly text?: string; readonly id?: string };
  readonly metadata: readonly string[];
  readonly rows: number;
  readonly found: readonly (readonly [id: string, text: string, url: string, metadata: string])[];
}

const python = new PythonOracle();
let missing: string | undefined;
let cases: readonly Case[] = [];
beforeAll(async () => {
  missing = await python.install(['pyarrow', 'duckdb', 'polars', 'polars-runtime-32']);
  if (missing === undefined) cases = await python.ask(SCRIPT, {}) as Case[]; // written by SCRIPT
}, 300_000);
afterAll(() => python.remove());

async function readAll({ path, fields, metadata }: Case): Promise<{ readonly found: string[][]; readonly faults: string[] }> {
  const source = parquetSource({ text: fields.text ?? 'text', id: fields.id, ...(metadata.length > 0 ? { metadata } : {}) });
  const [found, faults]: [string[][], string[]] = [[], []];
  for await (const item of source.read({ source: 'peer', name: 'shard', files: [{ name: 'shard', path, bytes: statSync(path).size }] })) {
    if (item.kind === 'faults') {
      faults.push(...item.faults.map(({ reason }) => reason));
      continue;
    }
    const { batch } = item;
    const carried = batch.columns.has('metadata') ? columnOf(batch, 'metadata', 'utf8') : undefined;
    for (let row = 0; row < batch.length; row++) {
      found.push([utf8At(columnOf(batch, 'id', 'utf8'), row), documentText(batch, row), utf8At(columnOf(batch, 'url', 'utf8'), row), carried === undefined ? '' : utf8At(carried, row)]);
    }
  }
  return { found, faults };
}

describe('files of other writers are read as pyarrow reads them', () => {
  it('all rows with their ids, texts, addresses and metadata', async (context) => {
    context.skip(missing !== undefined, missing);
    expect(cases.length).toBeGreaterThan(30);
    for (const one of cases) {
      const { found, faults } = await readAll(one);
      expect([one.name, faults.length]).toEqual([one.name, one.rows - one.found.length]);
      expect(faults.filter((reason) => reason !== 'no-text' && reason !== 'empty-text')).toEqual([]);
      for (let row = 0; row < one.found.length; row++) expect({ name: one.name, row, found: found[row] }).toEqual({ name: one.name, row, found: one.found[row] });
      expect(found.length).toBe(one.found.length);
    }
  }, 300_000);

  it('and single texts are found again by their rows', async (context) => {
    context.skip(missing !== undefined, missing);
    for (const one of cases.filter(({ found }) => found.some(([id]) => id.startsWith('shard@')))) {
      const source = parquetSource({ text: one.fields.text ?? 'text', id: one.fields.id });
      for (const [id, text] of [one.found[0]!, one.found[one.found.length >> 1]!, one.found.at(-1)!]) {
        const place = Number(/^shard@(\d+)$/.exec(id)![1]);
        const bytes = await source.readAt({ source: 'peer', name: 'shard', files: [{ name: 'shard', path: one.path, bytes: statSync(one.path).size }] }, place, 0);
        expect(Buffer.from(bytes).toString()).toBe(text);
      }
    }
  }, 100_000);
});
