import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnreachableError } from '#src/core/errors.js';
import type { SourceItem } from '#src/core/stage.js';
import { textSource } from '#src/stages/sources/text.js';
import { quickNetwork, ScriptedServer, status } from '../../storage/scripted-server.js';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start(new TextEncoder().encode('a text'));
  quickNetwork({ tries: 2 });
});
afterEach(() => server.stop());

async function read(): Promise<SourceItem[]> {
  const files = ['a.txt', 'b.txt'].map((name) => ({ name, path: `${server.origin}/${name}`, bytes: 6 }));
  const items: SourceItem[] = [];
  for await (const item of textSource().read({ source: 's', name: 'a.txt', files })) items.push(item);
  return items;
}

describe('texts behind HTTP', () => {
  it('are documents; one that is gone is lost by name', async () => {
    server.script = (_, { url }) => (url === '/b.txt' ? status(404) : undefined);
    const items = await read();
    expect(items.flatMap((item) => (item.kind === 'faults' ? item.faults : []))).toMatchObject([{ reason: 'unreadable-file', lost: true, offset: 6 }]);
    expect(items.flatMap((item) => (item.kind === 'documents' ? [item.batch.length] : []))).toEqual([1]);
  });

  it.each([503, 401])('are not lost to a server that answers %i this time: the shard fails, and is tried again', async (code) => {
    server.script = (_, { url }) => (url === '/b.txt' ? status(code) : undefined);
    await expect(read()).rejects.toBeInstanceOf(UnreachableError);
  });
});
