import { describe, expect, test } from 'vitest';
import { badWords } from '#src/stages/bad-words.js';
import { batchWith, build, configError, contextWith, judged } from './list-stage.js';

const LIST = 'darn\nHECK\ntwo words\n$!x\nd\u00e9j\u00e0\n\u0431\u043b\u0438\u043d\n\u99ac\u9e7f\na\nab\nabc\n';
const files = { 'words.txt': LIST };
const reasons = (texts: readonly string[], options: object = {}, context = contextWith(files)): string[] =>
  judged(build(badWords, { list: 'words.txt', ...options }, context)[0], batchWith({ id: texts.map((_, i) => `document ${i}`) }, texts));

describe('bad-words', () => {
  test.each([
    ['well, darn it', true], ['darn', true], ['DARN!', true], ['darned', false], ['xdarn', false], ['_darn', false], ['darn_', false], ['darn3', false], ['\u00e9darn', false], ['darn\u0416', false],
    ['darn\u6f22', false], ['darn\u2019s', true], ['\ndarn\n', true], ['darndarn', false], ['darned darn', true], ['oh heck', true], ['Heck', true],
    ['two words', true], ['two  words', false], ['two\nwords', false], ['two wordsmiths', false],
    ['$!x', true], ['-$!x-', true], ['a$!x', true], ['b$!x', false], ['D\u00c9J\u00c0 vu', true], ['d\u00e9j\u00e0s', false],
    ['\u0411\u041b\u0418\u041d!', true], ['\u0431\u043b\u0438\u043d\u044b', false], ['\u99ac\u9e7f', true], ['\u4f60\u99ac\u9e7f', false],
    ['xabc', false], ['abcx abx ax', false], ['abcx ab', true], ['', false], ['\0', false],
  ])('whole words: %j has one: %s', (text, isFound) => {
    expect(reasons([text])).toEqual([isFound ? 'bad-word-found' : 'keep']);
  });

  test.each([['darned', true], ['xdarnx', true], ['\u4f60\u99ac\u9e7f\u4f60', true], ['d arn', true], ['\u99ac x \u9e7f', false], ['DJ', false]])('anywhere: %j has one: %s', (text, isFound) => {
    expect(reasons([text], { match: 'anywhere' })).toEqual([isFound ? 'bad-word-found' : 'keep']);
  });

  test('looks only at documents of the languages that it is for', () => {
    const [stage] = build(badWords, { list: 'words.txt', languages: ['en', 'de'] }, contextWith(files));
    expect(stage).toMatchObject({ reads: ['language'] });
    expect(judged(stage, batchWith({ language: ['en', 'fr', 'de', ''] }, ['darn', 'darn', 'darn', 'darn']))).toEqual(['bad-word-found', 'keep', 'bad-word-found', 'keep']);
  });

  test('lets the given share of documents with a match pass, by keyed hash of the document', () => {
    const texts = Array.from({ length: 4000 }, () => 'darn');
    const kept = (keepFraction: number, seed = 1): boolean[] => reasons(texts, { keepFraction }, contextWith(files, { seed })).map((reason) => reason === 'keep');
    const count = (list: readonly boolean[]): number => list.filter(Boolean).length;
    expect(count(kept(0))).toBe(0);
    expect(count(kept(1))).toBe(4000);
    const tenth = kept(0.1);
    expect(Math.abs(count(tenth) - 400)).toBeLessThan(4.5 * Math.sqrt(4000 * 0.1 * 0.9));
    expect(kept(0.1)).toEqual(tenth);
    expect(kept(0.1, 2)).not.toEqual(tenth);
    const third = kept(0.3);
    tenth.forEach((isKept, i) => expect(!isKept || third[i]).toBe(true));
  });

  test('reads large documents after small ones, and the other way round', () => {
    const long = 'word '.repeat(100_000);
    expect(reasons(['darn', `${long}darn`, 'x', `${long}x`, 'dar', 'n'])).toEqual(['bad-word-found', 'bad-word-found', 'keep', 'keep', 'keep', 'keep']);
  });

  test('says which file it needs, and refuses one without words', () => {
    expect(badWords.files!(badWords.options.parse({ list: 'words.txt' }))).toEqual(['words.txt']);
    expect(configError(() => build(badWords, { list: 'words.txt' }, contextWith({ 'words.txt': '# none\n' })))).toBe('words.txt: found no entry, expected at least one line that is a word or phrase');
    expect(badWords.options.safeParse({}).success).toBe(false);
  });
});
