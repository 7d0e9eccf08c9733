import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { makeCorpus } from './support/corpus.js';
import { corpusOf, decisionsOf, droppedIn, droppedOf, ledgerOf, type CorpusDocument, type Decision } from './support/output.js';
import { RECIPE, writeRecipe } from './support/recipe.js';
import { runWhole, temporaryFolder, type Manifest } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const out = join(folder, 'out');
let manifest: Manifest;
let decisions: Decision[];
let corpus: CorpusDocument[];

beforeAll(async () => {
  await makeCorpus(folder);
  manifest = await runWhole(folder, writeRecipe(folder, 'recipe', RECIPE), 'out');
  decisions = await decisionsOf(out);
  corpus = corpusOf(out);
});
afterAll(remove);

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe('decision records', () => {
  it('are one row for every record read, and each row has another place', () => {
    const read = sum(ledgerOf(out).sources.map(({ stages }) => stages[0]!.in.documents));
    expect(decisions).toHaveLength(read);
    expect(new Set(decisions.map(({ shard, offset, inner }) => `${shard}@${offset}+${inner}`)).size).toBe(read);
  });

  it('have the same columns in every file', async () => {
    const names = readdirSync(join(out, 'decisions'));
    const schemas = await Promise.all(names.map(async (name) => {
      const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(join(out, 'decisions', name)));
      return JSON.stringify(schema.map((column) => [column.name, column.type, column.converted_type, column.repetition_type]));
    }));
    expect(names.length).toBe(8);
    expect(new Set(schemas).size).toBe(1);
    for (const column of ['id', 'source', 'shard', 'offset', 'language', 'languageScore', 'quality', 'reason', 'keptId', 'copies']) expect(schemas[0]).toContain(`"${column}"`);
  });

  it('count drops by reason as the ledger does', () => {
    expect(droppedIn(decisions)).toEqual(droppedOf(ledgerOf(out)));
    expect(Object.keys(droppedIn(decisions)).length).toBeGreaterThan(10);
  });

  it('sum up to the corpus: a document is there as often as its record says, and a dropped one never', () => {
    const key = ({ source, id }: { readonly source: string; readonly id: string }): string => `${source} ${id}`;
    const counts = new Map<string, number>();
    for (const document of corpus) counts.set(key(document), (counts.get(key(document)) ?? 0) + 1);
    expect(corpus).toHaveLength(sum(decisions.map(({ copies }) => copies)));
    for (const decision of decisions) {
      expect([key(decision), counts.get(key(decision)) ?? 0]).toEqual([key(decision), decision.copies]);
      expect(decision.reason === null).toBe(decision.copies > 0);
    }
  });

  it('hold what the manifest says of every source: documents, bytes and tokens, copies counted', () => {
    for (const { name, documents, bytes, tokens } of manifest.sources) {
      const rows = decisions.filter(({ source }) => source === name);
      const total = (of: (row: Decision) => number): number => sum(rows.map((row) => row.copies * of(row)));
      expect([name, total(() => 1), total((row) => row.bytes), total((row) => row.tokens)]).toEqual([name, documents, bytes, tokens]);
      expect(sum(corpus.filter(({ source }) => source === name).map(({ text }) => Buffer.byteLength(text)))).toBe(bytes);
    }
  });
});

describe('the mixture', () => {
  it('has the weights that the recipe asks for, to 1 %', () => {
    expect(manifest.sources.map(({ name, requestedWeight }) => [name, requestedWeight])).toEqual([['web', 0.15], ['wiki', 0.35], ['books', 0.3], ['code', 0.2]]);
    for (const { realisedWeight, requestedWeight } of manifest.sources) expect(Math.abs(realisedWeight / requestedWeight - 1)).toBeLessThan(0.01);
    expect(Math.abs(sum(manifest.sources.map(({ tokens }) => tokens)) / 200_000 - 1)).toBeLessThan(0.01);
  });

  it('gives whole copies to all of a source, and one more to some, where the source is too small', () => {
    const copies = (name: string): number[] => [...new Set(decisions.filter(({ source, copies: count }) => source === name && count > 0).map((row) => row.copies))].sort();
    expect(copies('code')).toEqual([1, 2]);
    expect(decisions.filter(({ source, stage }) => source === 'code' && stage === 'mixture')).toEqual([]);
    expect(copies('books')).toEqual([1]);
  });
});
