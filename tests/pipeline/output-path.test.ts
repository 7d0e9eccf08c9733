import { sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asksFor, expandPath, pathProblem } from '#src/pipeline/output-path.js';
import { EXAMPLE, parse, refusal } from './recipe-fixture.js';

const withPath = (path: string): string => EXAMPLE.replace('shardSize: 64MB', `shardSize: 64MB, path: ${JSON.stringify(path)}`);

describe('a template for the names of corpus files', () => {
  test('is part where a recipe has none, and otherwise as written', () => {
    expect(parse(EXAMPLE).output.path).toBe('part');
    expect(parse(withPath('${source}/${language}/part')).output.path).toBe('${source}/${language}/part');
  });

  test.each([
    ['${langage}/part', 'unknown field ${langage}, expected one of source, language; did you mean "language"?'],
    ['${date}/part', 'unknown field ${date}, expected one of source, language'],
    ['a/${}', 'unknown field ${}, expected one of source, language'],
    ['$source/part', 'found the character "$", expected letters, digits, . _ - and / between folders, and fields as ${source} and ${language}'],
    ['${source', 'found the character "$", expected letters, digits, . _ - and / between folders, and fields as ${source} and ${language}'],
    ['a b', 'found the character " ", expected letters, digits, . _ - and / between folders, and fields as ${source} and ${language}'],
    ['a\\b', 'found the character "\\\\", expected letters, digits, . _ - and / between folders, and fields as ${source} and ${language}'],
    ['a\u0000', 'found the character "\\u0000", expected letters, digits, . _ - and / between folders, and fields as ${source} and ${language}'],
    ['${source}'.repeat(5), 'expected at most 160 characters between /, of which a field takes 64'],
    ['a'.repeat(201), 'expected at most 200 characters'],
    ['a/b/c/d/e/f/g/h/i/j/k', 'expected at most 10 names between /'],
  ])('is refused with its place: %j', (path, message) => {
    const [line] = refusal(withPath(path));
    expect(line).toMatch(/^28:52: output\.path: found "/);
    expect(line!.endsWith(message)).toBe(true);
  });

  test.each(['/part', '../part', 'a/../b', './part', 'a//b', 'a/', '.hidden', 'a/b.1-2-3.tmp', '${source}/..'])('that could leave corpus/ or be taken for something else is refused: %s', (path) => {
    expect(refusal(withPath(path))[0]).toContain('expected the name of a file below corpus/');
  });
});

describe('a document\'s files', () => {
  test('are those of its source and language, which is und where unknown', () => {
    expect(expandPath('${source}/${language}/part', { source: 'web', language: 'en' })).toBe('web/en/part');
    expect(expandPath('${language}-${source}', { source: 'web', language: '' })).toBe('und-web');
    expect(expandPath('part', { source: 'web', language: 'en' })).toBe('part');
  });

  test('are the same for languages that differ in case alone', () => {
    expect(expandPath('${language}', { source: 'a', language: 'zh-Hant' })).toBe('zh-hant');
  });

  test.each([['../../etc/passwd', '%2E%2E%2Fetc'], ['a/b', 'a%2Fb'], ['.', '%2E'], ['a\u0000b\n', 'a%00b%0A'], ['CON.tmp', 'con%2Etmp'], ['é', '%C3%A9'], ['%2F', '%252f']])(
    'cannot leave their folder by a hostile language: %j', (language, part) => {
      expect(expandPath('x/${language}/part', { source: 'a', language })).toContain(part === '%2E%2E%2Fetc' ? '%2E%2E%2F%2E%2E%2Fetc%2Fpasswd' : `x/${part}/part`);
    });

  test('have harmless names of bounded length whatever the language, and different ones for different languages', () => {
    const language = fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.string({ unit: fc.constantFrom('a', 'B', '%', '/', '.', '\\', '\u0000'), minLength: 1, maxLength: 200 }));
    const nameOf = (value: string): string => expandPath('${language}', { source: 'a', language: value });
    fc.assert(fc.property(language, language, (one, other) => {
      expect(nameOf(one)).toMatch(/^[a-z0-9_%A-F-]{1,64}$/);
      expect(nameOf(one)).not.toContain(sep);
      if (one.toLowerCase() !== other.toLowerCase() && one.isWellFormed() && other.isWellFormed() && one !== '' && other !== '') expect(nameOf(one)).not.toBe(nameOf(other));
    }), { numRuns: 500 });
  });

  test('are known to need a field by the template', () => {
    expect([asksFor('${source}/part', 'source'), asksFor('${source}/part', 'language')]).toEqual([true, false]);
    expect(pathProblem('${source}/part')).toBeUndefined();
  });
});
