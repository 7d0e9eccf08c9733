import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sluice, temporaryFolder } from '../../promises/support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

async function plan(minhash: string, ...options: string[]) {
  writeFileSync(join(folder, 'one.txt'), 'a text');
  writeFileSync(join(folder, 'recipe.yaml'), `name: planned\nsources: { a: { read: { format: text, paths: one.txt } } }\ndedup: { methods: [${minhash}] }\n`);
  return sluice(folder, 'plan', 'recipe.yaml', ...options);
}

describe('sluice plan', () => {
  test('prints what the MinHash setting finds at each similarity, and at the threshold', async () => {
    const { code, stdout } = await plan('minhash');
    expect(code).toBe(0);
    expect(stdout).toContain(`
MinHash: 14 bands of 8 rows over 5 by script, permutations, verify estimated; finds 92.35 % of the pairs at the threshold 0.8, steepest at 0.719
Jaccard  0.2  0.3  0.4  0.5   0.6   0.7  0.75   0.8  0.85    0.9  0.95    1
found %    0  0.1  0.9  5.3  21.1  56.5  77.2  92.4  98.8  99.96   100  100
`);
  });

  test('prints GPT-3\'s ten tables as ten bands of one row, which find nearly everything', async () => {
    const { stdout } = await plan('minhash: { shingle: 1 word, bands: 10, rows: 1 }');
    expect(stdout).toContain('10 bands of 1 row over 1 word');
    expect(stdout).toMatch(/\nfound % +89\.3 +97\.2 /);
  });

  test('as JSON has the same figures', async () => {
    const { lsh } = JSON.parse((await plan('minhash: { bands: 20, rows: 5, threshold: 0.7, verify: exact, shingle: 3 characters }', '--json')).stdout) as { lsh: Record<string, unknown> };
    expect(lsh).toMatchObject({ bands: 20, rows: 5, threshold: 0.7, shingle: '3 characters', signature: 'permutations', verify: 'exact' });
    expect(lsh['recall']).toBeCloseTo(1 - (1 - 0.7 ** 5) ** 20, 10);
    expect(lsh['curve']).toContainEqual({ jaccard: 0.5, probability: expect.closeTo(1 - (1 - 0.5 ** 5) ** 20, 10) as number });
  });

  test('refuses a setting that finds fewer than 90 % at its threshold: exit code 2, its line, and nothing on stdout', async () => {
    const { code, stdout, stderr } = await plan('minhash: { bands: 12, rows: 8 }'); // 89.0 %
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^recipe\.yaml:3:\d+: dedup\.methods: minhash: 12 bands of 8 rows find 89\.0 % .*expected at least 90 %/);
    expect((await plan('minhash: { bands: 13, rows: 8 }')).code).toBe(0); // 90.8 %
  });

  test('without MinHash has no such part', async () => {
    expect((await plan('exact')).stdout).not.toContain('MinHash');
    expect(JSON.parse((await plan('exact', '--json')).stdout)).not.toHaveProperty('lsh');
  });
});
