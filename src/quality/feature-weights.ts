/**
 * Which words a linear classifier goes by: the features with the greatest and the least weights, among those that occur in a sample of documents. A hashed
 * feature has no name of its own, so it is named by what was seen to fall in its bucket, and says what else did.
 */
import type { FeatureWeight, FeatureWeights } from './evaluation.js';
import { featureReader, NO_BUCKET } from './feature-occurrences.js';
import type { QualityModel } from './quality-model.js';

/** Features listed, of each sign. */
export const LISTED_FEATURES = 20;
/** A feature of a single document says nothing about a class. */
export const LEAST_FEATURE_DOCUMENTS = 2;
/** Names of other features shown beside one that shares its bucket with them. */
const SHOWN_SHARED = 3;
/** Distinct features that are counted; those that are met first after as many are left out, and the caveat says so. About 100 MB. */
export const MOST_FEATURES = 500_000;
/** Bytes of a text that are looked at: its beginning. */
const MOST_TEXT_BYTES = 1 << 20;
/** Longer names than this many characters are no words that a person could read: left out. */
const MOST_NAME = 120;

/**
 * The 20 features of either sign with the strongest weights, strongest first (of equals the more frequent, then by name). Zero weights are of neither sign.
 * Looks at the first MiB of each text. Memory: MOST_FEATURES names. Lists are empty for a model that is not linear in words: the caveat says why.
 */
export function featureWeights(model: QualityModel, texts: Iterable<string>): FeatureWeights {
  if (model.kind === 'fasttext') return { positive: [], negative: [], caveat: NOT_LINEAR };
  const seen = countFeatures(model, texts);
  const features = [...seen.own.map(([feature, count]) => listed(feature, count, [])), ...hashedFeatures(seen)]
    .filter(({ documents }) => documents >= LEAST_FEATURE_DOCUMENTS);
  const strongest = (sign: number): FeatureWeight[] => features
    .filter(({ weight }) => weight * sign > 0)
    .sort((a, b) => sign * (b.weight - a.weight) || b.documents - a.documents || (a.feature < b.feature ? -1 : 1))
    .slice(0, LISTED_FEATURES);
  return { positive: strongest(1), negative: strongest(-1), caveat: caveatOf(model, seen) };
}

const NOT_LINEAR = 'This model has three or more labels under one softmax, or features below the word (character n-grams): '
  + 'its score is not a sum over words, so no word has a weight of its own. '
  + '`sluice quality explain` shows what moved the score of one document, by leaving words out.';

interface Count {
  readonly weight: number;
  readonly bucket: number;
  documents: number;
  /** The document that counted it last. */
  last: number;
}

type Named = readonly [name: string, count: Count];

interface Seen {
  /** Features with a weight of their own: words of a vocabulary. */
  readonly own: readonly Named[];
  /** By bucket, each in the order in which they were met. */
  readonly hashed: ReadonlyMap<number, readonly Named[]>;
  /** Places of features that were not counted, for MOST_FEATURES. */
  readonly leftOut: number;
}

function countFeatures(model: Exclude<QualityModel, { kind: 'fasttext' }>, texts: Iterable<string>): Seen {
  const read = featureReader(model);
  const encoder = new TextEncoder();
  const counts = new Map<string, Count>();
  let document = 0;
  let leftOut = 0;
  for (const text of texts) {
    document++;
    const tokens = read(encoder.encode(text.slice(0, MOST_TEXT_BYTES)).subarray(0, MOST_TEXT_BYTES));
    tokens.visit((first, length, bucket, weight) => {
      const name = nameOf(tokens.word, first, length);
      const count = name === undefined ? undefined : counts.get(name);
      if (count !== undefined) {
        if (count.last !== document) count.documents++;
        count.last = document;
      } else if (name === undefined || counts.size >= MOST_FEATURES) leftOut++;
      else counts.set(name, { weight, bucket, documents: 1, last: document });
    });
  }
  const named = [...counts];
  const hashed = new Map<number, Named[]>();
  for (const one of named) {
    const { bucket } = one[1];
    if (bucket === NO_BUCKET) continue;
    const others = hashed.get(bucket);
    if (others === undefined) hashed.set(bucket, [one]);
    else others.push(one);
  }
  return { own: named.filter(([, { bucket }]) => bucket === NO_BUCKET), hashed, leftOut };
}

function nameOf(word: (token: number) => string, first: number, length: number): string | undefined {
  let name = word(first);
  for (let i = 1; i < length && name.length <= MOST_NAME; i++) name += ` ${word(first + i)}`;
  return name.length > MOST_NAME ? undefined : name;
}

/** One feature a bucket, by the name found in most documents. */
function hashedFeatures({ hashed }: Seen): FeatureWeight[] {
  return [...hashed.values()].map((names) => {
    const byFrequency = [...names].sort((a, b) => b[1].documents - a[1].documents || (a[0] < b[0] ? -1 : 1));
    const [[feature, count], ...others] = byFrequency as [Named, ...Named[]]; // a bucket is here for a name that was seen in it
    return listed(feature, count, others.map(([name]) => name));
  });
}

const listed = (feature: string, { weight, documents }: Count, others: readonly string[]): FeatureWeight =>
  ({ feature, weight, documents, collisions: others.length, sharedWith: others.slice(0, SHOWN_SHARED) });

function caveatOf(model: Exclude<QualityModel, { kind: 'fasttext' }>, { own, hashed, leftOut }: Seen): string {
  const buckets = model.kind === 'folded' ? model.model.bucketWeights.length : model.model.weights.length;
  const beyond = leftOut === 0 ? '' : ` ${grouped(leftOut)} places were not looked at: names of more than ${MOST_NAME} characters, `
    + `and features first met after ${grouped(MOST_FEATURES)} others.`;
  const what = model.kind === 'folded' ? 'runs of words' : 'words';
  if (hashed.size === 0) return `Every feature of this model is a word with a weight of its own (${grouped(own.length)} seen).${beyond}`;
  const all = [...hashed.values()];
  const distinct = all.reduce((sum, { length }) => sum + length, 0);
  const sharing = all.reduce((sum, { length }) => sum + (length > 1 ? length : 0), 0);
  const once = countWhere(all, 1);
  const unseen = unseenFeatures(once, countWhere(all, 2)) / buckets;
  const percent = ((100 * sharing) / distinct).toFixed(1);
  return `${what[0]!.toUpperCase()}${what.slice(1)} have no weight of their own but that of the hash bucket they fall in, `
    + `so a name here is what was seen in these documents: ${grouped(sharing)} of ${grouped(distinct)} different ${what} seen (${percent} %) `
    + `share one of the ${grouped(buckets)} buckets with another. `
    + `Each bucket is expected to hold at least ${unseen.toPrecision(2)} more that did not occur in them (Chao's estimate).${beyond}`;
}

/** 1234567 is 1,234,567. */
const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

const countWhere = (all: readonly (readonly Named[])[], documents: number): number =>
  all.reduce((sum, names) => sum + names.filter(([, count]) => count.documents === documents).length, 0);

/** A lower bound of how many features there are beyond those seen, from those seen in one document and in two (Chao 1987, in its bias-corrected form). */
const unseenFeatures = (once: number, twice: number): number => (once * (once - 1)) / (2 * (twice + 1));
