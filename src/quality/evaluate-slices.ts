/** Scores and keep rates by source, by language and by length: where a model is strict and where it is lax. */
import type { AppliedKeepRule, ClassSlice, QualityEvaluation, Retention, ScoreSlice } from './evaluation.js';
import { keepsWith } from './evaluate-keep.js';

export const SLICE_BINS = 20;
const MOST_LANGUAGES = 10;
const LENGTH_SLICES = 10;

/** A document as slices see it. */
export interface SlicedDocument {
  readonly source: string;
  readonly positive: boolean;
  readonly language: string;
  readonly bytes: number;
  readonly score: number;
}

/** `sources` in the order in which they are to stand. */
export function slicesOf(documents: readonly SlicedDocument[], sources: readonly string[], keep: AppliedKeepRule): QualityEvaluation['slices'] {
  const slice = (name: string, of: readonly SlicedDocument[]): ScoreSlice => ({
    name,
    positive: classSlice(of.filter(({ positive }) => positive), keep),
    negative: classSlice(of.filter(({ positive }) => !positive), keep),
  });
  return {
    source: sources.map((name) => slice(name, documents.filter(({ source }) => source === name))),
    language: byLanguage(documents).map(([name, of]) => slice(name, of)),
    length: byLength(documents).map((of) => slice(`${of[0]!.bytes}-${of.at(-1)!.bytes} bytes`, of)), // a slice has documents
  };
}

/** What share of each positive source would survive the rule; sources without documents are left out. */
export function retentionOf(documents: readonly SlicedDocument[], sources: readonly string[], keep: AppliedKeepRule): readonly Retention[] {
  return sources.flatMap((source) => {
    const own = documents.filter((document) => document.source === source && document.positive);
    const bytes = own.reduce((sum, document) => sum + document.bytes, 0);
    if (own.length === 0) return [];
    return [{
      source, documents: own.length,
      documentShare: own.reduce((sum, { score }) => sum + keepsWith(keep, score), 0) / own.length,
      byteShare: own.reduce((sum, { score, bytes: size }) => sum + keepsWith(keep, score) * size, 0) / bytes,
    }];
  });
}

function classSlice(documents: readonly SlicedDocument[], keep: AppliedKeepRule): ClassSlice {
  const histogram = new Array<number>(SLICE_BINS).fill(0);
  let [scores, kept] = [0, 0];
  for (const { score } of documents) {
    histogram[Math.min(SLICE_BINS - 1, Math.floor(score * SLICE_BINS))]! += 1;
    scores += score;
    kept += keepsWith(keep, score);
  }
  const mean = (sum: number): number | null => (documents.length === 0 ? null : sum / documents.length);
  return { documents: documents.length, meanScore: mean(scores), histogram, keepRate: mean(kept) };
}

/** Most frequent first, then by name; what comes after the tenth is one slice. */
function byLanguage(documents: readonly SlicedDocument[]): readonly (readonly [name: string, documents: readonly SlicedDocument[]])[] {
  const languages = new Map<string, SlicedDocument[]>();
  for (const document of documents) {
    const same = languages.get(document.language);
    if (same === undefined) languages.set(document.language, [document]);
    else same.push(document);
  }
  const ranked = [...languages].sort(([a, one], [b, two]) => two.length - one.length || (a < b ? -1 : 1));
  const rest = ranked.slice(MOST_LANGUAGES).flatMap(([, of]) => of);
  return [...ranked.slice(0, MOST_LANGUAGES), ...(rest.length === 0 ? [] : [['other', rest] as const])];
}

/** Tenths by length, shortest first; documents of equal length are never parted. */
function byLength(documents: readonly SlicedDocument[]): readonly (readonly SlicedDocument[])[] {
  const sorted = [...documents].sort((a, b) => a.bytes - b.bytes);
  const slices: SlicedDocument[][] = [];
  for (let from = 0; from < sorted.length;) {
    const slice = Math.floor((from * LENGTH_SLICES) / sorted.length);
    let to = Math.max(from + 1, Math.ceil(((slice + 1) * sorted.length) / LENGTH_SLICES));
    while (to < sorted.length && sorted[to]!.bytes === sorted[to - 1]!.bytes) to++;
    slices.push(sorted.slice(from, to));
    from = to;
  }
  return slices;
}
