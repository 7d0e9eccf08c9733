import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { status } from '../storage/scripted-server.js';
import { serveCorpus, type HttpFolder } from './support/http-folder.js';
import { corpusOf } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder, type Manifest } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
let served: HttpFolder;
let server: HttpFolder['server'];
let local: Manifest;
beforeAll(async () => {
  served = await serveCorpus(folder);
  ({ server } = served);
  local = await runWhole(folder, writeRecipe(folder, 'local', served.recipe('')), 'local');
  await runWhole(folder, writeRecipe(folder, 'http', served.recipe(`${server.origin}/`)), 'http');
});
afterAll(async () => {
  await served.stop();
  remove();
});

const names = (start: string): string[] => served.names(start);
/** Sources whose documents are named by their files. */
const namedRecipe = (base: string): object => ({
  name: 'named', sources: {
    books: { read: { format: 'text', paths: names('books/').slice(0, 10).map((name) => base + name) } },
    code: { read: { format: 'zip', paths: names('code/').map((name) => base + name), include: ['**/*.js'] } },
  },
  output: { format: 'jsonl', order: 'input' },
});

describe('inputs behind HTTP', () => {
  it('are read once: a second run finds all of it done and asks for sizes alone', async () => {
    const before = server.asked.length;
    await runWhole(folder, 'http.yaml', 'http');
    expect(server.methods.slice(before)).not.toContain('GET');
  });

  it('hold texts and archives too, under their addresses', async () => {
    await runWhole(folder, writeRecipe(folder, 'named-local', namedRecipe('')), 'named-local');
    await runWhole(folder, writeRecipe(folder, 'named-http', namedRecipe(`${server.origin}/`)), 'named-http');
    const wanted = corpusOf(join(folder, 'named-local')).map((document) => ({ ...document, id: `${server.origin}/${document.id}` }));
    expect(wanted.length).toBeGreaterThan(20);
    expect(corpusOf(join(folder, 'named-http'))).toEqual(wanted);
  });

  it('that are gone fail by name, and the others go on', async () => {
    const { code, stderr } = await sluice(folder, 'run', writeRecipe(folder, 'gone', {
      name: 'gone', sources: { wiki: { read: { format: 'jsonl', paths: [`${server.origin}/${names('wiki/')[0]!}`, `${server.origin}/none.jsonl`], text: 'body' } } },
    }), '--output', 'gone', '--workers', '1');
    expect(code).toBe(1);
    expect(stderr).toContain(`${server.origin}/none.jsonl: found HTTP 404, expected to get it: there is no such file`);
    expect(corpusOf(join(folder, 'gone')).length).toBeGreaterThan(0);
  });

  it('that cannot be reached while a model is trained stop the run, so that no model is of less text than the recipe says', async () => {
    const trained = (base: string): object => ({
      name: 'trained', seed: 5,
      sources: {
        web: { read: { format: 'wet', paths: [`${base}web/crawl-00002.warc.wet.gz`, `${base}web/crawl-00003.warc.wet`] }, stages: [{ quality: { model: 'reference', keep: { top: 0.5 } } }] },
        wiki: { read: { format: 'jsonl', paths: `${base}wiki/second.jsonl`, text: 'body' } },
      },
      models: { reference: { kind: 'fasttext', positive: ['wiki'], negative: ['web'], dim: 8, epoch: 4, lr: 0.5, buckets: 10_000, examples: 60 } },
      output: { format: 'jsonl' },
    });
    const wanted = await runWhole(folder, writeRecipe(folder, 'trained-local', trained('')), 'trained-local');
    const { script } = server;
    server.script = (number, request) => (request.method === 'GET' && request.url!.includes('crawl-00003') ? status(503) : script(number, request));
    process.env['SLUICE_TRIES'] = '3';
    const file = writeRecipe(folder, 'trained', trained(`${server.origin}/`));
    const { code, stderr } = await sluice(folder, 'run', file, '--output', 'trained', '--workers', '1');
    delete process.env['SLUICE_TRIES'];
    server.script = script;
    expect(code).toBe(1);
    expect(stderr).toMatch(/train reference: .*crawl-00003.warc.wet: GET failed 3 times, the last time with HTTP 503/);
    expect((await runWhole(folder, file, 'trained')).digest).toBe(wanted.digest);
  });

  it('of a server that refuses end the run with a message, and the same command goes on', async () => {
    const { script } = server;
    let gets = 0;
    server.script = (_, request) => (request.method === 'GET' && ++gets > 2 ? status(403) : { content: readFileSync(join(folder, request.url!)), etag: '"1"' });
    const file = writeRecipe(folder, 'refused', served.recipe(`${server.origin}/`));
    process.env['SLUICE_PAUSES'] = process.env['SLUICE_PAUSES']!.replace('circuit=20', 'circuit=400'); // long enough to be told of
    const { code, stderr } = await sluice(folder, 'run', file, '--output', 'refused', '--workers', '1');
    server.script = script;
    expect(stderr).toMatch(/a server refused a request \(HTTP 403\): nothing is asked for \d s, pause 1 of 3/);
    expect(code).toBe(1);
    expect(stderr).toMatch(/found a refusal \(HTTP 403\) again after 3 pauses, expected to be let in: nothing more is asked in this run/);
    expect(gets).toBe(2 + 4);
    expect((await runWhole(folder, file, 'refused')).digest).toBe(local.digest);
  });

  it('with credentials leave none of them behind, in no file and no message', async () => {
    const { script } = server;
    server.script = (_, request) => (request.headers.authorization === `Basic ${btoa('me:geheim')}` && request.url!.includes('?token=heimlich') ? { content: readFileSync(join(folder, request.url!.replace(/\?.*/, ''))), etag: '"1"' } : status(401));
    const name = 'wiki/second.jsonl';
    const address = `${server.origin.replace('//', '//me:geheim@')}/${name}?token=heimlich`;
    const ran = await sluice(folder, 'run', writeRecipe(folder, 'secret', { name: 'secret', sources: { wiki: { read: { format: 'jsonl', paths: address, text: 'body' } } } }), '--output', 'secret', '--workers', '1');
    const dedup = await sluice(folder, 'dedup', `wiki=${address}`, '--text-field', 'body', '--output', 'secret-dedup', '--recipe', 'secret-dedup/recipe.yaml', '--workers', '1');
    const { id } = corpusOf(join(folder, 'secret'))[0]!;
    const why = await sluice(folder, 'why', 'secret', id);
    server.script = script;
    expect([ran.code, dedup.code]).toEqual([0, 0]);
    expect(why.code).toBe(1);
    expect(why.stderr).toContain(`${server.origin}/${name}: found HTTP 401, expected to get it: the server wants credentials`);
    for (const { stdout, stderr } of [ran, dedup, why]) expect(stdout + stderr).not.toMatch(/geheim|heimlich/);
    for (const output of ['secret', 'secret-dedup']) {
      for (const file of readdirSync(join(folder, output), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
        expect(readFileSync(join(file.parentPath, file.name), 'latin1'), file.name).not.toMatch(/geheim|heimlich/);
      }
    }
  });
});
