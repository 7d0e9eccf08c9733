/**
 * Phase `pool` of tuning, a task per source: takes a bounded piece of what the source has (as `size` counts it: behind filters and deduplication), split by document
 * into training and held-out text. Outputs: `train`, at most as many bytes as a proxy reads; `heldOut`, at most those wanted of a target. Memory: both, the
 * places of their documents, a sort, and a document.
 */
import { hashKey } from '../../core/keyed-hash.js';
import { noAmount, type Amount } from '../../core/ledger.js';
import { ExternalSort } from '../../formats/external-sort.js';
import { copyHash } from '../../mixture/copy-hash.js';
import { evenCap, HoldOutSplit } from '../../mixture/tune/hold-out-split.js';
import { documentsOf, poolOf, type PooledDocument, type TextPool } from '../../mixture/tune/text-pool.js';
import { Candidates } from '../candidates.js';
import { CandidateTexts, type RecordPlace } from '../candidate-texts.js';
import { writePool } from '../pool-file.js';
import type { Phase, Run } from '../run.js';
import { Survivors } from '../survivors.js';
import { pooledSources } from '../tuning.js';

export type PoolAmount = Pick<Amount, 'documents' | 'bytes'>;

export interface PoolResult {
  /** All that the source has. */
  readonly available: PoolAmount;
  readonly training: PoolAmount;
  /** Before documents that training text repeats are taken out. */
  readonly heldOut: PoolAmount;
}

/** While sorting: hash high and low, key high and low, shard, record position high and low, record bytes, bytes of text. */
const SORT_WORDS = 9;
/** In the high word of a record's position: `isCut`. */
const IS_CUT = 2 ** 31;

export const pool: Phase<PoolResult> = {
  name: 'pool',

  inputs(run, rank) {
    const { tune, recipe } = run.plan;
    const { bytes, heldOut } = tune!; // a plan with this task has it
    return {
      source: pooledSources(tune!)[rank], seed: recipe.seed, bytes, heldOut, against: recipe.dedup?.against ?? [], curated: run.checksums('curate', ['kept', 'text']),
      removals: run.checksums('remove', ['removals']), cuts: run.checksums('cut', ['cuts', 'text']), cleaned: run.checksums('clean', ['cuts', 'text']), decided: run.checksums('decide', ['kept']),
    };
  },

  async execute(run, rank) {
    const source = pooledSources(run.plan.tune!)[rank]!; // rank < tasksOf
    const { bytes: wanted, heldOut: wantedHeldOut } = run.plan.tune!;
    const sort = new ExternalSort({ words: SORT_WORDS, keyWords: 4, memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle') });
    const texts = new CandidateTexts(run);
    try {
      const available = addDocuments(run, source, sort);
      const { training, heldOut } = splitDocuments(sort, { ...available, heldOut: wantedHeldOut, training: wanted });
      const cap = evenCap(heldOut.map(({ bytes }) => bytes), wantedHeldOut);
      let left = wanted;
      const pools = {
        train: poolOf(training.map((place) => {
          const document = readDocument(texts, place, left);
          left -= document.text.length;
          return document;
        })),
        heldOut: poolOf(heldOut.map((place) => readDocument(texts, place, cap))),
      };
      run.progress.add(training.length + heldOut.length, pools.train.text.length + pools.heldOut.text.length);
      return {
        outputs: { train: writePool(run.workPath('pool', rank, 'train'), pools.train), heldOut: writePool(run.workPath('pool', rank, 'held-out'), pools.heldOut) },
        result: { available, training: amountOf(pools.train), heldOut: amountOf(pools.heldOut) },
      };
    } finally {
      texts.close();
      sort.dispose();
    }
  },
};

export const amountOf = (of: TextPool): PoolAmount => ({ documents: documentsOf(of), bytes: of.text.length });

interface Place extends RecordPlace {
  readonly low: number;
  readonly high: number;
  readonly bytes: number;
}

/** All documents of the source, to be sorted by the hashes of their keys. */
function addDocuments(run: Run, source: string, sort: ExternalSort): PoolAmount {
  const key = hashKey(run.plan.recipe.seed, 'pool');
  const survivors = new Survivors(run);
  const candidates = new Candidates(run);
  const { documents, bytes } = noAmount();
  const available = { documents, bytes };
  const hash = new Uint32Array(2);
  try {
    for (const document of candidates.all((name) => name === source)) {
      copyHash(key, document.low, document.high, 0, hash);
      sort.add(Uint32Array.of(
        hash[1]!, hash[0]!, document.high, document.low, survivors.shardOf(document.row),
        Math.floor(document.recordAt / 2 ** 32) + (document.isCut ? IS_CUT : 0), document.recordAt % 2 ** 32, document.recordBytes, document.bytes,
      ));
      available.documents += 1;
      available.bytes += document.bytes;
    }
  } finally {
    candidates.close();
    survivors.close();
  }
  return available;
}

function splitDocuments(sort: ExternalSort, limits: ConstructorParameters<typeof HoldOutSplit>[0]) {
  const split = new HoldOutSplit(limits);
  const training: Place[] = [];
  const heldOut: Place[] = [];
  for (const words of sort.sorted()) {
    for (let at = 0; at < words.length; at += SORT_WORDS) {
      const [, , high, low, shard, placeHigh, placeLow, recordBytes, bytes] = words.subarray(at, at + SORT_WORDS) as unknown as Words;
      const place = { low, high, shard, recordAt: (placeHigh % IS_CUT) * 2 ** 32 + placeLow, recordBytes, isCut: placeHigh >= IS_CUT, bytes };
      const where = split.place(low, high, bytes);
      if (where === 'full') return { training, heldOut };
      (where === 'training' ? training : heldOut).push(place);
    }
  }
  return { training, heldOut };
}

/** A typed array has no length that the compiler knows; a record has SORT_WORDS. */
type Words = readonly [number, number, number, number, number, number, number, number, number];

/** Copied, so that a long document does not stay in memory for its beginning. */
function readDocument(texts: CandidateTexts, place: Place, most: number): PooledDocument {
  return { text: texts.textOf(place).slice(0, most), low: place.low, high: place.high };
}
