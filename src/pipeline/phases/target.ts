/**
 * Phase `target` of tuning, a task per target: its held-out text, from its source's pool or from files of its own, without the documents that training text of any
 * source repeats (hold-out-overlap.ts). Output: `heldOut`. Memory: 36 times the held-out bytes wanted, or 52 times for files of long documents, and five
 * times the training text of one source at most.
 */
import { columnOf, documentBytes } from '../../core/document-batch.js';
import { documentKeys } from '../../core/document-key.js';
import { hashKey } from '../../core/keyed-hash.js';
import type { Source } from '../../core/stage.js';
import { copyHash } from '../../mixture/copy-hash.js';
import { MixtureError } from '../../mixture/errors.js';
import { MOST_OVERLAP, OverlapSearch } from '../../mixture/tune/hold-out-overlap.js';
import { documentsWanted, evenCap } from '../../mixture/tune/hold-out-split.js';
import { documentsOf, poolOf, textAt, type PooledDocument, type TextPool } from '../../mixture/tune/text-pool.js';
import { readPool, writePool } from '../pool-file.js';
import type { Phase, Run } from '../run.js';
import { sourceOf } from '../source-of.js';
import { pooledSources, type TargetFile, type TunedTarget } from '../tuning.js';
import { amountOf, type PoolAmount } from './pool.js';

export interface TargetResult {
  readonly heldOut: PoolAmount;
  /** Held-out documents that training text has, and that were taken out. */
  readonly repeated: PoolAmount;
  /** Records of its files that could not be read. */
  readonly lost: number;
}

export const target: Phase<TargetResult> = {
  name: 'target',

  inputs(run, rank) {
    const tune = run.plan.tune!; // a plan with this task has it
    const { name, files, text } = tune.targets[rank]!; // rank < tasksOf
    const at = pooledSources(tune).indexOf(name);
    return {
      name, heldOut: tune.heldOut, sources: tune.sources, training: run.checksums('pool', ['train']),
      ...(files === undefined ? { pool: run.checksums('pool', ['heldOut'], at, at + 1) } : { files: files.map(({ identity }) => identity), text: text ?? null, seed: run.plan.recipe.seed }),
    };
  },

  async execute(run, rank) {
    const tune = run.plan.tune!;
    const asked = tune.targets[rank]!;
    const { found, lost } = asked.files === undefined ? { found: sourcePool(run, asked.name), lost: 0 } : await filesPool(run, asked);
    const shares = overlapWithTraining(run, found);
    const documents = Array.from({ length: documentsOf(found) }, (_, i) => i);
    const heldOut = poolOf(documents.filter((i) => shares[i]! < MOST_OVERLAP).map((i) => documentAt(found, i)));
    if (heldOut.text.length === 0) {
      throw new MixtureError(`target ${asked.name}: found ${documents.length} documents to hold out${documents.length === 0 ? '' : ', all of which training text repeats'}, `
        + `expected one at least${documents.length === 0 && asked.files === undefined ? ': a source needs two documents to be a target' : ''}`);
    }
    const all = amountOf(found);
    const left = amountOf(heldOut);
    return {
      outputs: { heldOut: writePool(run.workPath('target', rank, 'held-out'), heldOut) },
      result: { heldOut: left, repeated: { documents: all.documents - left.documents, bytes: all.bytes - left.bytes }, lost },
    };
  },
};

const documentAt = (pool: TextPool, i: number): PooledDocument => ({ text: textAt(pool, i), low: pool.keys[2 * i]!, high: pool.keys[2 * i + 1]! });

function sourcePool(run: Run, name: string): TextPool {
  return readPool(run.outputPath(run.completed('pool', pooledSources(run.plan.tune!).indexOf(name)), 'heldOut'));
}

function overlapWithTraining(run: Run, heldOut: TextPool): Float64Array {
  const search = new OverlapSearch(heldOut);
  const { sources } = run.plan.tune!;
  pooledSources(run.plan.tune!).forEach((source, rank) => {
    if (!sources.includes(source)) return;
    const training = readPool(run.outputPath(run.completed('pool', rank), 'train'));
    for (let i = 0; i < documentsOf(training); i++) search.read(textAt(training, i));
    run.progress.add(documentsOf(training), training.text.length);
  });
  return search.shares();
}

/** Documents of files, in the order of their keyed hashes, as many as a target wants. */
async function filesPool(run: Run, { name, files, text }: TunedTarget): Promise<{ readonly found: TextPool; readonly lost: number }> {
  const first = new FirstDocuments(run.plan.recipe.seed, run.plan.tune!.heldOut);
  let lost = 0;
  for (const file of files!) { // asked for such a target alone
    for await (const item of readerOf(file, text).read({ source: name, name: file.name, files: [file] })) {
      if (item.kind === 'faults') {
        lost += item.faults.filter((fault) => fault.lost).length;
        continue;
      }
      const keys = documentKeys(name, { length: item.batch.length, columns: new Map([['id', columnOf(item.batch, 'id', 'utf8')]]) }).values;
      for (let row = 0; row < item.batch.length; row++) first.add(documentBytes(item.batch, row), keys[2 * row]!, keys[2 * row + 1]!);
    }
  }
  return { found: first.pool(), lost };
}

function readerOf({ format }: TargetFile, text = 'text'): Source {
  switch (format) {
    case 'jsonl': case 'csv': case 'parquet': return sourceOf({ format, paths: [], text, id: 'id', url: 'url' });
    case 'zip': case 'tar': return sourceOf({ format, paths: [], include: ['**'], exclude: [] });
    default: return sourceOf({ format, paths: [] });
  }
}

interface HashedDocument extends PooledDocument {
  readonly hash: readonly [high: number, low: number];
  readonly number: number;
}

/** Those with the smallest hashes, up to a number of bytes. Memory: 16 times as many, if documents are that long, and twice where they are short. */
class FirstDocuments {
  readonly #key: Uint32Array;
  readonly #wanted: number;
  #documents: HashedDocument[] = [];
  #bytes = 0;
  #number = 0;

  constructor(seed: number, wanted: number) {
    this.#key = hashKey(seed, 'pool');
    this.#wanted = wanted;
  }

  add(text: Uint8Array, low: number, high: number): void {
    const hash = new Uint32Array(2);
    copyHash(this.#key, low, high, 0, hash);
    this.#documents.push({ text: text.slice(0, this.#wanted), low, high, hash: [hash[1]!, hash[0]!], number: this.#number++ });
    this.#bytes += Math.min(text.length, this.#wanted);
    if (this.#bytes > 2 * this.#wanted) this.#keepFirst();
  }

  pool(): TextPool {
    this.#keepFirst();
    const cap = evenCap(this.#documents.map(({ text }) => text.length), this.#wanted);
    return poolOf(this.#documents.map((document) => ({ ...document, text: document.text.subarray(0, cap) })));
  }

  #keepFirst(): void {
    this.#documents.sort((a, b) => a.hash[0] - b.hash[0] || a.hash[1] - b.hash[1] || a.number - b.number);
    this.#documents.length = documentsWanted(this.#documents.map(({ text }) => text.length), this.#wanted);
    this.#bytes = this.#documents.reduce((sum, { text }) => sum + text.length, 0);
  }
}
