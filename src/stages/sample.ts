/**
 * Keeps a share of the documents by keyed hash of each one's key: the same ones whatever the order, the batches and the workers, and all of them again
 * when the share grows. So a corpus can be made larger without changing what was in it.
 */
import { z } from 'zod';
import { documentKeys } from '../core/document-key.js';
import { hashKey, keyedUniform } from '../core/keyed-hash.js';
import type { Filter } from '../core/stage.js';
import { defineStage } from './definition.js';

const options = z.strictObject({
  share: z.number().min(0).max(1).describe('Share of the documents that stay'),
  draw: z.string().default('').describe('A name for the draw: two stages of one name keep the same documents, two of different names choose independently'),
});

export const sample = defineStage({
  name: 'sample',
  summary: 'Keeps a share of the documents by keyed hash; a larger share keeps the same ones and more.',
  options,
  build({ share, draw }, { seed, source }): readonly Filter[] {
    const key = hashKey(seed, `sample/${source}/${draw}`);
    return [{
      kind: 'filter',
      name: 'sample',
      reads: ['id'],
      reasons: ['not-sampled'],
      judge(batch, rows, verdicts): void {
        const keys = documentKeys(source, batch).values;
        for (const row of rows) verdicts[row] = keyedUniform(key, keys[row * 2]!, keys[row * 2 + 1]!) < share ? 0 : 1;
      },
    }];
  },
});
