/**
 * The oracle: a program in Rust, whose own strings (split_whitespace, lines, matches, is_alphabetic) and the crate unicode-segmentation are what the
 * rules of datamap-rs are made of. It prints the numbers that the rules compare; the verdicts are drawn from them here, in other words than the
 * filter's. Where cargo cannot build it, the test says so and is skipped.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { dolma3Counts, type Dolma3Counts } from '#src/stages/gopher-quality-dolma3-counts.js';
import { gopherQuality } from '#src/stages/gopher-quality.js';
import { gopherRepetition } from '#src/stages/gopher-repetition.js';
import { UnicodeWords } from '#src/stages/unicode-words.js';
import { realDocuments, repeatingText } from '../kernels/gopher-texts.js';
import { reasonsOf } from './gopher-stage.js';

const MANIFEST = '[package]\nname = "words"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nunicode-segmentation = "=1.13.3"\n';

/** Reads texts, each behind its length in bytes and a line feed; writes two lines a text: numbers, and the words with U+001F between them. */
const PROGRAM = `
use std::io::Write;
use unicode_segmentation::UnicodeSegmentation;

fn numbers(text: &str) -> [usize; 12] {
    let between: Vec<&str> = text.split_whitespace().collect();
    let full: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let stop = ["the", "be", "to", "of", "and", "that", "have", "with"];
    let bullets = ["\\u{25cf}", "\\u{2022}", "*", "-"];
    let ellipses = ["...", ". . .", "\\u{2026}"];
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| !run.is_empty()).count();
    [
        text.chars().count(),
        if text.is_ascii() { runs } else { text.unicode_words().count() },
        between.len(),
        between.iter().map(|word| word.len()).sum(),
        between.iter().filter(|word| !word.chars().any(char::is_alphabetic)).count(),
        between.iter().filter(|word| stop.contains(&word.to_lowercase().as_str())).count(),
        text.matches('#').count() + ellipses.iter().map(|mark| text.matches(mark).count()).sum::<usize>(),
        between.len() - text.replace(". . .", "...").split_whitespace().count(),
        text.split('\\n').count(),
        text.split('\\n').filter(|line| bullets.iter().any(|mark| line.starts_with(mark))).count(),
        full.len(),
        full.iter().filter(|line| ellipses.iter().any(|mark| line.ends_with(mark))).count(),
    ]
}

fn main() {
    let bytes = std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let mut at = 0;
    while at < bytes.len() {
        let end = at + bytes[at..].iter().position(|&byte| byte == b'\\n').unwrap();
        let length: usize = std::str::from_utf8(&bytes[at..end]).unwrap().parse().unwrap();
        let text = std::str::from_utf8(&bytes[end + 1..end + 1 + length]).unwrap();
        at = end + 1 + length;
        let counted: Vec<String> = numbers(text).iter().map(usize::to_string).collect();
        let words: Vec<&str> = text.unicode_words().collect();
        writeln!(out, "{}\\n{}", counted.join(" "), words.join("\\u{1f}")).unwrap();
    }
}
`;

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sluice-dolma3-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** undefined when the program was built; else why not. */
async function build(): Promise<string | undefined> {
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'Cargo.toml'), MANIFEST);
  writeFileSync(join(folder, 'src', 'main.rs'), PROGRAM);
  try {
    await run('cargo', ['build', '--release', '--quiet'], { cwd: folder, timeout: 90_000 });
    return undefined;
  } catch (error) {
    return `the oracle in Rust cannot be built here: ${String(error).split('\n').slice(0, 2).join(' ')}`;
  }
}

interface Answer {
  readonly numbers: readonly number[];
  readonly words: readonly string[];
}

async function ask(texts: readonly string[]): Promise<Answer[]> {
  writeFileSync(join(folder, 'texts'), Buffer.concat(texts.flatMap((text) => [Buffer.from(`${Buffer.byteLength(text)}\n`), Buffer.from(text)])));
  const { stdout } = await run(join(folder, 'target', 'release', 'words'), [join(folder, 'texts')], { maxBuffer: 1 << 28, timeout: 60_000 });
  const lines = stdout.split('\n');
  return texts.map((_, i) => ({ numbers: lines[2 * i]!.split(' ').map(Number), words: lines[2 * i + 1]!.split('\u001f').filter((word) => word !== '') }));
}

const numbersOf = (counts: Dolma3Counts): number[] => [
  counts.chars, counts.words, counts.spaceWords, counts.spaceWordBytes, counts.nonAlphaWords, counts.stopWords, counts.symbols, 2 * counts.spacedEllipses,
  counts.lines, counts.bulletLines, counts.fullLines, counts.ellipsisLines,
];

/** The first step that fails with the published limits, drawn from the oracle's numbers. */
function qualityReason([chars, words, between, bytes, nonAlpha, stop, symbols, spaced, lines, bullets, full, ellipses]: readonly number[]): string {
  const length = bytes! / between!;
  if (chars! < 150) return 'page_len_filter_char';
  if (words! < 50) return 'page_len_filter_word_short';
  if (words! > 100_000) return 'page_len_filter_word_long';
  if (!(length >= 3)) return 'word_len_filter_short';
  if (length > 10) return 'word_len_filter_long';
  if (10 * symbols! > Math.max(between! - spaced!, 1)) return 'symbol_ratio_filter';
  if (10 * bullets! > 9 * lines!) return 'bullet_filter';
  if (10 * ellipses! > 3 * Math.max(full!, 1)) return 'ellipsis_line_ratio_filter';
  if (between === 1 || 5 * nonAlpha! > between!) return 'alphabetic_word_ratio_filter';
  return stop! < 2 ? 'stop_word_filter' : 'keep';
}

