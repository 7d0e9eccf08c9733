/**
 * Chooses documents for people to label: as many from every tenth of the scores, by keyed hash of source and id. A plain random sample of a crawl would
 * hardly hold a document with a high score; the tenths' populations, kept beside, lead back from this sample to the crawl.
 */
import { hashKey, keyedHash, keyedUniform, type HashKey } from '../core/keyed-hash.js';

export const DECILES = 10;

/** Float32 scores from 0 to 1 in bins by their first 24 bits: relative steps of 2^-15, and 33 MB whatever the number of documents. */
const DROPPED_BITS = 8;
const BINS = (0x3f800000 >>> DROPPED_BITS) + 1;

/** Where the tenths of a set of scores begin. Documents whose scores share a bin are in one decile, so deciles need not be of equal size. */
export class ScoreDeciles {
  readonly #counts = new Float64Array(BINS);
  readonly #decile = new Uint8Array(BINS);
  #documents = 0;

  /** Counts a score; those outside [0, 1] count as the nearest end. Throws for NaN. */
  add(score: number): void {
    this.#counts[binOf(score)]! += 1;
    this.#documents += 1;
  }

  get documents(): number {
    return this.#documents;
  }

  /** Call when all scores are in: the documents of deciles 1 (the worst) to 10. */
  close(): readonly number[] {
    const populations = new Array<number>(DECILES).fill(0);
    let below = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.#counts[bin]!;
      if (count === 0) continue;
      const decile = Math.min(DECILES - 1, Math.floor((DECILES * below) / this.#documents));
      this.#decile[bin] = decile;
      populations[decile]! += count;
      below += count;
    }
    return populations;
  }

  /** 1 to 10, of a score that was counted, after `close`. */
  decileOf(score: number): number {
    return this.#decile[binOf(score)]! + 1;
  }
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function binOf(score: number): number {
  if (Number.isNaN(score)) throw new Error('score: found NaN, expected a number from 0 to 1');
  float[0] = Math.min(1, Math.max(0, score)) + 0; // no negative zero
  return bits[0]! >>> DROPPED_BITS;
}

/** A document that may be chosen. `place` tells apart documents that share source and id. */
export interface LabelCandidate {
  readonly source: string;
  readonly id: string;
  readonly place: string;
  readonly decile: number;
}

interface Drawn<Candidate> {
  readonly draw: number;
  readonly candidate: Candidate;
}

/** Keeps the `perDecile` candidates with the smallest draws of each decile. Memory: twice that many candidates. */
export class LabelSample<Candidate extends LabelCandidate> {
  readonly #seed: number;
  readonly #key: HashKey;
  readonly #perDecile: number;
  readonly #chosen = Array.from({ length: DECILES + 1 }, (): Drawn<Candidate>[] => []);

  constructor(seed: number, perDecile: number) {
    this.#seed = seed;
    this.#key = hashKey(seed, 'label');
    this.#perDecile = perDecile;
  }

  offer(candidate: Candidate): void {
    const chosen = this.#chosen[candidate.decile]!;
    chosen.push({ draw: drawOf(this.#key, candidate), candidate });
    if (chosen.length >= 2 * this.#perDecile + 16) this.#shrink(candidate.decile);
  }

  /** The chosen ones, deciles mixed, in an order by another keyed hash: nobody can tell from the place what the model thought. */
  shuffled(): readonly Candidate[] {
    const key = hashKey(this.#seed, 'label-order');
    return this.#chosen
      .flatMap((_, decile) => this.#shrink(decile).map(({ candidate }) => ({ draw: drawOf(key, candidate), candidate })))
      .sort(byDraw)
      .map(({ candidate }) => candidate);
  }

  #shrink(decile: number): readonly Drawn<Candidate>[] {
    return (this.#chosen[decile] = this.#chosen[decile]!.sort(byDraw).slice(0, this.#perDecile));
  }
}

const byDraw = <Candidate extends LabelCandidate>(a: Drawn<Candidate>, b: Drawn<Candidate>): number =>
  a.draw - b.draw || (a.candidate.place < b.candidate.place ? -1 : a.candidate.place > b.candidate.place ? 1 : 0);

const encoder = new TextEncoder();
const hash = new Uint32Array(2);

function drawOf(key: HashKey, { source, id }: LabelCandidate): number {
  keyedHash(key, encoder.encode(`${source}\0${id}`), hash);
  return keyedUniform(key, hash[0]!, hash[1]!);
}
