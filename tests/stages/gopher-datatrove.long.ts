/**
 * The oracle: datatrove 0.10.1's own two filter classes, run in Python over our words. Beside their verdicts it learns every number that they
 * compare with a limit, by handing them limits that only take note. What they import is installed by pip into a temporary folder; where pip
 * cannot, the test says so and is skipped.
 */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { tokenise } from '#src/kernels/reference/tokenise.js';
import { gopherQuality } from '#src/stages/gopher-quality.js';
import { gopherRepetition } from '#src/stages/gopher-repetition.js';
import { PythonOracle } from '../python-oracle.js';
import { allRows, batchOf, realDocuments, repeatingText } from '../kernels/gopher-texts.js';
import { KERNELS, reasonsOf } from './gopher-stage.js';

/** Reads [{text, words}] from a file; writes [{quality, repetition: reason or 'keep', values: compared numbers by name, null for NaN, unassigned}]. */
const SCRIPT = `
import json, sys, unicodedata, warnings
from unittest.mock import MagicMock
for name in ("huggingface_hub", "huggingface_hub.utils"):  # imported beside these filters, not used by them
    sys.modules[name] = MagicMock()
import datatrove.pipeline.filters.gopher_quality_filter as quality
import datatrove.pipeline.filters.gopher_repetition_filter as repetition
from datatrove.data import Document

warnings.simplefilter("ignore")
words, values = [], {}
for module in (quality, repetition):
    module.split_into_words = lambda text, language: words

class Note:
    """A limit that no value passes, and that remembers what was compared with it."""
    __array_ufunc__ = None
    def __init__(self, name):
        self.name = name
    def compared(self, value):
        value = float(value)
        values[self.name] = None if value != value else value
        return False
    __lt__ = __gt__ = compared

class SameWithEitherSign(Note):
    """One limit for two numbers: hashes first, ellipses second."""
    def compared(self, value):
        values.setdefault(self.name, []).append(float(value))
        return False
    __lt__ = __gt__ = compared

# Our one difference: n-grams of other words with the same letters. A first character moved far away tells where a word begins, and leaves
# its length.
def with_marked_starts(words):
    return [chr((ord(word[0]) + 0x88000) % 0x110000) + word[1:] for word in words]

filters = (quality.GopherQualityFilter(), repetition.GopherRepetitionFilter())
names = "min_doc_words max_doc_words min_avg_word_length max_avg_word_length max_bullet_lines_ratio max_ellipsis_lines_ratio max_non_alpha_words_ratio min_stop_words"
notes = (
    quality.GopherQualityFilter(max_symbol_word_ratio=SameWithEitherSign("symbols"), **{name: Note(name) for name in names.split()}),
    repetition.GopherRepetitionFilter(
        **{name: Note(name) for name in "dup_line_frac dup_para_frac dup_line_char_frac dup_para_char_frac".split()},
        top_n_grams=tuple((n, Note(f"top_{n}")) for n in (2, 3, 4)), dup_n_grams=tuple((n, Note(f"dup_{n}")) for n in range(5, 11))),
)
answers = []
for entry in json.load(open(sys.argv[1], encoding="utf-8")):
    words[:] = entry["words"]
    document = Document(text=entry["text"], id="0")
    results = [step.filter(document) for step in filters]
    reasons = [result[1] if isinstance(result, tuple) else "keep" if result else "dropped" for result in results]
    values.clear()
    assert notes[0].filter(document) is True
    words[:] = with_marked_starts(words)
    assert notes[1].filter(document) is True
    unassigned = "".join(character for character in set(entry["text"]) if unicodedata.category(character) == "Cn")
    answers.append({"quality": reasons[0], "repetition": reasons[1], "values": dict(values), "unassigned": unassigned})
json.dump(answers, sys.stdout)
`;

interface Answer {
  readonly quality: string;
  readonly repetition: string;
  readonly values: Readonly<Record<string, number | null | number[]>>;
  /** Code points of the text that Python's Unicode version does not know. */
  readonly unassigned: string;
}

const PACKAGES = ['datatrove==0.10.1', 'numpy', 'regex', 'loguru', 'humanize', 'fsspec'];
const python = new PythonOracle();
afterAll(() => python.remove());

