import { describe, expect, test } from 'vitest';
import { documentText, utf8At, utf8Column, type Column, type DocumentBatch } from '#src/core/document-batch.js';
import { ConfigError } from '#src/core/errors.js';
import type { Annotator, Filter, Stage } from '#src/core/stage.js';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { languageModelPath } from '#src/formats/language-model.js';
import { languageScorer } from '#src/kernels/reference/language-score.js';
import type { StageContext } from '#src/stages/definition.js';
import { language } from '#src/stages/language.js';
import { allRows, batchOf } from '../kernels/fasttext-oracle.js';

const scorer = languageScorer(readFastTextModel(languageModelPath()));
const unused = (): never => {
  throw new Error('not this stage\'s');
};
const context: StageContext = { get kernels() { return unused(); }, seed: 0, source: 'web', language: () => scorer, quality: unused, lines: unused };
const build = (given: unknown): readonly Stage[] => language.build(language.options.parse(given), context);

const judged = (given: unknown, languages: readonly string[], scores: readonly number[]): number[] => {
  const filter = build(given).at(-1) as Filter;
  const batch: DocumentBatch = { ...batchOf(languages.map(() => 'x')), columns: new Map<string, Column>([
    ['language', utf8Column(languages)], ['languageScore', { kind: 'float32', values: Float32Array.from(scores) }],
  ]) };
  const verdicts = new Uint8Array(batch.length);
  filter.judge(batch, allRows(batch), verdicts);
  return [...verdicts];
};

describe('language', () => {
  test('writes the language and its probability, and nothing for a document without words', () => {
    const batch = batchOf(['This is an ordinary English sentence about nothing.', 'C\u2019est une phrase fran\u00e7aise tout \u00e0 fait normale.', ' \n ', 'Not asked for']);
    const annotator = build({})[0] as Annotator;
    const columns = annotator.annotate(batch, Uint32Array.of(0, 1, 2));
    const names = columns.get('language') as Extract<Column, { kind: 'utf8' }>;
    const probabilities = columns.get('languageScore') as Extract<Column, { kind: 'float32' }>;
    expect(batch.offsets.length).toBe(names.offsets.length);
    expect([0, 1, 2, 3].map((row) => utf8At(names, row))).toEqual(['en', 'fr', '', '']);
    expect(probabilities.values[0]!).toBeGreaterThan(0.65);
    expect([...probabilities.values.subarray(2)]).toEqual([0, 0]);
    expect(documentText(batch, 3)).toBe('Not asked for');
    expect(annotator.writes).toEqual([{ name: 'language', kind: 'utf8' }, { name: 'languageScore', kind: 'float32' }]);
  });

  test('keeps what is above the threshold, not what is at it, and says why', () => {
    expect(judged({ threshold: 0.5 }, ['en', 'en', 'en', 'fr', ''], [0.499, 0.5, 0.501, 0.99, 0])).toEqual([2, 2, 0, 1, 1]);
    expect(judged({ keep: ['fr', 'de'] }, ['de', 'fr', 'en'], [0.66, 0.64, 1])).toEqual([0, 2, 1]);
    expect((build({})[1] as Filter).reasons).toEqual(['language-not-kept', 'language-below-threshold']);
  });

  test('only annotates when every language is kept', () => expect(build({ keep: null }).map(({ kind }) => kind)).toEqual(['annotator']));

  test('refuses a language that the model does not know, with the nearest name', () => {
    expect(() => build({ keep: ['en', 'eng'] })).toThrow(ConfigError);
    expect(() => build({ keep: ['eng'] })).toThrow('language: keep: found "eng", expected a language of the model; did you mean "en"?');
    expect(language.options.safeParse({ keep: [] }).success).toBe(false);
    expect(language.options.safeParse({ threshold: 1.1 }).success).toBe(false);
  });
});
