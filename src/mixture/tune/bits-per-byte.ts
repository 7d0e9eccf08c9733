/** What is measured of a proxy: bits per byte of held-out documents, each a text of its own. */
import type { NgramCounts } from './ngram-counts.js';
import { documentsOf, type TextPool } from './text-pool.js';
import { bitsOf } from './witten-bell.js';

/** Of all documents together, so long ones count for more. At least one byte is there. */
export function bitsPerByte(counts: NgramCounts, heldOut: TextPool): number {
  let bits = 0;
  for (let i = 0; i < documentsOf(heldOut); i++) bits += bitsOf(counts, heldOut.text, heldOut.offsets[i], heldOut.offsets[i + 1]);
  return bits / heldOut.text.length;
}
