import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { listFiles } from '#src/storage/list-files.js';
import { addressesOfList } from '#src/storage/path-list.js';

const root = mkdtempSync(join(tmpdir(), 'sluice-path-list-'));
afterAll(() => rmSync(root, { recursive: true }));
const write = (name: string, content: string | Uint8Array): void => {
  mkdirSync(join(root, name, '..'), { recursive: true });
  writeFileSync(join(root, name), content);
};
for (const name of ['b/2.txt', 'b/10.txt', 'a.txt', '@c.txt', '#d.txt']) write(name, name);

const names = async (list: string, ...others: string[]): Promise<string[]> => {
  write('list', list);
  return (await listFiles(['@list', ...others], root)).map(({ name }) => name);
};

describe('a list of addresses', () => {
  it.each([
    ['paths and globs, a line each', 'b/*.txt\na.txt\n', ['a.txt', 'b/10.txt', 'b/2.txt']],
    ['each file once, whatever names it', 'a.txt\nb/2.txt\nb/?.txt\na.txt', ['a.txt', 'b/2.txt']],
    ['no line end at the end, Windows line ends, a byte order mark', '\ufeffa.txt\r\nb/2.txt', ['a.txt', 'b/2.txt']],
    ['blank lines and comments count for nothing', '# the first half\n\n  a.txt  \n\t\n# b/2.txt\n', ['a.txt']],
    ['names that begin with the signs are written with ./ or path:', './@c.txt\npath:@c.txt\n./#d.txt\n', ['./#d.txt', './@c.txt', '@c.txt']],
    ['files that are missing stay, so that their shards fail by name', 'gone.txt\na.txt', ['a.txt', 'gone.txt']],
  ])('has %s', async (_, list, expected) => expect(await names(list)).toEqual(expected));

  it('stands beside other addresses, and may be named by its whole path', async () => {
    expect(await names('b/2.txt', 'a.txt', 'b/2.txt')).toEqual(['a.txt', 'b/2.txt']);
    expect((await listFiles([`@${join(root, 'list')}`], root)).map(({ name }) => name)).toEqual(['b/2.txt']);
  });

  it('may name other places, whose credentials are not shown', () => {
    write('remote', 's3://bucket/wet/*.gz\nhttps://user:secret@example.org/a.jsonl?token=abc\n');
    const found = addressesOfList('@remote', root);
    expect(found[0]).toBe('s3://bucket/wet/*.gz');
    expect(found[1]).toMatch(/^https:\/\/example\.org\/a\.jsonl/);
    expect(found.join()).not.toMatch(/secret|user|abc/);
  });

  it.each([
    ['no file', '@none', undefined, /^@none: found no list of addresses: .*none.*\(a name that begins with @ is written \.\/@name\)$/],
    ['a folder', '@b', undefined, /^@b: found no list of addresses/],
    ['nothing', '@list', '# nothing\n\n', 'list: found no address, expected one a line'],
    ['another list', '@list', 'a.txt\n@other\n', 'list:2: found a list in a list, expected paths, globs or addresses (a name that begins with @ is written ./@name)'],
    ['bytes that are no text', '@list', Uint8Array.of(0xff, 0x0a), /^@list: found no list of addresses: .*not UTF-8/],
    ['a binary file', '@list', 'a\0b', /NUL/],
    ['a line of any length', '@list', `a.txt\n\n${'x'.repeat(10_001)}`, 'list:3: found an address of 10001 characters, expected at most 10000'],
    ['more lines than can be shards', '@list', 'a\n'.repeat(1_000_001), 'list:1000001: found one address more, expected at most 1000000 in a list'],
  ] as const)('is refused where it is %s', (_, address, content, message) => {
    if (content !== undefined) write('list', content);
    expect(() => addressesOfList(address, root)).toThrow(ConfigError);
    expect(() => addressesOfList(address, root)).toThrow(message);
  });
});
