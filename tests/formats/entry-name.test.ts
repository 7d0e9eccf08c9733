import { describe, expect, it } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { EntryIds, entryMatcher, shownName, unsafeName } from '#src/formats/entry-name.js';

describe('unsafeName', () => {
  it.each(['../x', 'a/../../x', 'a/..', '..', '/etc/passwd', '//host/x', 'C:/x', 'c:x', 'a\\b', '\\\\host\\x', 'a\0b', '', 'x'.repeat(4097)])('refuses %j', (name) => {
    expect(unsafeName(name)).toBeTypeOf('string');
  });
  it.each(['a', 'a/b.txt', '..a', 'a..b', 'a/...', './a', 'ab:c', '__proto__', 'x'.repeat(4096)])('accepts %j', (name) => {
    expect(unsafeName(name)).toBeUndefined();
  });
});

describe('entryMatcher', () => {
  it('keeps what include matches and exclude does not, and unsafe names, so that they are told of', () => {
    const wanted = entryMatcher({ include: ['**/*.txt'], exclude: ['b/**'] });
    expect(['a.txt', 'c/a.txt', 'b/a.txt', 'a.md', '../a.md'].filter(wanted)).toEqual(['a.txt', 'c/a.txt', '../a.md']);
    expect(entryMatcher({})('anything/at.all')).toBe(true);
    expect(() => entryMatcher({ exclude: ['[a]'] })).toThrow(ConfigError);
  });
});

describe('EntryIds', () => {
  it('has the place behind every name but its first', () => {
    const ids = new EntryIds('a.zip');
    expect([ids.next('x', 0, 0), ids.next('y', 1, 0), ids.next('x', 2, 0), ids.next('x', 0, 7)]).toEqual(['a.zip!/x', 'a.zip!/y', 'a.zip!/x@2', 'a.zip!/x@0+7']);
  });

  it('takes bounded memory, whatever an archive holds: behind 200,000 names, new ones are no longer known', () => {
    const ids = new EntryIds('a');
    for (let i = 0; i < 200_000; i++) ids.next(String(i), i, 0);
    expect([ids.next('0', 5, 0), ids.next('new', 6, 0), ids.next('new', 7, 0)]).toEqual(['a!/0@5', 'a!/new', 'a!/new']);
  });
});

it('a name in a message is quoted and short', () => {
  expect(shownName('a"\n')).toBe('"a\\"\\n"');
  expect(shownName('\u0001'.repeat(5000)).length).toBeLessThan(1300);
});
