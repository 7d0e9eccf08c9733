import { describe, expect, test } from 'vitest';
import { declaredLanguage } from '#src/stages/declared-language.js';
import { batchWith, build, judged } from './list-stage.js';

const reason = (options: object, declared: string): string => judged(build(declaredLanguage, options)[0], batchWith({ declaredLanguage: [declared] }))[0]!;

describe('declared-language', () => {
  test.each([
    ['eng', 'keep', 'keep', 'keep'],
    ['deu', 'keep', 'keep', 'keep'],
    ['eng,deu', 'keep', 'keep', 'keep'],
    ['eng,fra', 'keep', 'keep', 'not'],
    ['fra,eng', 'keep', 'not', 'not'],
    ['fra,eng,deu', 'keep', 'not', 'not'],
    ['fra', 'not', 'not', 'not'],
    ['fra,zho,jpn', 'not', 'not', 'not'],
    [' ENG , Fra', 'keep', 'keep', 'not'],
    [',,eng', 'keep', 'keep', 'keep'],
    ['english', 'not', 'not', 'not'],
    ['en', 'not', 'not', 'not'],
    ['eng\0', 'not', 'not', 'not'],
  ])('%j: any %s, first %s, only %s', (declared, any, first, only) => {
    const verdicts = (['any', 'first', 'only'] as const).map((match) => reason({ keep: ['eng', 'deu'], match }, declared));
    expect(verdicts).toEqual([any, first, only].map((word) => (word === 'not' ? 'declared-language-not-kept' : word)));
  });

  test.each(['', ' ', ',', ' , ,'])('%j declares nothing, which `missing` decides about', (declared) => {
    for (const match of ['any', 'first', 'only']) {
      expect(reason({ keep: ['eng'], match }, declared)).toBe('keep');
      expect(reason({ keep: ['eng'], match, missing: 'drop' }, declared)).toBe('no-declared-language');
    }
  });

  test('refuses codes that no header has, which would drop everything', () => {
    for (const keep of [['en'], ['ENG'], ['english'], [], 'eng']) expect(declaredLanguage.options.safeParse({ keep }).success).toBe(false);
    expect(declaredLanguage.options.safeParse({ keep: ['en'] }).error?.issues[0]?.message).toBe('expected an ISO 639-3 code of three small letters, as eng, deu, zho');
  });
});
