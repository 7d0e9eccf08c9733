/**
 * Why a removed document passed for a duplicate: both texts are read again from the inputs, their exact similarity is computed where the run went by the
 * estimate alone, and the places where they differ are found. Memory: both texts (16 MiB each at most) and their shingles, 8 bytes each.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import { ShardError } from '../core/errors.js';
import { exactJaccard } from '../dedup/exact-jaccard.js';
import type { ParquetRecord } from '../formats/parquet-reader.js';
import { createKernels } from '../kernels/index.js';
import type { Plan } from '../pipeline/plan.js';
import { signatureParameters } from '../pipeline/signature-layout.js';
import { diffHunks, diffWords, type DiffHunk } from '../reports/text-diff.js';
import { findIndexed, type IndexedDocument } from './indexed-documents.js';
import { readDecidedText, searchDecisions } from './run-documents.js';

export interface DuplicateEvidence {
  readonly kept: { readonly id: string; readonly source: string; readonly shard: string };
  /**
   * Of the shingle sets of both texts as they were read (in an index: after its run's stages). null where one has fewer words than a shingle, or there
   * is no text.
   */
  readonly exactJaccard: number | null;
  /** Absent where the kept document is in an index without texts. */
  readonly difference?: TextDifference;
}

export interface TextDifference {
  /** Places where the texts differ, and the first of them: from the kept document's text to this one's. */
  readonly places: number;
  readonly hunks: readonly DiffHunk[];
  /** UTF-16 units of the kept document's text and of this one's that were not compared. */
  readonly left: readonly [number, number];
}

/** undefined where the kept document is neither among the run's own nor in an index that it compared with, or its text cannot be read any more. */
export async function duplicateEvidence(plan: Plan, directory: string, decision: ParquetRecord, text: Uint8Array): Promise<DuplicateEvidence | undefined> {
  const found: DuplicateEvidence[] = [];
  for (const kept of await searchDecisions(directory, String(decision['keptId']))) {
    if (isSamePlace(kept, decision) || kept['source'] !== decision['keptSource']) continue;
    const keptText = await readDecidedText(plan, kept).catch(() => undefined);
    if (keptText === undefined) continue;
    found.push({
      kept: { id: String(kept['id']), source: String(kept['source']), shard: String(kept['shard']) },
      exactJaccard: similarityOf(plan, keptText, text), difference: differenceOf(keptText, text),
    });
  }
  for (const { id, source, shard, text: keptText } of indexed(plan, decision)) {
    found.push({
      kept: { id, source, shard },
      ...(keptText === undefined ? { exactJaccard: null } : { exactJaccard: similarityOf(plan, keptText, text), difference: differenceOf(keptText, text) }),
    });
  }
  return found.sort((a, b) => (b.exactJaccard ?? 0) - (a.exactJaccard ?? 0))[0]; // where several have that id, the one most alike was meant
}

/** The documents of that id in the index that was compared with; none where it has gone. */
function indexed(plan: Plan, decision: ParquetRecord): readonly IndexedDocument[] {
  try {
    return findIndexed(plan, String(decision['keptSource']), String(decision['keptId']));
  } catch (error) {
    if (error instanceof ShardError) return [];
    throw error;
  }
}

const isSamePlace = (a: ParquetRecord, b: ParquetRecord): boolean => ['source', 'shard', 'offset', 'inner'].every((name) => a[name] === b[name]);

function differenceOf(kept: Uint8Array, text: Uint8Array): TextDifference {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const diff = diffWords(decoder.decode(kept), decoder.decode(text));
  const { hunks, of } = diffHunks(diff);
  return { places: of, hunks, left: diff.left };
}

function similarityOf(plan: Plan, kept: Uint8Array, text: Uint8Array): number | null {
  const { shingle } = signatureParameters(plan.recipe.dedup!); // only a run with dedup has removed duplicates
  const both = new Uint8Array(kept.length + text.length);
  both.set(kept);
  both.set(text, kept.length);
  const batch: DocumentBatch = { length: 2, text: both, offsets: Uint32Array.of(0, kept.length, both.length), columns: new Map() };
  const { offsets, hashes } = createKernels(plan.kernels).shingleSets(batch, Uint32Array.of(0, 1), shingle);
  const first = hashes.subarray(offsets[0], offsets[1]);
  const second = hashes.subarray(offsets[1], offsets[2]);
  return first.length === 0 || second.length === 0 ? null : exactJaccard(first, second);
}
