import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { mailPages } from './support/corpus.js';
import { corpusOf, decisionsOf, filesOf, ledgerOf } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, start, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const PAGES = mailPages(190);
type Page = (typeof PAGES)[number];
/** Days of a crawl: 80 mails, 60 others with 24 changed ones of the first day, and 50 with changed ones of both. */
const DAYS: Readonly<Record<'a' | 'b' | 'c', readonly Page[]>> = {
  a: PAGES.slice(0, 80),
  b: [...PAGES.slice(80, 140), ...changed(PAGES.slice(0, 24), 'b'), ...changed(PAGES.slice(100, 110), 'b-again')],
  c: [...PAGES.slice(140), ...changed(PAGES.slice(8, 32), 'c'), ...changed(PAGES.slice(80, 100), 'c-of-b')],
};

/** As it is, in capitals, with every 60th word changed, and with every fifth, which is another text. */
function changed(pages: readonly Page[], day: string): Page[] {
  const words = (every: number) => (text: string): string => text.split(' ').map((word, i) => (i % every === every - 1 ? `${word}x` : word)).join(' ');
  const changes = [(text: string) => text, (text: string) => text.toUpperCase().replaceAll(' ', '  '), words(60), words(5)];
  return pages.map(({ uri, text }, i) => ({ uri: `${uri}?${day}`, text: changes[i % 4]!(text) }));
}

const read = (day: keyof typeof DAYS) => ({ read: { format: 'jsonl', paths: `${day}-*.jsonl` } });
const index = (paths: string | string[]) => ({ read: { format: 'index', paths } });

interface Dedup {
  readonly methods?: readonly unknown[];
  readonly keep?: readonly unknown[];
  readonly against?: readonly string[];
}

/** Writes the recipe of some sources; its name. */
function recipe(name: string, sources: Readonly<Record<string, unknown>>, dedup: Dedup = {}): string {
  return writeRecipe(folder, name, { name, sources, dedup: { methods: ['exact', { minhash: { bands: 20, rows: 5, threshold: 0.8 } }], ...dedup }, output: { format: 'jsonl' } });
}

interface Removed {
  readonly id: string;
  readonly keptId: string | null;
  readonly jaccard: number | null;
  readonly method: string | null;
}

/** The duplicates of a source that a run removed, by id. */
async function removedOf(output: string, source: string): Promise<Removed[]> {
  const rows = (await decisionsOf(join(folder, output))).filter((row) => row.source === source && row.method !== null);
  return rows.map(({ id, keptId, jaccard, method }) => ({ id, keptId, jaccard, method })).sort((x, y) => (x.id < y.id ? -1 : 1));
}

beforeAll(async () => {
  for (const [day, pages] of Object.entries(DAYS)) {
    const half = Math.ceil(pages.length / 2);
    [pages.slice(0, half), pages.slice(half)].forEach((part, i) => {
      writeFileSync(join(folder, `${day}-${i}.jsonl`), part.map(({ uri, text }) => `${JSON.stringify({ id: uri, url: uri, text })}\n`).join(''));
    });
  }
  recipe('day-a', { a: read('a') });
  await runWhole(folder, 'day-a.yaml', 'out-a', '--write-index', 'idx-a');
}, 300_000);

describe('an index that a run writes', () => {
  it('holds the documents that were kept, whether or not the mixture selected them', async () => {
    const json = JSON.parse(readFileSync(join(folder, 'idx-a', 'index.json'), 'utf8')) as { documents: number; parts: { source: string }[] };
    expect(json.documents).toBe(corpusOf(join(folder, 'out-a')).length);
    expect(json.parts.map(({ source }) => source)).toEqual(['a']);
    const half = { name: 'half', sources: { a: read('a') }, dedup: { methods: ['exact', { minhash: { bands: 20, rows: 5, threshold: 0.8 } }] }, mixture: { budget: 20_000, weights: { a: 1 } } };
    writeRecipe(folder, 'half', half);
    await runWhole(folder, 'half.yaml', 'out-half', '--write-index', 'idx-half');
    expect(corpusOf(join(folder, 'out-half')).length).toBeLessThan(json.documents);
    expect(readFileSync(join(folder, 'idx-half', 'part-00000.columns')).equals(readFileSync(join(folder, 'idx-a', 'part-00000.columns')))).toBe(true);
  });

  it('has the same bytes with two workers and little memory', async () => {
    await runWhole(folder, 'day-a.yaml', 'out-a2', '--write-index', 'idx-a2', '--workers', '2', '--memory', '1GB');
    expect(filesOf(join(folder, 'idx-a2'))).toEqual(filesOf(join(folder, 'idx-a')));
  });

  it('is whole or not there when the run is killed while it writes it, and the same after a rerun', async () => {
    const expected = filesOf(join(folder, 'idx-a'));
    for (const delay of [0, 15, 60]) {
      const run = start(folder, 'run', 'day-a.yaml', '--output', 'out-killed', '--workers', '1', '--write-index', 'idx-killed');
      await run.saying('index    of the documents kept');
      await wait(delay);
      run.child.kill('SIGKILL');
      await run.ended;
      if (existsSync(join(folder, 'idx-killed', 'index.json'))) expect(filesOf(join(folder, 'idx-killed'))).toEqual(expected);
    }
    await runWhole(folder, 'day-a.yaml', 'out-killed', '--write-index', 'idx-killed');
    expect(filesOf(join(folder, 'idx-killed'))).toEqual(expected);
    expect(filesOf(join(folder, 'out-killed/corpus'))).toEqual(filesOf(join(folder, 'out-a/corpus')));
  });
});

