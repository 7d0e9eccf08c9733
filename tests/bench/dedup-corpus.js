// The corpus of the scale benchmark: documents of 1 to 2 KB put together from real passages by keyed draws, so that any text can be made again from its id
// alone, and clusters of planned sizes among them whose members are their first document with so many words replaced. Two documents that are in no
// cluster together share a passage at most by chance: a Jaccard similarity near .1, above .5 next to never.
import { draws, oneOf, replaceWords } from '../accuracy/draws.js';
import { readUnits } from './dedup-units.js';

/** Goes up when the same parameters would give other documents. */
export const GENERATOR = 1;
const SHORTEST = 4;
const LONGEST = 6;
/** Share of the documents that are in a cluster. */
const PLANTED = 0.3;
/** Of a hundred thousand documents and more; of fewer a hundredth. */
const LARGEST = 1000;
/** Similarities to the cluster's first document that its members are made for; 1 has other lines only. What each came to is counted. */
const LEVELS = [1, 0.97, 0.95, 0.92, 0.9, 0.87, 0.85, 0.82, 0.8, 0.77, 0.75, 0.7, 0.6, 0.5];
const SHINGLE = 5;

export class DedupCorpus {
  #units;
  #vocabulary;
  /** Slot that each cluster begins at; one more at the end. */
  #starts = [0];
  #stride;

  constructor({ documents, seed = 1 }) {
    Object.assign(this, { documents, seed });
    ({ units: this.#units, vocabulary: this.#vocabulary } = readUnits());
    const draw = draws('sizes', seed);
    const planted = Math.floor(PLANTED * documents);
    const largest = Math.min(LARGEST, Math.ceil(documents / 100));
    while (this.planted < planted) {
      const wanted = this.clusters === 0 ? largest : Math.floor(2 * (1 - draw()) ** (-1 / 1.3)); // many of two, a few of hundreds
      const size = Math.min(wanted, largest, planted - this.planted);
      this.#starts.push(this.planted + size);
    }
    this.#stride = strideOf(documents);
  }

  get clusters() {
    return this.#starts.length - 1;
  }

  /** Documents in clusters. */
  get planted() {
    return this.#starts.at(-1);
  }

  sizeOf(cluster) {
    return this.#starts[cluster + 1] - this.#starts[cluster];
  }

  /** The id of the document at a position, 0 to documents - 1: members of a cluster lie far apart. `c0000012-0003`: member 3 of cluster 12. */
  idAt(position) {
    const slot = (position * this.#stride) % this.documents;
    if (slot >= this.planted) return `d${String(slot).padStart(8, '0')}`;
    let [low, high] = [0, this.clusters];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= slot) low = middle;
      else high = middle;
    }
    return memberId(low, slot - this.#starts[low]);
  }

  textOf(id) {
    const planted = placeOf(id);
    if (planted === undefined) return this.#passages(id);
    const first = this.#passages(memberId(planted.cluster, 0));
    if (planted.member === 0) return first;
    const draw = draws('member', this.seed, id);
    const level = oneOf(LEVELS, draw);
    if (level === 1) return first.replace(/ /g, () => (draw() < 0.1 ? '\n' : ' '));
    const changed = 1 - ((2 * level) / (1 + level)) ** (1 / SHINGLE); // of the words, for that similarity
    return replaceWords(first, Math.max(1, Math.round(changed * first.split(/\s+/).length)), this.#vocabulary, draw);
  }

  #passages(id) {
    const draw = draws('document', this.seed, id);
    const count = SHORTEST + Math.floor(draw() * (LONGEST - SHORTEST + 1));
    return Array.from({ length: count }, () => oneOf(this.#units, draw)).join('\n\n');
  }
}

export const memberId = (cluster, member) => `c${String(cluster).padStart(7, '0')}-${String(member).padStart(4, '0')}`;

/** { cluster, member } of an id; undefined for a document of no cluster. */
export function placeOf(id) {
  return id.startsWith('c') ? { cluster: Number(id.slice(1, 8)), member: Number(id.slice(9)) } : undefined;
}

/** A whole number near .618 of `count` that has no divisor in common with it: steps of it visit every slot once. */
function strideOf(count) {
  const common = (a, b) => (b === 0 ? a : common(b, a % b));
  let stride = Math.max(1, Math.round(count * 0.6180339887));
  while (common(count, stride) !== 1) stride++;
  return stride;
}