/** The first share that is above its published limit: every n-gram spelled out and counted. */
function repetitionReason(text: string, words: readonly string[]): string {
  const shortened = text.replace(/\n{3,}/g, '\n\n');
  const lines = shortened.split('\n').filter((line) => line !== '');
  const paragraphs = shortened.split('\n\n').filter((paragraph) => paragraph !== '');
  const size = (parts: readonly string[]): number => Buffer.byteLength(parts.join(''));
  const repeated = (parts: readonly string[]): string[] => parts.filter((part) => parts.indexOf(part) !== parts.lastIndexOf(part));
  const shareOf = (parts: readonly string[]): number => (parts.length < 2 ? 1 - parts.length : repeated(parts).length / parts.length);
  const byteShareOf = (parts: readonly string[]): number => (parts.length < 2 ? 1 - parts.length : size(repeated(parts)) / size(parts));
  const gramShare = (n: number): number => {
    const places = new Map<string, number[]>();
    for (let at = 0; at + n <= words.length; at++) {
      const gram = words.slice(at, at + n).join('\u001f');
      places.set(gram, [...(places.get(gram) ?? []), at]);
    }
    const all = [...places].filter(([, at]) => at.length > 1);
    const best = [...all].sort(([a, at], [b, other]) => other.length - at.length || Buffer.byteLength(b) - Buffer.byteLength(a) || at[0]! - other[0]!).slice(0, 1);
    const covered = new Set((n <= 4 ? best : all).flatMap(([, at]) => at.flatMap((start) => Array.from({ length: n }, (_, i) => start + i))));
    return covered.size === 0 ? 0 : size(words.filter((_, i) => covered.has(i))) / size(words);
  };
  const shares: [string, () => number, number][] = [
    ['lines', () => shareOf(lines), 0.3], ['pars', () => shareOf(paragraphs), 0.3],
    ['line_chars', () => byteShareOf(lines), 0.2], ['par_chars', () => byteShareOf(paragraphs), 0.2],
    ...[0.2, 0.18, 0.16, 0.15, 0.14, 0.13, 0.12, 0.11, 0.1].map((limit, i): [string, () => number, number] => [`${i + 2}_grams`, () => gramShare(i + 2), limit]),
  ];
  const failed = shares.find(([, share, limit]) => Math.fround(share()) > Math.fround(limit));
  return failed === undefined ? 'keep' : `massive_web_repetition_filter_${failed[0]}`;
}

/** A few characters of every class that word boundaries are decided by, in any order. */
const EVERY_CLASS = [
  '\r', '\n', '\v', '\u0308', '\u200d', '\u00ad', '\u{1f1e9}', '\u30ab', '\u3031', '\u05d0', 'A', 'z', '\u00e9', "'", '"', '.', '\u2019', ':', '\u00b7', ',', ';', '7', '\u0660',
  '_', '\u203f', ' ', '\u3000', '\u00a0', '\u{1f469}', '\u00a9', '\u6f22', '\u0e44', '\u3042', '!', '#', '...', '. . .', '\u2026', '\u25cf', '-', 'the',
];
const everyClass = fc.array(fc.constantFrom(...EVERY_CLASS), { maxLength: 24 }).map((parts) => parts.join(''));

it('words, counts and verdicts of semantics dolma3 agree with Rust on real documents and on arbitrary text', async (context) => {
  const problem = await build();
  if (problem !== undefined) context.skip(problem);
  const real = realDocuments(600).filter((text) => text.length < 12_000);
  const texts = [...real, ...fc.sample(repeatingText, { numRuns: 600, seed: 8 }), ...fc.sample(everyClass, { numRuns: 3000, seed: 6 })].map((text) => text.toWellFormed());
  expect(real.length).toBeGreaterThan(500);
  const answers = await ask(texts);
  const counts = dolma3Counts();
  const finder = new UnicodeWords();
  texts.forEach((text, i) => {
    const bytes = Buffer.from(text);
    expect(numbersOf(counts(bytes, 0, bytes.length)), JSON.stringify(text)).toEqual(answers[i]!.numbers);
    const found = finder.find(bytes, 0, bytes.length);
    expect(Array.from({ length: found }, (_, w) => bytes.subarray(finder.starts[w], finder.ends[w]).toString()), JSON.stringify(text)).toEqual(answers[i]!.words);
  });
  const quality = reasonsOf(gopherQuality, { semantics: 'dolma3' }, texts);
  expect(quality).toEqual(answers.map(({ numbers }) => qualityReason(numbers)));
  expect(new Set(quality).size).toBeGreaterThan(6);
  const repetition = reasonsOf(gopherRepetition, { semantics: 'dolma3' }, texts);
  expect(repetition).toEqual(texts.map((text, i) => repetitionReason(text, answers[i]!.words)));
  expect(new Set(repetition).size).toBeGreaterThan(8);
});
