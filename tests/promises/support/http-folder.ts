/** The promises' corpus behind a real HTTP server that fails and cuts, and recipes that read it from there or from the folder. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptedServer, status, type Answer } from '../../storage/scripted-server.js';
import { makeCorpus } from './corpus.js';
import { filesOf } from './output.js';

export interface HttpFolder {
  readonly server: ScriptedServer;
  /** A source of WET shards, one of JSON Lines; all documents have ids of their own. `base` stands in front of every path. */
  recipe(base: string): object;
  /** Names of files below the folder. */
  names(start: string): string[];
  stop(): Promise<void>;
}

export async function serveCorpus(folder: string): Promise<HttpFolder> {
  process.env['SLUICE_PAUSES'] = 'start=5,retry=2,betweenRetries=0,circuit=20'; // for the programs that are started
  await makeCorpus(folder);
  const wiki = join(folder, 'wiki/second.jsonl');
  writeFileSync(wiki, readFileSync(wiki, 'utf8').split('\n').filter((line) => line.includes('"id"')).map((line) => `${line}\n`).join('')); // one page has none
  const server = await ScriptedServer.start();
  const cut = new Set<string>();
  server.script = (number, { method, url = '', headers }): Answer => { // every third request fails, every file is cut once
    const path = join(folder, decodeURIComponent(url));
    if (!existsSync(path)) return status(404);
    if (number % 3 === 1) return status([503, 429, 500][(number % 9) % 3]!, number % 2 === 0 ? { 'retry-after': 0 } : {});
    const file = readFileSync(path);
    const whole = method === 'GET' && headers.range === undefined && !cut.has(url);
    if (whole) cut.add(url);
    return { content: file, etag: `"${file.length}"`, ...(whole ? { cutAfter: Math.floor(file.length / 3) } : {}) };
  };
  const names = (start: string): string[] => Object.keys(filesOf(folder)).filter((name) => name.startsWith(start));
  const recipe = (base: string): object => ({
    name: 'places', seed: 3,
    sources: {
      web: { read: { format: 'wet', paths: names('web/').slice(2).map((name) => base + name) }, stages: [{ 'gopher-quality': { minWords: 40, minAlphaWords: 0.65 } }] },
      wiki: { read: { format: 'jsonl', paths: `${base}wiki/second.jsonl`, text: 'body' } },
    },
    dedup: { methods: ['exact', { minhash: { bands: 14, rows: 8, threshold: 0.8 } }] }, output: { format: 'jsonl', shardSize: '150kB' },
  });
  const stop = (): Promise<void> => {
    delete process.env['SLUICE_PAUSES'];
    return server.stop();
  };
  return { server, names, recipe, stop };
}
