import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandBraces } from '#src/formats/brace-list.js';

describe('a list in braces', () => {
  it('is what a shell makes of it', ({ skip }) => {
    const name = fc.stringMatching(/^[a-z0-9/.-]{0,3}$/);
    const list = fc.array(name, { minLength: 2, maxLength: 4 }).map((names) => `{${names.join(',')}}`);
    const range = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 3 }))
      .map(([first, more, width]) => `{${String(first).padStart(width, '0')}..${String(first + more).padStart(width, '0')}}`);
    const texts = fc.sample(fc.array(fc.oneof(name.map((text) => `x${text}`), list, range), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')), 60);
    const shell = spawnSync('bash', ['-c', texts.map((text) => `printf '%s ' "" ${text}; echo`).join('\n')], { encoding: 'utf8' });
    if (shell.error !== undefined) return skip('no bash here');
    const words = (some: readonly string[] | undefined): string => (some ?? []).filter((one) => one !== '').join(' ');
    expect(texts.map((text) => words(expandBraces(text, 10_000)))).toEqual(shell.stdout.trimEnd().split('\n').map((line) => line.trim()));
  });

  it.each(['{a', 'a}', '{{a,b},c}', '{a}', '{}', '{3..1}', '{1..3..2}', '{a..c}', '{0..100}', '{1,2}{0..99}'])('is none in %s, or is too long', (text) => {
    expect(expandBraces(text, 100)).toBeUndefined();
  });
});
