import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveCorpus, type HttpFolder } from './support/http-folder.js';
import { corpusOf, resultOf } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
let served: HttpFolder;
beforeAll(async () => {
  served = await serveCorpus(folder);
});
afterAll(async () => {
  await served.stop();
  remove();
});

const corpusIn = (output: string): object => Object.entries(resultOf(join(folder, output))).filter(([name]) => name.startsWith('corpus/'));

describe('inputs behind HTTP', () => {
  it('give the bytes of local files, through faults of every kind', async () => {
    const { server, recipe } = served;
    const local = await runWhole(folder, writeRecipe(folder, 'local', recipe('')), 'local');
    const { digest, failedShards } = await runWhole(folder, writeRecipe(folder, 'http', recipe(`${server.origin}/`)), 'http', '--workers', '2');
    expect(failedShards).toEqual([]);
    expect(digest).toBe(local.digest);
    expect(corpusIn('http')).toEqual(corpusIn('local'));
    expect(server.asked.some(({ headers }) => headers.range !== undefined && headers['if-range'] !== undefined)).toBe(true);
    expect(server.asked[0]!.headers['user-agent']).toMatch(/^sluice\/\d+\.\d+\.\d+$/);
    expect(server.mostAtOnce).toBeLessThanOrEqual(8);
  });

  it('are shown by why, from the address', async () => {
    const { id, text } = corpusOf(join(folder, 'http')).find(({ source }) => source === 'web')!;
    const { code, stdout } = await sluice(folder, 'why', 'http', id, '--json', '--contact', 'ops@example.org');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id, text, shard: expect.stringMatching(`^${served.server.origin}/web/`) });
    expect(served.server.asked.at(-1)!.headers['user-agent']).toMatch(/^sluice\/\d+\.\d+\.\d+ \(\+ops@example.org\)$/);
  });
});
