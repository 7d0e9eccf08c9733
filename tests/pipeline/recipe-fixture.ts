import { ConfigError } from '#src/core/errors.js';
import { parseRecipe, type Recipe } from '#src/pipeline/recipe.js';
import { stageCatalog } from '#src/stages/catalog.js';

/** A recipe with every part, laid out as a person writes it. */
export const EXAMPLE = `\
name: gpt3-style
seed: 7
sources:
  web:
    read: { format: wet, paths: samples/web/*.warc.wet.gz }
    stages:
      - language: { keep: [en], threshold: 0.65 }
      - gopher-repetition
      - gopher-quality
      - quality: { model: reference, keep: { pareto: 9 } }
  books: { read: { format: text, paths: samples/books/**/*.txt } }
  wiki: { read: { format: jsonl, paths: samples/wiki/*.jsonl.gz, text: body, id: title } }
  code: { read: { format: zip, paths: samples/code/*.zip, include: "**/*.{js,ts}" }, bytesPerToken: 3.2 }
models:
  reference: { kind: fasttext, positive: [books, wiki], negative: [web] }
dedup:
  scope: global
  methods:
    - exact
    - minhash: { shingle: 5 words, bands: 14, rows: 8, threshold: 0.8 }
  keep: [{ source: [wiki, books, code, web] }, quality, longest]
mixture:
  unit: tokens
  budget: 20M
  weights: { web: 60, books: 16, wiki: 16, code: 8 }
  maxEpochs: 4
  shortfall: error
output: { format: jsonl.gz, shardSize: 64MB }
`;

/** The least that is a recipe. */
export const SMALL = 'name: small\nsources:\n  a: { read: { format: text, paths: a.txt } }\n';

export function parse(text: string): Recipe {
  return parseRecipe(text, { file: 'pipelines/x.yaml', catalog: stageCatalog });
}

/** The lines of the refusal, without the file's name. */
export function refusal(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').map((line) => line.replace(/^pipelines\/x\.yaml:/, ''));
    throw error;
  }
  return [];
}
