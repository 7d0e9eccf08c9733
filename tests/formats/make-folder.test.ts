import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from '#src/formats/make-folder.js';

const root = mkdtempSync(join(tmpdir(), 'sluice-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('makeFolder', () => {
  it('makes what is missing, and leaves alone what is there', () => {
    for (let i = 0; i < 2; i++) makeFolder(join(root, 'a', 'b', 'c'));
    expect(statSync(join(root, 'a/b/c')).isDirectory()).toBe(true);
  });

  it('goes through links to folders', () => {
    mkdirSync(join(root, 'real'));
    symlinkSync('real', join(root, 'link'));
    makeFolder(join(root, 'link', 'below'));
    expect(statSync(join(root, 'real/below')).isDirectory()).toBe(true);
  });

  it('throws where something else has the name, or a link leads nowhere', () => {
    writeFileSync(join(root, 'file'), '');
    symlinkSync('gone', join(root, 'dangling'));
    expect(() => makeFolder(join(root, 'file'))).toThrow(/EEXIST/);
    expect(() => makeFolder(join(root, 'file', 'below'))).toThrow(/ENOTDIR/);
    expect(() => makeFolder(join(root, 'dangling', 'below'))).toThrow(/EEXIST|ENOENT/);
  });

  it.runIf(process.platform === 'linux')('ends below /proc, where no folder can be made', () => {
    expect(() => makeFolder('/proc/none/below')).toThrow(/ENOENT|EACCES|EPERM/);
  });
});
