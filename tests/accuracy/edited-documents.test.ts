import { beforeAll, describe, expect, it } from 'vitest';
import { createKernels } from '#src/kernels/index.js';
import { editedPairs } from './edited-documents.js';
import { editedRow, type EditedRow } from './edited-table.js';
import { DEFAULT_SIGNATURE, THRESHOLD } from './settings.js';

let rows: ReadonlyMap<string, EditedRow>;
beforeAll(() => {
  const kernels = createKernels('wasm');
  rows = new Map(editedPairs().map((pairs) => [pairs.edit, editedRow(kernels, pairs, DEFAULT_SIGNATURE, THRESHOLD)]));
});
const row = (edit: string): EditedRow => rows.get(edit)!;

describe('documents edited in known ways', () => {
  it('are enough of them', () => {
    for (const { edit, pairs } of rows.values()) expect(pairs, edit).toBeGreaterThanOrEqual(200);
  });

  it('are exact duplicates where only white space differs', () => {
    for (const edit of ['none', 'reflow: other lines and white space']) expect(row(edit)).toMatchObject({ exact: 1, estimated: 1, verified: 1 });
  });

  it('are exact duplicates in other case, but for letters whose capitals have other small ones', () => {
    for (const edit of ['case: all capitals', 'case: all small']) expect(row(edit).exact, edit).toBeGreaterThanOrEqual(0.99);
  });

  it('are never caught in translation', () => {
    expect(row('translation')).toMatchObject({ exact: 0, estimated: 0, verified: 0 });
  });

  it('are caught by the texts only where they are as similar as asked, or equal but for case and punctuation', () => {
    for (const { edit, exact, verified, similar } of rows.values()) expect(verified - exact, edit).toBeLessThanOrEqual(similar);
  });

  it('are caught as often as theory says', () => {
    for (const { edit, pairs, estimated, verified, theoryEstimated, theoryVerified } of rows.values()) {
      for (const [found, expected] of [[estimated, theoryEstimated], [verified, theoryVerified]] as const) {
        const spread = Math.sqrt(Math.max(expected * (1 - expected), 1 / pairs) / pairs); // at most: probabilities differ from pair to pair
        const shared = edit.startsWith('header') ? 2 : 1; // one header in all copies: its minima make or break many pairs together
        expect(Math.abs(found - expected), edit).toBeLessThanOrEqual(3.3 * shared * spread);
      }
    }
  });
});
