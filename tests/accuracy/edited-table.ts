/** What the signatures of a document and of its edited copy say: whether deduplication catches the copy, by each method, beside the truth and theory. */
import type { Kernels, SignatureParameters, Signatures } from '#src/kernels/kernels.js';
import { estimateJaccard } from '#src/dedup/similarity.js';
import type { EditedPairs } from './edited-documents.js';
import { foundProbability, marginBelow } from './theory.js';
import { jaccardOf, shinglesOf, wordsOf } from './words.js';

export interface EditedRow {
  readonly edit: string;
  readonly pairs: number;
  /** Shares of the pairs, 0 to 1. */
  readonly exact: number;
  /** By the signatures' estimate; by the texts, where signatures nominated the pair. Equal texts count. */
  readonly estimated: number;
  readonly verified: number;
  /** What theory says of the same two for these similarities. */
  readonly theoryEstimated: number;
  readonly theoryVerified: number;
  /** Brute force. */
  readonly meanJaccard: number;
  readonly similar: number;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const shareOf = (marks: readonly boolean[]): number => mean(marks.map(Number));

export function editedRow(kernels: Kernels, { edit, originals, copies }: EditedPairs, parameters: SignatureParameters, threshold: number): EditedRow {
  const signed = [originals, copies].map((texts) => sign(kernels, texts, parameters)) as [Signatures, Signatures]; // of two, two
  const { bands, rows } = parameters;
  const [shingled, copied] = [originals, copies].map((texts) => texts.map((text) => shinglesOf(wordsOf(text))));
  const least = marginBelow(threshold, parameters);
  const pairs = originals.map((_, i) => {
    const jaccard = jaccardOf(shingled![i]!, copied![i]!);
    const exact = sameWords(signed[0].exact, signed[1].exact, 4 * i, 4);
    const candidate = Array.from({ length: bands }, (__, band) => 2 * (bands * i + band)).some((at) => sameWords(signed[0].bandHashes, signed[1].bandHashes, at, 2));
    const estimate = estimateJaccard(signed[0].minima, bands * rows * i, signed[1].minima, bands * rows * i, bands * rows);
    return {
      jaccard, exact, estimated: exact || (candidate && estimate >= threshold), verified: exact || (candidate && estimate >= least && jaccard >= threshold),
      theoryEstimated: exact ? 1 : foundProbability(jaccard, parameters, threshold),
      theoryVerified: exact ? 1 : jaccard >= threshold ? foundProbability(jaccard, parameters, least) : 0,
    };
  });
  return {
    edit, pairs: pairs.length,
    exact: shareOf(pairs.map((pair) => pair.exact)), estimated: shareOf(pairs.map((pair) => pair.estimated)), verified: shareOf(pairs.map((pair) => pair.verified)),
    theoryEstimated: mean(pairs.map((pair) => pair.theoryEstimated)), theoryVerified: mean(pairs.map((pair) => pair.theoryVerified)),
    meanJaccard: mean(pairs.map(({ jaccard }) => jaccard)), similar: shareOf(pairs.map(({ jaccard }) => jaccard >= threshold)),
  };
}

function sign(kernels: Kernels, texts: readonly string[], parameters: SignatureParameters): Signatures {
  const parts = texts.map((text) => Buffer.from(text));
  const offsets = new Uint32Array(parts.length + 1);
  parts.forEach((part, i) => { offsets[i + 1] = offsets[i]! + part.length; });
  const batch = { length: parts.length, text: new Uint8Array(Buffer.concat(parts)), offsets, columns: new Map() };
  return kernels.signatures(batch, Uint32Array.from(parts.keys()), parameters);
}

const sameWords = (a: Uint32Array, b: Uint32Array, at: number, count: number): boolean => a.subarray(at, at + count).every((word, i) => word === b[at + i]);

/** The table as Markdown. */
export function editedTable(rows: readonly EditedRow[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 1 ? 1 : 0)} %`;
  return [
    '| edit | mean J | J >= .8 | exact | minhash, estimated (theory) | minhash, exact (theory) |', '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row.edit} | ${row.meanJaccard.toFixed(3)} | ${percent(row.similar)} | ${percent(row.exact)} | ${percent(row.estimated)} (${percent(row.theoryEstimated)}) ` +
      `| ${percent(row.verified)} (${percent(row.theoryVerified)}) |`),
  ].join('\n');
}
