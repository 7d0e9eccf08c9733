import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listLocalFiles } from '#src/storage/local-files.js';

const root = mkdtempSync(join(tmpdir(), 'sluice-list-'));
afterAll(() => rmSync(root, { recursive: true }));
for (const name of ['b/2.txt', 'b/10.txt', 'a.txt', 'b/c/d.txt', 'b/c/e.md', 'B/x.txt']) {
  mkdirSync(join(root, name, '..'), { recursive: true });
  writeFileSync(join(root, name), name);
}
const names = (...patterns: string[]): string[] => listLocalFiles(patterns, root).map(({ name }) => name);

describe('listLocalFiles', () => {
  it.each([
    [['*.txt'], ['a.txt']],
    [['b/*.txt'], ['b/10.txt', 'b/2.txt']],
    [['**/*.txt'], ['B/x.txt', 'a.txt', 'b/10.txt', 'b/2.txt', 'b/c/d.txt']],
    [['b/**/*.{txt,md}'], ['b/10.txt', 'b/2.txt', 'b/c/d.txt', 'b/c/e.md']],
    [['b/?.txt', 'a.txt', 'b/2.txt'], ['a.txt', 'b/2.txt']],
    [['none/*.txt'], []],
  ])('finds %j in order of name, each once', (patterns, expected) => {
    expect(names(...patterns)).toEqual(expected);
  });

  it('keeps a literal path that is missing, so that its shard fails by name', () => {
    expect(listLocalFiles(['gone.txt'], root)).toMatchObject([{ name: 'gone.txt', bytes: 0 }]);
  });

  it('gives absolute names for absolute patterns', () => {
    expect(names(join(root, 'b/*.txt'))).toEqual([join(root, 'b/10.txt'), join(root, 'b/2.txt')]);
  });

  it('gives a file another identity when it is written again', () => {
    const before = listLocalFiles(['a.txt'], root)[0]!.identity;
    writeFileSync(join(root, 'a.txt'), 'longer than it was');
    expect(listLocalFiles(['a.txt'], root)[0]!.identity).not.toBe(before);
  });

  it.runIf(process.getuid?.() !== 0)('lists a folder that may not be read, so that it fails by name', () => {
    mkdirSync(join(root, 'closed'));
    chmodSync(join(root, 'closed'), 0);
    expect(names('closed/*.txt')).toEqual(['closed']);
    chmodSync(join(root, 'closed'), 0o700);
  });
});