describe('a run that compares with an index', () => {
  it('removes the documents that one run over both would remove, for the same reasons', async () => {
    recipe('both', { a: read('a'), b: read('b') }, { keep: [{ source: ['a', 'b'] }, 'longest'] });
    await runWhole(folder, 'both.yaml', 'out-both');
    recipe('day-b', { b: read('b'), old: index('idx-a') }, { against: ['old'] });
    await runWhole(folder, 'day-b.yaml', 'out-b', '--write-index', 'idx-b');
    const removed = await removedOf('out-b', 'b');
    expect(removed).toEqual(await removedOf('out-both', 'b'));
    const ofDayA = removed.filter(({ keptId }) => DAYS.a.some(({ uri }) => uri === keptId));
    expect(ofDayA.length).toBeGreaterThan(12);
    expect(removed.length).toBeGreaterThan(ofDayA.length);
    expect(new Set(removed.map(({ method }) => method))).toEqual(new Set(['exact', 'minhash']));
    expect(corpusOf(join(folder, 'out-b')).map(({ id }) => id).sort()).toEqual(DAYS.b.map(({ uri }) => uri).filter((uri) => !removed.some(({ id }) => id === uri)).sort());
  });

  it('says in why which document of the index matched', async () => {
    const removed = (await removedOf('out-b', 'b')).find(({ keptId, method }) => method === 'minhash' && DAYS.a.some(({ uri }) => uri === keptId))!;
    const { code, stdout } = await sluice(folder, 'why', 'out-b', removed.id);
    expect(code).toBe(0);
    expect(stdout).toContain(`dropped by dedup: near-duplicate`);
    expect(stdout).toContain(removed.keptId);
    expect(stdout).toMatch(/kept from +old, idx-a\/part-00000\.columns\n/);
    expect(stdout).toMatch(/difference +unknown: the index has no texts/);
    expect((await decisionsOf(join(folder, 'out-b'))).find(({ id }) => id === removed.id)!['keptSource']).toBe('old');
  });

  it('has none of the index\'s documents in corpus, ledger and decisions', async () => {
    const sources = ledgerOf(join(folder, 'out-b')).sources.filter(({ source }) => source === 'old');
    for (const { stages } of sources) for (const stage of stages) expect([stage.in.documents, stage.out.documents]).toEqual([0, 0]);
    expect((await decisionsOf(join(folder, 'out-b'))).filter(({ source }) => source === 'old')).toEqual([]);
  });

  it('sees the same signatures and records as if the documents had been read', async () => {
    const source = { read: { format: 'jsonl', paths: 'out-a/corpus/*.jsonl' } };
    recipe('clean', { a: source });
    await runWhole(folder, 'clean.yaml', 'out-clean', '--write-index', 'idx-clean');
    expect(ledgerOf(join(folder, 'out-clean')).sources[0]!.stages.find(({ stage }) => stage === 'dedup')!.dropped).toEqual({});
    for (const [name, old] of [['read', source], ['taken', index('idx-clean')]] as const) {
      recipe('against', { old, b: read('b') }, { against: ['old'] });
      await runWhole(folder, 'against.yaml', `out-${name}`);
    }
    const work = (name: string) => readdirSync(join(folder, name, 'work/curate')).filter((file) => /^old-.*\.(signatures|exact|bands)$/.test(file)).sort((x, y) => (x.split('.')[1]! < y.split('.')[1]! ? -1 : 1))
      .map((file) => readFileSync(join(folder, name, 'work/curate', file)).toString('base64'));
    expect(work('out-taken')).toHaveLength(3);
    expect(work('out-taken')).toEqual(work('out-read'));
    expect(await removedOf('out-taken', 'b')).toEqual(await removedOf('out-read', 'b'));
  });

  it('goes on in steps: the third day against both indexes is as all days at once', async () => {
    recipe('all', { a: read('a'), b: read('b'), c: read('c') }, { keep: [{ source: ['a', 'b', 'c'] }, 'longest'] });
    await runWhole(folder, 'all.yaml', 'out-all');
    recipe('day-c', { old: index(['idx-a', 'idx-b']), c: read('c') }, { against: ['old'] });
    await runWhole(folder, 'day-c.yaml', 'out-c', '--write-index', 'idx-c', '--workers', '2');
    const removed = await removedOf('out-c', 'c');
    expect(removed).toEqual(await removedOf('out-all', 'c'));
    const keptBy = (day: 'a' | 'b'): number => removed.filter(({ keptId }) => DAYS[day].some(({ uri }) => uri === keptId)).length;
    expect([keptBy('a') > 8, keptBy('b') > 8]).toEqual([true, true]);
    const counts = ['idx-a', 'idx-b', 'idx-c'].map((path) => (JSON.parse(readFileSync(join(folder, path, 'index.json'), 'utf8')) as { documents: number }).documents);
    expect(counts.reduce((sum, count) => sum + count)).toBe(corpusOf(join(folder, 'out-all')).length);
  });

  it('does not read the index again when it is only copied or touched', async () => {
    cpSync(join(folder, 'idx-a'), join(folder, 'idx-copy'), { recursive: true });
    rmSync(join(folder, 'idx-a'), { recursive: true });
    cpSync(join(folder, 'idx-copy'), join(folder, 'idx-a'), { recursive: true });
    const { code, stderr } = await sluice(folder, 'run', 'day-b.yaml', '--output', 'out-b', '--write-index', 'idx-b');
    expect([code, /curate .* complete already/.test(stderr)]).toEqual([0, true]);
  });
});

