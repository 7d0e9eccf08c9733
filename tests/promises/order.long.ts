/** The order of the corpus and its index, as a run writes them and `sluice mix batch` reads them. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOrder, readOrderHead } from '#src/formats/order-index-reader.js';
import { expandPath } from '#src/pipeline/output-path.js';
import { describeCount } from '#src/reports/table.js';
import { mailPages, makeCorpus } from './support/corpus.js';
import { corpusOf, decisionsOf, filesOf, resultOf } from './support/output.js';
import { RECIPE, recipeCopy, writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder, type Manifest } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

interface Ordered { readonly position: number; readonly id: string; readonly source: string; readonly copy: number; readonly file: string; readonly line: number }
interface Batch { readonly fingerprint: string; readonly batch: number; readonly batches: number; readonly documents: readonly Ordered[] }
type WithOrder = Manifest & { readonly order: { readonly fingerprint: string; readonly documents: number; readonly files: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[] } };

const templates = { plain: 'part', folders: '${source}/${language}/part' } as const;
const manifests = {} as Record<keyof typeof templates, WithOrder>;

beforeAll(async () => {
  await makeCorpus(folder);
  for (const name of ['plain', 'folders'] as const) {
    const recipe = writeRecipe(folder, name, recipeCopy(({ mixture, output }) => {
      mixture.budget = 'max'; // repeats what there is little of
      output.path = templates[name];
    }));
    manifests[name] = await runWhole(folder, recipe, name) as WithOrder;
    if (name === 'plain') cpSync(join(folder, 'plain'), join(folder, 'folders'), { recursive: true }); // the second run begins where the first one ended
  }
});

const batchOf = (output: string, size: number, at: number, ...options: string[]) => sluice(folder, 'mix', 'batch', output, '--size', String(size), '--at', String(at), ...options);
async function batch(output: string, size: number, at: number, ...options: string[]): Promise<Batch> {
  const { code, stdout, stderr } = await batchOf(output, size, at, '--json', ...options);
  if (code !== 0) throw new Error(`sluice mix batch ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as Batch;
}
function whole(output: string): Pick<Batch, 'fingerprint' | 'documents'> {
  const head = readOrderHead(join(folder, output));
  return { fingerprint: head.fingerprint, documents: readOrder(join(folder, output), head, 0, head.documents) };
}

describe.each(['plain', 'folders'] as const)('the index of %s', (output) => {
  it('says which line of the corpus each document of the order is, and leaves out none', () => {
    const { documents } = whole(output);
    const manifest = manifests[output];
    const lines = new Map(manifest.corpus.map(({ path }) => {
      const bytes = readFileSync(join(folder, output, path));
      return [path, gunzipSync(bytes).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as { id: string; source: string })];
    }));
    expect(documents.map(({ position }) => position)).toEqual(documents.map((_, i) => i));
    for (const { id, source, file, line } of documents) expect({ id: lines.get(file)![line]!.id, source: lines.get(file)![line]!.source }).toEqual({ id, source });
    expect(new Set(documents.map(({ file, line }) => `${file}:${line}`)).size).toBe(documents.length);
    expect(documents).toHaveLength(corpusOf(join(folder, output)).length);
    expect([manifest.order.documents, manifest.order.fingerprint]).toEqual([documents.length, whole(output).fingerprint]);
  });

  it('has as many copies of a document as the decision records say, numbered and spread', async () => {
    const { documents } = whole(output);
    const places = new Map<string, { at: number[]; copies: number[] }>();
    for (const { id, source, position, copy } of documents) {
      const key = `${source} ${id}`;
      const before = places.get(key) ?? { at: [], copies: [] };
      places.set(key, { at: [...before.at, position], copies: [...before.copies, copy] });
    }
    const kept = (await decisionsOf(join(folder, output))).filter(({ copies }) => copies > 0);
    expect(Object.fromEntries([...places].map(([key, { at }]) => [key, at.length]))).toEqual(Object.fromEntries(kept.map(({ source, id, copies }) => [`${source} ${id}`, copies])));
    for (const { copies } of places.values()) expect(copies).toEqual(copies.map((_, i) => i));
    const noise = 2 * Math.sqrt(documents.length);
    const repeated = [...places.values()].filter(({ at }) => at.length > 1);
    expect(repeated.length).toBeGreaterThan(100);
    for (const { at } of repeated) for (const [i, position] of at.slice(1).entries()) expect(position - at[i]!).toBeGreaterThan(documents.length / at.length / 2 - noise);
  });

  it('is named in the manifest with the checksums of all its files', () => {
    const { order } = manifests[output];
    const found = Object.entries(filesOf(join(folder, output, 'order'))).map(([name, sha256]) => [`order/${name}`, sha256]);
    expect(order.files.map(({ path, sha256 }) => [path, sha256]).sort()).toEqual(found.sort());
  });
});

describe('files by a template', () => {
  it('stand in a folder for each source and language, and hold the documents that the corpus without them has, in the same order', () => {
    const [one, other] = [whole('plain'), whole('folders')];
    const identity = ({ documents }: ReturnType<typeof whole>) => documents.map(({ position, id, source, copy }) => ({ position, id, source, copy }));
    expect(identity(other)).toEqual(identity(one));
    expect(other.fingerprint).not.toBe(one.fingerprint); // at other places
    const folders = new Set(manifests.folders.corpus.map(({ path }) => path.replace(/\/part-\d{5}\.jsonl\.gz$/, '')));
    expect([...folders].sort()).toEqual(['corpus/books/und', 'corpus/code/und', 'corpus/web/en', 'corpus/wiki/und']);
    for (const { source, file } of other.documents) expect(file).toMatch(new RegExp(`^corpus/${source}/`));
  });

  it('are the same bytes from a run of three workers in a new folder', async () => {
    await runWhole(folder, 'folders.yaml', 'three', '--workers', '3');
    expect(resultOf(join(folder, 'three'))).toEqual(resultOf(join(folder, 'folders')));
  });

  it('stay inside the folder, whatever a stage calls a language', async () => {
    const hostile = ['../../../outside', '/etc/passwd', '..', '', 'EN', 'en', 'a\u0000b', 'x.1-2-3.tmp', 'é'.repeat(300), '%2e%2e'];
    mkdirSync(join(folder, 'pages'));
    const pages = mailPages(130).slice(0, 70);
    for (const [name, from, to] of [['a', 0, 40], ['b', 40, 70]] as const) {
      writeFileSync(join(folder, 'pages', `${name}.jsonl`), pages.slice(from, to).map(({ uri, text }) => `${JSON.stringify({ id: uri, text })}\n`).join(''));
    }
    writeFileSync(join(folder, 'hostile.js'), `
      export default ({ defineStage, z, utf8Column }) => defineStage({
        name: 'hostile', summary: 'Calls languages what it likes, and drops documents in between.', options: z.strictObject({}),
        build: () => [
          { kind: 'annotator', name: 'hostile', reads: [], writes: [{ name: 'language', kind: 'utf8' }],
            annotate: (batch) => new Map([['language', utf8Column(Array.from({ length: batch.length }, (_, i) => ${JSON.stringify(hostile)}[i % ${hostile.length}]))]]) },
          { kind: 'filter', name: 'hostile', reads: [], reasons: ['every-seventh'], judge: (batch, rows, verdicts) => { for (const row of rows) verdicts[row] = row % 7 === 3 ? 1 : 0; } },
        ],
      });`);
    const recipe = writeRecipe(folder, 'hostile', {
      name: 'hostile', sources: { pages: { read: { format: 'jsonl', paths: 'pages/*.jsonl' }, stages: [{ hostile: {} }] } }, output: { format: 'jsonl', path: 'by/${language}/part' },
    });
    const before = Object.keys(filesOf(folder)).filter((name) => !name.startsWith('hostile/'));
    const { corpus } = await runWhole(folder, recipe, 'hostile', '--stages', 'hostile.js');
    expect(Object.keys(filesOf(folder)).filter((name) => !name.startsWith('hostile/'))).toEqual(before);
    expect(corpus).toHaveLength(hostile.length - 1); // EN is en
    for (const { path } of corpus) expect(path).toMatch(/^corpus\/by\/[a-z0-9_%A-F-]{1,64}\/part-00000\.jsonl$/);
    expect(corpus.reduce((sum, { documents }) => sum + documents, 0)).toBe(70 - 6 - 4); // rows 3, 10, 17 and so on of 40 and of 30
    for (const { path } of corpus) {
      for (const line of readFileSync(join(folder, 'hostile', path), 'utf8').trimEnd().split('\n')) {
        const { language = '' } = JSON.parse(line) as { language?: string };
        expect(path).toBe(`corpus/${expandPath('by/${language}/part', { source: 'pages', language })}-00000.jsonl`);
      }
    }
    expect(await runWhole(folder, recipe, 'hostile', '--stages', 'hostile.js')).toMatchObject({ corpus }); // and its own clearing up leaves them alone
  });
});

describe('sluice mix batch', () => {
  it('cuts the order into batches, the last one short', async () => {
    const { documents } = whole('plain');
    const { batches } = await batch('plain', 200, 0);
    expect(batches).toBe(Math.ceil(documents.length / 200));
    for (const at of [0, 1, batches - 1]) expect((await batch('plain', 200, at)).documents).toEqual(documents.slice(200 * at, 200 * (at + 1)));
    const { code, stderr } = await batchOf('plain', 200, batches);
    expect([code, stderr]).toEqual([2, `--at: found ${batches}, expected a number below ${batches}: ${describeCount(documents.length)} documents are ${batches} batches of 200\n`]);
  });

  it('goes on behind batches that are skipped', async () => {
    const skip = ['--skip', '2-3', '--skip', '3-4', '--skip', '7'];
    const { batches } = await batch('plain', 20, 0);
    for (const [at, original] of [[0, 0], [1, 1], [2, 5], [3, 6], [4, 8]] as const) {
      const found = await batch('plain', 20, at, ...skip);
      expect([found.batch, found.batches]).toEqual([original, batches - 4]);
      expect(found.documents).toEqual((await batch('plain', 20, original)).documents);
    }
    expect((await batchOf('plain', 20, batches - 4, ...skip)).stderr).toMatch(/expected a number below \d+: .* of which 4 are skipped/);
    expect((await batchOf('plain', 20, 2, ...skip)).stdout).toContain(`batch 2 (5 of the whole order) of ${batches - 4} batches of 20: 20 documents\n`);
  });

  it.each([
    [['--skip', '5-2'], 'found "5-2", expected the first and last batch to leave out'], [['--skip', 'a'], 'found "a"'], [['--skip', '-3'], 'expected the first and last'],
    [['--skip', '0-100000'], '--skip: found 0-100000, expected batches below'], [['--expect', 'abc'], 'found "abc", expected 16 to 64 hexadecimal digits'],
    [['--size', '0'], 'found "0", expected a whole number from 1 to 65536'], [['--at', '-1'], 'found "-1"'],
  ])('refuses %j', async (options, message) => {
    const { code, stdout, stderr } = await batchOf('plain', 50, 0, ...options);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('needs neither work/ nor the corpus', async () => {
    cpSync(join(folder, 'plain'), join(folder, 'bare'), { recursive: true });
    for (const name of ['work', 'corpus', 'decisions']) rmSync(join(folder, 'bare', name), { recursive: true });
    expect(await batch('bare', 100, 3)).toEqual(await batch('plain', 100, 3));
  });

  it('refuses to go on in the order of another recipe, and takes that of the same', async () => {
    const { fingerprint } = manifests.plain.order;
    for (const known of [fingerprint, fingerprint.slice(0, 16)]) expect((await batchOf('plain', 50, 0, '--expect', known)).code).toBe(0);
    cpSync(join(folder, 'plain'), join(folder, 'changed'), { recursive: true });
    await runWhole(folder, writeRecipe(folder, 'changed', recipeCopy(({ mixture }) => { Object.assign(mixture, { budget: 'max', weights: { ...mixture.weights, web: 20 } }); })), 'changed');
    const { code, stdout, stderr } = await batchOf('changed', 50, 0, '--expect', fingerprint);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^changed: found the order [0-9a-f]{64} \\(recipe promises, [0-9a-f]{16}\\), expected ${fingerprint}: another recipe`));
    const renamed = writeRecipe(folder, 'renamed', { ...RECIPE, name: 'renamed', mixture: { ...RECIPE.mixture, budget: 'max' } });
    await runWhole(folder, renamed, 'changed');
    expect((await batchOf('changed', 50, 0, '--expect', fingerprint)).code).toBe(0); // another recipe, but the same documents at the same places
  });

  it('refuses an index that is damaged, and a folder whose run has not ended', async () => {
    cpSync(join(folder, 'plain'), join(folder, 'damaged'), { recursive: true });
    const places = join(folder, 'damaged', 'order', 'places.bin');
    const bytes = readFileSync(places);
    bytes[16 * 60 + 4]! ^= 1;
    writeFileSync(places, bytes);
    expect(await batchOf('damaged', 50, 0)).toMatchObject({ code: 0 });
    expect(await batchOf('damaged', 50, 1)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/places\.bin: position 60: CRC-32 is [0-9a-f]+, expected [0-9a-f]+; the index is damaged/) });
    truncateSync(places, bytes.length - 16);
    expect(await batchOf('damaged', 50, 0)).toMatchObject({ code: 1, stderr: expect.stringContaining('; the index is damaged or truncated') });
    rmSync(join(folder, 'damaged', 'manifest.json'));
    expect(await batchOf('damaged', 50, 0)).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no whole run (manifest.json is not there)') });
    await runWhole(folder, 'plain.yaml', 'damaged');
    expect(existsSync(places)).toBe(true);
    expect((await batch('damaged', 50, 1)).documents).toEqual((await batch('plain', 50, 1)).documents);
  });
});