function wordsOf(texts: readonly string[]): string[][] {
  const batch = batchOf(texts);
  const { docWord, wordStart, wordEnd } = tokenise(batch);
  const words = Array.from(wordStart, (start, i) => Buffer.from(batch.text.subarray(start, wordEnd[i])).toString());
  return texts.map((_, row) => words.slice(docWord[row], docWord[row + 1]));
}

/** What SCRIPT calls `values`, from the kernel's counts. */
function valuesOf(texts: readonly string[]): Answer['values'][] {
  const batch = batchOf(texts);
  const quality = KERNELS.wasm.gopherQuality(batch, allRows(batch));
  const repetition = KERNELS.wasm.gopherRepetition(batch, allRows(batch));
  return texts.map((_, row) => {
    const of = (column: Uint32Array): number => column[row]!;
    const mean = of(quality.plainWords) === 0 ? null : of(quality.plainChars) / of(quality.plainWords);
    const grams = (name: string, columns: readonly Uint32Array[], n: number): [string, number][] =>
      columns.map((column, i) => [`${name}_${n + i}`, of(column) / of(repetition.chars)]);
    return {
      min_doc_words: of(quality.plainWords),
      max_doc_words: of(quality.plainWords),
      min_avg_word_length: mean,
      max_avg_word_length: mean,
      symbols: [of(quality.hashes) / of(quality.words), of(quality.ellipses) / of(quality.words)],
      max_bullet_lines_ratio: of(quality.bulletLines) / of(quality.lines),
      max_ellipsis_lines_ratio: of(quality.ellipsisLines) / of(quality.lines),
      max_non_alpha_words_ratio: of(quality.alphaWords) / of(quality.words),
      min_stop_words: of(quality.stopWords),
      dup_para_frac: of(repetition.duplicateParagraphs) / of(repetition.paragraphs),
      dup_para_char_frac: of(repetition.duplicateParagraphChars) / of(repetition.chars),
      dup_line_frac: of(repetition.duplicateLines) / of(repetition.lines),
      dup_line_char_frac: of(repetition.duplicateLineChars) / of(repetition.chars),
      // A document of fewer than n words has no n-gram, and its test is passed over.
      ...Object.fromEntries(grams('top', repetition.topGramChars, 2).filter(([, value]) => value > 0)),
      ...Object.fromEntries(grams('dup', repetition.duplicateGramChars, 5)),
    };
  });
}

it('gopher-quality and gopher-repetition agree with datatrove on every number, verdict and reason', async (context) => {
  const problem = await python.install(PACKAGES);
  if (problem !== undefined) context.skip(problem);
  const real = realDocuments(500);
  const withWords = [...real, ...fc.sample(repeatingText, { numRuns: 600, seed: 5 })].map((text, i) => ({ text, isReal: i < real.length }));
  const words = wordsOf(withWords.map(({ text }) => text));
  // Without a word datatrove divides by zero once its test of length is off.
  const documents = withWords.map((document, i) => ({ ...document, words: words[i]! })).filter((document) => document.words.length > 0);
  expect(documents.filter(({ isReal }) => isReal).length).toBeGreaterThan(400);

  const all = await python.ask(SCRIPT, documents.map(({ text, words }) => ({ text, words }))) as Answer[]; // written by SCRIPT
  // A letter of a newer Unicode version than Python's is not one to datatrove.
  const isComparable = (_: unknown, i: number): boolean => !/\P{Cn}/u.test(all[i]!.unassigned);
  const answers = all.filter(isComparable);
  const compared = documents.filter(isComparable);
  expect(compared.length).toBeGreaterThan(0.95 * documents.length);
  const texts = compared.map(({ text }) => text);
  valuesOf(texts).forEach((values, i) => expect(values, `document ${i}`).toEqual(answers[i]!.values));

  const quality = reasonsOf(gopherQuality, {}, texts);
  expect(quality).toEqual(answers.map((answer) => answer.quality));
  expect(new Set(quality).size).toBeGreaterThan(4);

  // The values above leave our stated difference out. The verdicts leave nothing out: on real documents it does not show.
  const isReal = (_: unknown, i: number): boolean => compared[i]!.isReal;
  const repetition = reasonsOf(gopherRepetition, {}, texts).filter(isReal);
  expect(repetition).toEqual(answers.map((answer) => answer.repetition).filter(isReal));
  expect(new Set(repetition).size).toBeGreaterThan(6);
});