describe('an index with texts', () => {
  const methods = ['exact', { minhash: { threshold: 0.8, verify: 'exact' } }];

  it('is compared with by the texts themselves', async () => {
    recipe('texts-a', { a: read('a') }, { methods });
    await runWhole(folder, 'texts-a.yaml', 'out-texts-a', '--write-index', 'idx-texts');
    recipe('texts-both', { a: read('a'), b: read('b') }, { methods, keep: [{ source: ['a', 'b'] }, 'longest'] });
    await runWhole(folder, 'texts-both.yaml', 'out-texts-both');
    recipe('texts-b', { b: read('b'), old: index('idx-texts') }, { methods, against: ['old'] });
    await runWhole(folder, 'texts-b.yaml', 'out-texts-b');
    rmSync(join(folder, 'out-texts-a'), { recursive: true }); // the index has its own
    const removed = await removedOf('out-texts-b', 'b');
    expect(removed).toEqual(await removedOf('out-texts-both', 'b'));
    expect(removed.length).toBeGreaterThan(15);
    const one = removed.find(({ id, keptId, method }) => method === 'minhash' && DAYS.a.some(({ uri }) => uri === keptId) && id.length > 0)!;
    const { stdout } = await sluice(folder, 'why', 'out-texts-b', one.id, '--json');
    const why = JSON.parse(stdout) as { exactJaccard: number; kept: { id: string; shard: string }; difference: { places: number } };
    expect(why.kept).toMatchObject({ id: one.keptId, shard: 'idx-texts/part-00000.columns' });
    expect(why.exactJaccard).toBeGreaterThanOrEqual(0.8);
    expect(why.difference.places).toBeGreaterThan(0);
  });

  it('fails by name where a text is damaged, and nothing passes for compared', async () => {
    cpSync(join(folder, 'idx-texts'), join(folder, 'idx-bad-text'), { recursive: true });
    const path = join(folder, 'idx-bad-text', 'part-00000.text');
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    recipe('bad-text', { b: read('b'), old: index('idx-bad-text') }, { methods, against: ['old'] });
    const { code, stderr } = await sluice(folder, 'run', 'bad-text.yaml', '--output', 'out-bad-text', '--write-index', 'idx-never');
    expect(code).toBe(1);
    expect(stderr).toMatch(/idx-bad-text\/part-00000\.columns: row \d+: text at byte \d+: CRC-32 is/);
    expect(existsSync(join(folder, 'idx-never'))).toBe(false);
  });
});

