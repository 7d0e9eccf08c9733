/**
 * Language by fastText's lid.176 or another fastText model, as datatrove's LanguageFilter has it: the most probable language, kept when it is wanted and its probability
 * is above the threshold. Writes what it found, so that later stages and the mixture can go by language.
 */
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { columnOf, utf8Bytes, type Column, type DocumentBatch } from '../core/document-batch.js';
import { ConfigError } from '../core/errors.js';
import type { Annotator, Filter } from '../core/stage.js';
import type { LanguageScorer } from '../kernels/kernels.js';
import { defineStage } from './definition.js';

const options = z.strictObject({
  model: z.string().min(1).optional().describe('Name of a fastText model under `models` (kind: file), such as GlotLID; left out: lid.176, which is installed'),
  keep: z.array(z.string().min(1)).min(1).nullable().default(['en']).describe('Languages to keep, by the model\'s names (lid.176: en, fr, zh, ...); null: annotate only'),
  threshold: z.number().min(0).max(1).default(0.65).describe('The probability must be above this'),
});

const REASONS = ['language-not-kept', 'language-below-threshold'] as const;
const LABEL_NOT_KEPT = 1;
const BELOW_THRESHOLD = 2;

export const language = defineStage({
  name: 'language',
  summary: 'Finds the language of each document (fastText) and keeps the wanted ones that are certain enough.',
  options,
  models: ({ model }) => (model === undefined ? [] : [model]),
  build({ model, keep, threshold }, context) {
    const scorer = context.language(model);
    return keep === null ? [annotator(scorer)] : [annotator(scorer), filter(encoded(checked(keep, scorer.labels)), threshold)];
  },
});

/** A name that the model does not have would drop every document: refused before one is read. */
function checked(keep: readonly string[], labels: readonly string[]): readonly string[] {
  for (const name of keep) {
    if (!labels.includes(name)) throw new ConfigError(`language: keep: found "${name}", expected a language of the model; did you mean "${closest(name, labels)}"?`);
  }
  return keep;
}

/** Columns `language` (utf8; empty where the model had nothing to go by) and `languageScore` (float32, probability). */
function annotator(scorer: LanguageScorer): Annotator {
  const names = encoded(scorer.labels);
  return {
    kind: 'annotator',
    name: 'language',
    reads: [],
    writes: [{ name: 'language', kind: 'utf8' }, { name: 'languageScore', kind: 'float32' }],
    annotate(batch, rows): ReadonlyMap<string, Column> {
      const { label, probability } = scorer.score(batch, rows);
      const named = new Uint8Array(batch.length);
      for (const row of rows) if (probability[row]! > 0) named[row] = 1;
      return new Map<string, Column>([['language', namesColumn(names, label, named)], ['languageScore', { kind: 'float32', values: probability }]]);
    },
  };
}

/** The names of the rows' labels; empty in rows that are not marked in `named`. */
function namesColumn(names: readonly Uint8Array[], label: Uint16Array, named: Uint8Array): Column {
  const offsets = new Uint32Array(named.length + 1);
  for (let row = 0; row < named.length; row++) offsets[row + 1] = offsets[row]! + (named[row] === 1 ? names[label[row]!]!.length : 0);
  const bytes = new Uint8Array(offsets[named.length]!);
  for (let row = 0; row < named.length; row++) {
    if (named[row] === 1) bytes.set(names[label[row]!]!, offsets[row]);
  }
  return { kind: 'utf8', bytes, offsets };
}

function filter(keep: readonly Uint8Array[], threshold: number): Filter {
  return {
    kind: 'filter',
    name: 'language',
    reads: ['language', 'languageScore'],
    reasons: REASONS,
    judge(batch: DocumentBatch, rows, verdicts): void {
      const names = columnOf(batch, 'language', 'utf8');
      const { values } = columnOf(batch, 'languageScore', 'float32');
      for (const row of rows) {
        if (!isAmong(keep, utf8Bytes(names, row))) verdicts[row] = LABEL_NOT_KEPT;
        else verdicts[row] = values[row]! > threshold ? 0 : BELOW_THRESHOLD;
      }
    },
  };
}

function encoded(names: readonly string[]): Uint8Array[] {
  const encoder = new TextEncoder();
  return names.map((name) => encoder.encode(name));
}

/** Compared as bytes, as a string for each document would cost more than the rest of the filter. */
function isAmong(names: readonly Uint8Array[], name: Uint8Array): boolean {
  for (const other of names) {
    let i = 0;
    while (i < name.length && name[i] === other[i]) i++;
    if (i === name.length && i === other.length) return true;
  }
  return false;
}
