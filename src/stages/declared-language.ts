/**
 * Language as the crawl declares it: WET records since 2018 carry WARC-Identified-Content-Language, up to three ISO 639-3 codes that CLD2 found, the
 * most frequent first. Costs next to nothing, so it goes before the stages that read the text; `language` asks a model instead.
 */
import { z } from 'zod';
import { columnOf, utf8Bytes } from '../core/document-batch.js';
import type { Filter } from '../core/stage.js';
import { defineStage } from './definition.js';

const code = z.string().regex(/^[a-z]{3}$/, 'expected an ISO 639-3 code of three small letters, as eng, deu, zho');

const options = z.strictObject({
  keep: z.array(code).min(1).describe('Languages to keep, as ISO 639-3 codes: eng, fra, zho'),
  match: z.enum(['any', 'first', 'only']).default('any').describe('any: one of the declared languages is wanted; first: the first one is; only: all are'),
  missing: z.enum(['keep', 'drop']).default('keep').describe('What happens to documents without a declared language'),
});
type Match = z.infer<typeof options>['match'];

const REASONS = ['declared-language-not-kept', 'no-declared-language'] as const;
const NOT_KEPT = 1;
const MISSING = 2;

const COMMA = 0x2c;
const SPACE = 0x20;

export const declaredLanguage = defineStage({
  name: 'declared-language',
  summary: 'Keeps documents whose WET header names a wanted language: a filter without a model.',
  options,
  build({ keep, match, missing }): readonly Filter[] {
    const wanted = new Set(keep.map((name) => codeOf(new TextEncoder().encode(name), 0, 3)));
    return [{
      kind: 'filter',
      name: 'declared-language',
      reads: ['declaredLanguage'],
      reasons: REASONS,
      judge(batch, rows, verdicts): void {
        const column = columnOf(batch, 'declaredLanguage', 'utf8');
        for (const row of rows) {
          const isWanted = isDeclared(utf8Bytes(column, row), wanted, match);
          verdicts[row] = isWanted === undefined ? (missing === 'keep' ? 0 : MISSING) : isWanted ? 0 : NOT_KEPT;
        }
      },
    }];
  },
});

/** Whether a list such as `eng,fra` matches; undefined where it names nothing. Spaces around a code and empty entries count for nothing. */
function isDeclared(list: Uint8Array, wanted: ReadonlySet<number>, match: Match): boolean | undefined {
  let result: boolean | undefined;
  for (let at = 0; at < list.length;) {
    let end = list.indexOf(COMMA, at);
    if (end < 0) end = list.length;
    const next = end + 1;
    while (at < end && list[at] === SPACE) at++;
    while (end > at && list[end - 1] === SPACE) end--;
    if (end > at) {
      const isWanted = wanted.has(codeOf(list, at, end));
      if (match === 'first' || isWanted === (match === 'any')) return isWanted; // any: a wanted one decides; only: an unwanted one does
      result = isWanted;
    }
    at = next;
  }
  return result;
}

/** Three letters as one number, small and capital ones alike; -1 for what is not a code. */
function codeOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 3) return -1;
  return ((bytes[start]! | 0x20) << 16) | ((bytes[start + 1]! | 0x20) << 8) | (bytes[start + 2]! | 0x20);
}