describe('with paragraphs too', () => {
  it('neither counts nor cuts the documents of an index, and leaves out those that were nothing but repeated paragraphs', async () => {
    const line = 'The same line stands under every page of this site and is no text.';
    const pages = (from: number, to: number, path: string): void => writeFileSync(join(folder, path), [
      ...DAYS.a.slice(from, to).map(({ uri, text }) => ({ id: uri, text: `${text}\n${line}` })), { id: `${path} alone`, text: line },
    ].map((row) => `${JSON.stringify(row)}\n`).join(''));
    pages(0, 20, 'site-a.jsonl');
    pages(20, 40, 'site-b.jsonl');
    const methods = ['exact', { paragraphs: { unit: 'line', documents: 5, keepFirst: false } }];
    recipe('site-a', { a: { read: { format: 'jsonl', paths: 'site-a.jsonl' } } }, { methods });
    await runWhole(folder, 'site-a.yaml', 'out-site-a', '--write-index', 'idx-site');
    recipe('site-b', { b: { read: { format: 'jsonl', paths: 'site-b.jsonl' } }, old: index('idx-site') }, { methods, against: ['old'] });
    await runWhole(folder, 'site-b.yaml', 'out-site-b');
    for (const output of ['out-site-a', 'out-site-b']) for (const { text } of corpusOf(join(folder, output))) expect(text).not.toContain(line);
    const { documents } = JSON.parse(readFileSync(join(folder, 'idx-site', 'index.json'), 'utf8')) as { documents: number };
    expect(documents).toBe(corpusOf(join(folder, 'out-site-a')).length);
    expect((await decisionsOf(join(folder, 'out-site-b'))).filter(({ source }) => source === 'old')).toEqual([]);
  });
});

describe('sluice dedup', () => {
  it('writes an index and compares with several', async () => {
    const dedup = async (...parameters: string[]): Promise<void> => {
      const { code, stderr } = await sluice(folder, 'dedup', ...parameters, '--bands', '20', '--rows', '5', '--threshold', '0.8', '--workers', '1', '--format', 'jsonl');
      expect([code, stderr]).toEqual([0, stderr]);
    };
    await dedup('a-0.jsonl', 'a-1.jsonl', '--output', 'dedup-a', '--write-index', 'days/1');
    await dedup('b=b-*.jsonl', '--against', 'days/1', '--output', 'dedup-b', '--write-index', 'days/2');
    await dedup('c=c-*.jsonl', '--against', 'days/1', '--against', 'days/2', '--output', 'dedup-c');
    expect((await removedOf('dedup-b', 'b')).map(({ id }) => id)).toEqual((await removedOf('out-b', 'b')).map(({ id }) => id));
    expect((await removedOf('dedup-c', 'c')).map(({ id }) => id)).toEqual((await removedOf('out-c', 'c')).map(({ id }) => id));
    const keptSources = (await decisionsOf(join(folder, 'dedup-c'))).flatMap((row) => (row.method === null ? [] : [row['keptSource']]));
    expect(new Set(keptSources)).toEqual(new Set(['1', '2', 'c']));
  });

  it('refuses an index as an input, and one that a killed run left', async () => {
    const { code, stderr } = await sluice(folder, 'dedup', 'idx-a', '--output', 'out-refused');
    expect([code, stderr]).toEqual([2, 'idx-a: found an index of an earlier run, which can only be compared with: expected it under --against\n']);
    cpSync(join(folder, 'idx-a'), join(folder, 'half-index'), { recursive: true });
    rmSync(join(folder, 'half-index', 'index.json'));
    const half = await sluice(folder, 'dedup', 'b-0.jsonl', '--against', 'half-index', '--output', 'out-refused');
    expect([half.code, half.stderr]).toEqual([2, expect.stringContaining('half-index/index.json: found no such file')]);
  });
});

