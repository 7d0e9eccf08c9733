/** DuckDB as the reader of our Parquet files: types and values of every kind of column, and the decision records of a run. pip installs it; where it cannot, tests are skipped. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ParquetWriter } from '#src/formats/parquet-writer.js';
import { makeCorpus } from '../promises/support/corpus.js';
import { decisionsOf, droppedIn } from '../promises/support/output.js';
import { RECIPE, writeRecipe } from '../promises/support/recipe.js';
import { runWhole, temporaryFolder } from '../promises/support/sluice.js';
import { PythonOracle } from '../python-oracle.js';
import { asColumns, record, SCHEMA } from './parquet-records.js';

/** Runs queries over the files {path}: a list of lists of rows. JSON has no infinities: they become texts. */
const SCRIPT = `
import duckdb, json, math, sys
given = json.load(open(sys.argv[1]))
db = duckdb.connect()
def cell(value): return str(value).replace("inf", "Infinity") if isinstance(value, float) and math.isinf(value) else value
json.dump([[[cell(value) for value in row] for row in db.execute(query.replace("FILES", "'" + given["path"] + "'")).fetchall()] for query in given["queries"]], sys.stdout)
`;

const python = new PythonOracle();
const folder = temporaryFolder();
let missing: string | undefined;
beforeAll(async () => {
  missing = await python.install(['duckdb==1.4.2']);
}, 180_000);
afterAll(() => {
  python.remove();
  folder.remove();
});
const query = async (path: string, ...queries: string[]): Promise<unknown[][][]> => await python.ask(SCRIPT, { path, queries }) as unknown[][][]; // written by SCRIPT

it('every kind of column has the right type and values', async (context) => {
  context.skip(missing !== undefined, missing);
  const path = join(folder.path, 'rows.parquet');
  const records = fc.sample(record, { numRuns: 2000, seed: 7 });
  const writer = new ParquetWriter(path, SCHEMA);
  writer.append(asColumns(records), records.length);
  writer.commit();
  const [schema, rows, high] = await query(path, 'describe select * from FILES', 'select * from FILES', 'select count(*) from FILES where bytes > 2147483648 and kept');
  expect(schema!.map(([name, type]) => [name, type])).toEqual(SCHEMA.map(({ name }, i) => [name, ['VARCHAR', 'VARCHAR', 'UINTEGER', 'UINTEGER', 'FLOAT', 'DOUBLE', 'BOOLEAN', 'BOOLEAN'][i]]));
  expect(high).toEqual([[records.filter((one) => Number(one['bytes']) > 2147483648 && one['kept']).length]]);
  const cell = (value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);
  expect(rows).toEqual(records.map((one) => SCHEMA.map(({ name }) => cell(one[name]))));
});

it('the decision records of a run have the counts that its ledger has', async (context) => {
  context.skip(missing !== undefined, missing);
  await makeCorpus(folder.path);
  await runWhole(folder.path, writeRecipe(folder.path, 'recipe', RECIPE), 'out');
  const decisions = await decisionsOf(join(folder.path, 'out'));
  const [counts] = await query(join(folder.path, 'out', 'decisions', '*.parquet'), "select coalesce(source || '/' || stage || '/' || reason, 'kept'), count(*)::int from FILES group by 1 order by 1");
  expect(Object.fromEntries(counts as [string, number][])).toEqual({ ...droppedIn(decisions), kept: decisions.filter(({ reason }) => reason === null).length });
});
