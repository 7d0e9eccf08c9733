import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWhole, sluice, temporaryFolder } from '../../promises/support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const words = Array.from({ length: 120 }, (_, i) => `word${(i * 7) % 120}`);
const original = words.join(' ');
const edited = words.with(60, 'changed').join(' ');
const TEXTS: Readonly<Record<string, string>> = {
  original, edited: `${edited} and more`, shouted: original.toUpperCase(), other: 'nothing like it '.repeat(20), short: 'too short', 'short-too': 'Too short!',
};

/** The definition: sets of five words in a row. */
function jaccard(first: string, second: string): number {
  const sets = [first, second].map((text) => new Set(text.split(' ').map((_, i, all) => all.slice(i, i + 5).join(' ')).filter((gram) => gram.split(' ').length === 5)));
  const shared = [...sets[0]!].filter((gram) => sets[1]!.has(gram)).length;
  return shared / (sets[0]!.size + sets[1]!.size - shared);
}

beforeAll(async () => {
  writeFileSync(join(folder, 'docs.jsonl'), Object.entries(TEXTS).map(([id, text]) => `${JSON.stringify({ id, text })}\n`).join(''));
  writeFileSync(join(folder, 'recipe.yaml'), 'name: a\nsources: { docs: { read: { format: jsonl, paths: docs.jsonl } } }\n'
    + 'dedup: { methods: [exact, minhash: { shingle: 5 words, threshold: 0.8 }], keep: [id] }\n');
  await runWhole(folder, 'recipe.yaml', 'out');
});

async function why(id: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await sluice(folder, 'why', 'out', id, ...options);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

interface Why {
  readonly keptId: string | null;
  readonly jaccard: number;
  readonly exactJaccard: number;
  readonly method: string;
  readonly kept: object;
  readonly difference: { readonly places: number; readonly hunks: readonly { readonly at: number; readonly parts: readonly object[] }[]; readonly left: readonly number[] };
}

describe('sluice why, of a near duplicate', () => {
  test('names the kept document and where it stands, the estimated and the exact similarity, and the places that differ', async () => {
    const text = await why('original', '--no-text'); // the smaller id is kept: edited
    expect(text).toMatch(/\nverdict +dropped by dedup: near-duplicate\n/);
    expect(text).toMatch(new RegExp(`\nkept +edited instead: Jaccard 0\\.\\d{3} \\(estimated\\), ${jaccard(original, TEXTS['edited']!).toFixed(3)} \\(exact\\), cluster 0\n`));
    expect(text).toMatch(/\nkept from +docs, docs\.jsonl\n/);
    expect(text).toMatch(/\ndifference +in 2 places, \[-only in the kept one-\] \{\+only in this one\+\}\n/);
    expect(text).toContain('[-changed-]{+word60+}');
    expect(text).toContain('[- and more-]');
    expect(text).not.toContain(original);
  });

  test('as JSON has the same as fields', async () => {
    const { keptId, jaccard: estimated, exactJaccard, method, kept, difference } = JSON.parse(await why('original', '--json')) as Why;
    expect([keptId, method, kept]).toEqual(['edited', 'minhash', { id: 'edited', source: 'docs', shard: 'docs.jsonl' }]);
    expect(exactJaccard).toBeCloseTo(jaccard(original, TEXTS['edited']!), 6);
    expect(Math.abs(estimated - exactJaccard)).toBeLessThan(0.2); // 112 minima: a standard deviation of .03
    expect(difference).toMatchObject({ places: 2, left: [0, 0] });
    expect(difference.hunks[0]!.parts).toContainEqual({ kind: 'removed', text: 'changed' });
  });

  test('with --no-diff reads neither text for it', async () => {
    const shown = await why('original', '--no-text', '--no-diff');
    expect(shown).not.toMatch(/difference|\(exact\)/);
    expect(shown).toMatch(/kept from +docs\n/); // the source is in the decision record
    expect(JSON.parse(await why('original', '--json', '--no-diff'))).not.toHaveProperty('difference');
  });
});

test('sluice why says that an exact duplicate has equal text, and shows the difference in case', async () => {
  const text = await why('shouted', '--no-text');
  expect(text).toMatch(/\nkept +edited instead: Jaccard|\nkept +original instead: equal normalised text/);
  const short = await why('short-too', '--no-text');
  expect(short).toMatch(/\nverdict +dropped by dedup: exact-duplicate\n/);
  expect(short).toMatch(/\nkept +short instead: equal normalised text, cluster \d+\n/);
  expect(short).toContain('[-too-]{+Too+} short{+!+}');
});

test('sluice why has no difference for a document that was kept', async () => {
  expect(await why('other')).not.toContain('difference');
  expect(await why('edited', '--no-text')).toMatch(/verdict +kept, 1 copy in the corpus/);
});

test('sluice why says that the kept text is gone where the input was moved away, if the own one can be read', async () => {
  writeFileSync(join(folder, 'a.jsonl'), `${JSON.stringify({ id: 'a', text: original })}\n`);
  writeFileSync(join(folder, 'b.jsonl'), `${JSON.stringify({ id: 'b', text: TEXTS['edited'] })}\n`);
  writeFileSync(join(folder, 'two.yaml'), 'name: two\nsources: { docs: { read: { format: jsonl, paths: [a.jsonl, b.jsonl] } } }\ndedup: { methods: [minhash], keep: [id] }\n');
  await runWhole(folder, 'two.yaml', 'two');
  renameSync(join(folder, 'a.jsonl'), join(folder, 'moved'));
  const { code, stdout } = await sluice(folder, 'why', 'two', 'b', '--no-text');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/\ndifference +unknown: the kept document is not among the inputs any more\n/)]);
});