describe('before anything is read', () => {
  const refused = async (name: string, ...options: string[]): Promise<string> => {
    const { code, stdout, stderr } = await sluice(folder, 'run', `${name}.yaml`, '--output', 'out-refused', ...options);
    expect([code, stdout, existsSync(join(folder, 'out-refused', 'work'))]).toEqual([2, '', false]);
    return stderr;
  };
  const against = (path: string, dedup: Dedup = {}): string => recipe('refused', { b: read('b'), old: index(path) }, { against: ['old'], ...dedup });

  it.each([
    ['other bands', [{ minhash: { bands: 14, rows: 8 } }], 'idx-a: found an index of 20 bands of 5 rows, permutations, shingles of 5 by script, seed 1, expected one of 14 bands of 8 rows'],
    ['other shingles', [{ minhash: { bands: 20, rows: 5, shingle: '5 words' } }], 'shingles of 5 words'],
    ['other signatures', [{ minhash: { bands: 20, rows: 5, signature: 'one-permutation' } }], 'one-permutation'],
    ['texts that it does not have', [{ minhash: { bands: 20, rows: 5, verify: 'exact' } }], 'idx-a: found an index without texts'],
    ['addresses that it does not have', ['url'], 'idx-a: found an index without addresses'],
  ])('an index is refused for %s', async (_, methods, message) => {
    against('idx-a', { methods });
    expect(await refused('refused')).toContain(message);
  });

  it('an index of equal texts alone is refused where MinHash is asked for, and fits where it is not', async () => {
    recipe('exact-a', { a: read('a') }, { methods: ['exact'] });
    await runWhole(folder, 'exact-a.yaml', 'out-exact-a', '--write-index', 'idx-exact');
    against('idx-exact');
    expect(await refused('refused')).toContain('idx-exact: found an index of equal texts and addresses alone');
    for (const path of ['idx-exact', 'idx-a']) {
      recipe('exact-b', { b: read('b'), old: index(path) }, { methods: ['exact'], against: ['old'] });
      await runWhole(folder, 'exact-b.yaml', `out-exact-b-${path}`);
    }
    const removed = await removedOf('out-exact-b-idx-exact', 'b');
    expect(removed.length).toBeGreaterThan(8);
    const lost = new Set((await removedOf('out-a', 'a')).map(({ id }) => id)); // near duplicates, which that index lacks
    expect(await removedOf('out-exact-b-idx-a', 'b')).toEqual(removed.filter(({ keptId }) => !lost.has(keptId!)));
  });

  it.each([
    ['a truncated part', (path: string) => truncateSync(join(path, 'part-00000.columns'), 1000), 'part-00000.columns: has 1000 bytes'],
    ['no index.json', (path: string) => rmSync(join(path, 'index.json')), 'index.json: found no such file'],
    ['hashes of another release', (path: string) => {
      const json = readFileSync(join(path, 'index.json'), 'utf8');
      writeFileSync(join(path, 'index.json'), json.replace(/"probe": "."/, '"probe": "').replace(/"probe": "/, '"probe": "a'));
    }, 'whose hashes were made in another way'],
  ])('an index with %s is refused', async (_, damage, message) => {
    rmSync(join(folder, 'idx-damaged'), { recursive: true, force: true });
    cpSync(join(folder, 'idx-a'), join(folder, 'idx-damaged'), { recursive: true });
    damage(join(folder, 'idx-damaged'));
    against('idx-damaged');
    expect(await refused('refused')).toContain(message);
  });

  it('--write-index does not replace what it compares with, other files, or the index of another recipe', async () => {
    against('idx-a');
    expect(await refused('refused', '--write-index', './idx-a/')).toContain('./idx-a/, which is compared with');
    expect(await refused('day-a', '--write-index', 'idx-half')).toContain('idx-half: found an index that another recipe wrote (half)');
    expect(await refused('day-a', '--write-index', 'out-a')).toMatch(/out-a: found \S+, which is of no index/);
    expect(await refused('day-a', '--write-index', 'out-refused/work/index')).toContain('which the run replaces');
  });

  it('a recipe may only compare with an index, and needs dedup to write one', async () => {
    recipe('plain', { b: read('b'), old: index('idx-a') });
    expect(await refused('plain')).toContain('sources.old.read.format: found index, whose documents can only be compared with');
    writeRecipe(folder, 'no-dedup', { name: 'no-dedup', sources: { b: read('b') } });
    expect(await refused('no-dedup', '--write-index', 'idx-none')).toContain('--write-index: the recipe compares no documents');
  });
});

it('a folder of an index holds nothing but its parts', () => {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith('idx-') && existsSync(join(folder, entry, 'index.json')))) {
    expect(readdirSync(join(folder, name)).filter((file) => !/^(index\.json|part-\d{5}\.(columns|text))$/.test(file))).toEqual([]);
  }
});
