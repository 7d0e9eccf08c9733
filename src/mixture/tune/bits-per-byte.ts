/** What is measured of a proxy: bits of held-out documents, each a text of its own, in groups that show how much they differ. */
import type { NgramCounts } from './ngram-counts.js';
import { documentsOf, type TextPool } from './text-pool.js';
import type { GroupedBits } from './types.js';
import { bitsOf } from './witten-bell.js';

/** Documents are dealt out to so many groups in turn. Their order is that of a keyed hash, so a group is a draw of the target. */
export const GROUPS = 16;

export function groupedBits(counts: NgramCounts, heldOut: TextPool): GroupedBits {
  const bits = new Array<number>(GROUPS).fill(0);
  const bytes = new Array<number>(GROUPS).fill(0);
  for (let i = 0; i < documentsOf(heldOut); i++) {
    bits[i % GROUPS]! += bitsOf(counts, heldOut.text, heldOut.offsets[i], heldOut.offsets[i + 1]);
    bytes[i % GROUPS]! += heldOut.offsets[i + 1]! - heldOut.offsets[i]!;
  }
  return { bits, bytes };
}

/** Bits per byte of all documents together, so long ones count for more. At least one byte is there. */
export function perByte({ bits, bytes }: GroupedBits): number {
  return bits.reduce((sum, value) => sum + value, 0) / bytes.reduce((sum, value) => sum + value, 0);
}
