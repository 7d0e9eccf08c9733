/**
 * Looks for texts that give a source away: a header, a site's name, a habit of quoting. A model that was trained on such sources may have learnt to tell the
 * source, not quality, and its held-out figures would not show it, because held-out documents carry the same marks.
 */
import type { CheckMarkers, MarkerCheck, MarkerDocument, SourceMarker } from './evaluation.js';
import { evaluateHeldOut } from './held-out.js';
import { markersOf, withoutMarkers, type MarkerKey } from './marker-kinds.js';

/** A marker is in at least this share of the documents of its source ... */
export const MARKER_SHARE = 0.25;
/** ... and in at most this share of the documents of the other class. */
export const ELSEWHERE_SHARE = 0.01;
/** Shares of fewer documents than this are no ground for a warning, neither of a source nor of the other class. */
export const LEAST_MARKER_DOCUMENTS = 30;
/** Findings reported, the most telling ones. */
export const MOST_FINDINGS = 20;
/** Documents of a source in which candidates are looked for. */
const PROBES = 64;
/** Candidates are in at least this share of the probes: a marker at MARKER_SHARE falls short of it once in 100,000 times. */
const PROBE_SHARE = MARKER_SHARE / 4;
/** Texts scored at once. */
const TEXTS_AT_ONCE = 256;

/**
 * At most 20 findings, the best of each source first chosen, in the order of how much more frequent they are in their source than in the other class. A marker
 * of several sources is told for the one it is most frequent in. Pure; the order of documents decides only which ones are probed.
 *
 * Memory: candidates come from 64 documents of each source, spread evenly over it, and must be in 4 or more of them; only candidates are counted, exactly and
 * over all documents. So the table holds at most what 64 documents of a source (of 10 KiB each) can hold, whatever the number of documents.
 */
export const checkMarkers: CheckMarkers = (documents, score) => {
  const found = findMarkers(documents);
  return {
    documents: documents.length,
    findings: mostTelling(found),
    masked: score === undefined || found.length === 0 ? null : maskedAuc(documents, new Set(found.map(({ key }) => key)), score),
  };
};

interface Source {
  readonly name: string;
  readonly positive: boolean;
  readonly documents: MarkerDocument[];
}

interface Found {
  readonly key: MarkerKey;
  readonly finding: SourceMarker;
}

function findMarkers(documents: readonly MarkerDocument[]): Found[] {
  const sources = sourcesOf(documents);
  const counts = countCandidates(sources);
  const size = (positive: boolean): number => sources.reduce((sum, one) => sum + (one.positive === positive ? one.documents.length : 0), 0);
  const found = [...counts].flatMap(([key, bySource]): Found[] => {
    const [best] = sources.map((source, s) => {
      const elsewhere = sources.reduce((sum, one, i) => sum + (one.positive === source.positive ? 0 : bySource[i]!), 0) / size(!source.positive);
      return { source, share: bySource[s]! / source.documents.length, elsewhere };
    }).filter(({ source, share, elsewhere }) => share >= MARKER_SHARE && elsewhere <= ELSEWHERE_SHARE
      && source.documents.length >= LEAST_MARKER_DOCUMENTS && size(!source.positive) >= LEAST_MARKER_DOCUMENTS)
      .sort((a, b) => b.share - b.elsewhere - (a.share - a.elsewhere));
    if (best === undefined) return [];
    const { source, share, elsewhere } = best;
    return [{ key, finding: { ...key.shown, source: source.name, positive: source.positive, share, elsewhere } }];
  });
  const words = new Set(found.flatMap(({ key, finding }) => (finding.kind === 'word' ? key.words : [])));
  return found.filter(({ key, finding }) => finding.kind !== 'words' || !key.words.some((word) => words.has(word))); // a run is no news beside its own word
}

/** One source with many marks must not hide those of another: the first of each come before the second of any. */
function mostTelling(found: readonly Found[]): SourceMarker[] {
  const ranks = new Map<string, number>();
  return found.map(({ finding }) => finding).sort(moreTelling).map((finding) => {
    const source = `${finding.positive ? '+' : '-'}${finding.source}`;
    const rank = ranks.get(source) ?? 0;
    ranks.set(source, rank + 1);
    return { finding, rank };
  }).sort((a, b) => a.rank - b.rank || moreTelling(a.finding, b.finding)).slice(0, MOST_FINDINGS).map(({ finding }) => finding).sort(moreTelling);
}

const telling = ({ share, elsewhere }: SourceMarker): number => share - elsewhere;
const moreTelling = (a: SourceMarker, b: SourceMarker): number => telling(b) - telling(a) || a.kind.length - b.kind.length || (a.marker < b.marker ? -1 : 1);

function sourcesOf(documents: readonly MarkerDocument[]): Source[] {
  const sources = new Map<string, Source>();
  for (const document of documents) {
    const { source: name, positive } = document;
    const key = `${positive ? '+' : '-'}${name}`;
    const source = sources.get(key);
    if (source === undefined) sources.set(key, { name, positive, documents: [document] });
    else source.documents.push(document);
  }
  return [...sources.values()];
}

/** For each candidate, the documents of each source that have it. */
function countCandidates(sources: readonly Source[]): Map<MarkerKey, Uint32Array> {
  const candidates = new Map<string, MarkerKey>();
  for (const { documents } of sources) for (const key of candidatesOf(documents)) if (!candidates.has(key.id)) candidates.set(key.id, key);
  const counts = new Map([...candidates.values()].map((key) => [key, new Uint32Array(sources.length)]));
  sources.forEach(({ documents }, s) => {
    for (const { text } of documents) {
      for (const { id } of markersOf(text).values()) {
        const key = candidates.get(id);
        if (key !== undefined) counts.get(key)![s]!++; // every candidate has its counts
      }
    }
  });
  return counts;
}

function candidatesOf(documents: readonly MarkerDocument[]): MarkerKey[] {
  const probes = Math.min(PROBES, documents.length);
  const seen = new Map<string, { readonly key: MarkerKey; documents: number }>();
  for (let probe = 0; probe < probes; probe++) {
    for (const key of markersOf(documents[Math.floor((probe * documents.length) / probes)]!.text).values()) {
      const known = seen.get(key.id);
      if (known === undefined) seen.set(key.id, { key, documents: 1 });
      else known.documents++;
    }
  }
  return [...seen.values()].filter((one) => one.documents >= PROBE_SHARE * probes).map(({ key }) => key);
}

type Score = NonNullable<Parameters<CheckMarkers>[1]>;

function maskedAuc(documents: readonly MarkerDocument[], found: ReadonlySet<MarkerKey>, score: Score): MarkerCheck['masked'] {
  const positive = documents.map((document) => document.positive);
  const aucOf = (change: (text: string) => string): number => {
    const scores = new Float32Array(documents.length);
    for (let from = 0; from < documents.length; from += TEXTS_AT_ONCE) {
      scores.set(Float32Array.from(score(documents.slice(from, from + TEXTS_AT_ONCE).map(({ text }) => change(text)))), from);
    }
    return evaluateHeldOut(scores, positive).auc;
  };
  return { markers: found.size, rocAuc: aucOf((text) => text), rocAucMasked: aucOf((text) => withoutMarkers(text, found)) };
}
