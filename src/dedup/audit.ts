/**
 * What `sluice audit` finds out about a data set, as data: the JSON it prints and the page it draws are this. Shares are 0 to 1. A document is
 * removable at a similarity if deduplication at that threshold would remove it: the members of a cluster less the one that stays. Equal text counts.
 */
import type { SizeClass } from './report.js';

export interface Audit {
  /** Of all sources, those under `--against` among them, as are all figures but `overlap`. */
  readonly documents: number;
  readonly tokens: number;
  /** UTF-8 bytes of text. */
  readonly bytes: number;
  /** Similarity that clusters, sources, the matrix and the overlap are reported at. */
  readonly threshold: number;
  readonly exact: Removable;
  /** By ascending similarity. */
  readonly near: readonly NearLevel[];
  /** 1 - clusters / documents, a document without a duplicate being a cluster of one. */
  readonly redundancy: number;
  readonly clusters: {
    /** Of two documents or more. */
    readonly count: number;
    readonly sizes: readonly SizeClass[];
    /** At most 20, the largest first. */
    readonly largest: readonly LargeCluster[];
  };
  /** By name, in the order of the command line. */
  readonly sources: Readonly<Record<string, SourceAudit>>;
  /** documents[a][b]: removable documents of source a whose kept document is in source b. */
  readonly matrix: { readonly sources: readonly string[]; readonly documents: readonly (readonly number[])[] };
  /** With `--against`: documents of the one set that have a match in the other, at `threshold`. */
  readonly overlap?: Overlap;
  /** Lengths that many documents share, most documents first, at most 20. */
  readonly lengths: readonly LengthSpike[];
  readonly urls: RepeatedKeys;
  readonly paragraphs: RepeatedParagraphs;
  /** Documents too short for a shingle: compared as a whole only. */
  readonly shortDocuments: number;
  readonly lsh: { readonly bands: number; readonly rows: number; readonly shingle: string; readonly verify: 'estimated' | 'exact' };
  /** With `--sample`: figures are estimates of the whole from so many documents drawn; only documents, tokens, bytes, paragraphs and faults are counted. */
  readonly sample?: { readonly documents: number; readonly of: number };
  /** Records that could not be read, by reason. */
  readonly faults: readonly { readonly reason: string; readonly count: number; readonly lost: boolean }[];
  readonly alarms: readonly string[];
}

export interface Removable {
  readonly documents: number;
  readonly rate: number;
}

export interface NearLevel extends Removable {
  readonly jaccard: number;
  /** Of the rate, 95 %: what the LSH missed and, with a sample, what the draw leaves open. */
  readonly interval: readonly [low: number, high: number];
  /** Share of the removable documents at this similarity that the LSH is expected to have found. */
  readonly lshRecall: number;
  /** The count and rate that the recall makes likely. */
  readonly corrected: Removable;
}

export interface LargeCluster {
  readonly size: number;
  /** The kept one first, then the least similar ones, at most 10. With `--sample` the drawn document alone, and no diff. */
  readonly members: readonly ClusterMember[];
  /** The beginning of the kept document's text, at most 300 characters. */
  readonly sample: string;
  /** The kept one's text against the least similar member shown: lines of a unified diff, at most 40. */
  readonly diff: readonly string[];
}

export interface ClusterMember {
  readonly id: string;
  readonly source: string;
  /** To the kept document; 1 for itself. */
  readonly jaccard: number;
}

export interface SourceAudit {
  readonly documents: number;
  readonly tokens: number;
  readonly exact: Removable;
  /** At `threshold`. */
  readonly near: Removable;
}

export interface Overlap {
  /** The sources under `--against`. */
  readonly against: readonly string[];
  /** Documents of the audited sources with a match in `against`, and the other way round. */
  readonly documents: Removable;
  readonly againstDocuments: Removable;
  /** At most 20: the most resembled documents of `against`, each with the least similar of those shown. None with `--sample`. */
  readonly examples: readonly { readonly id: string; readonly matchedId: string; readonly jaccard: number; readonly sample: string }[];
}

export interface LengthSpike {
  /** UTF-8 bytes of text. */
  readonly bytes: number;
  readonly documents: number;
  /** What the lengths around it have on average: a spike stands far above. */
  readonly expected: number;
  readonly sample: string;
}

export interface RepeatedKeys {
  /** Documents less one for each distinct key that has several. */
  readonly documents: number;
  readonly rate: number;
  /** Most documents first, at most 20. */
  readonly largest: readonly { readonly key: string; readonly documents: number }[];
}

export interface RepeatedParagraphs {
  /** Lines of 40 bytes or more in all, and those (less the first of each) that stand in more than one document; bytes likewise. */
  readonly paragraphs: number;
  readonly repeated: number;
  readonly repeatedBytes: number;
  /** Most documents first, at most 20. */
  readonly largest: readonly { readonly sample: string; readonly documents: number; readonly bytes: number }[];
}
