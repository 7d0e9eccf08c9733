/**
 * Merges sorted runs of fixed-size records that lie in files, through one piece of memory that is given: a part of it for each run's next
 * records and one part for the output. Used by external-sort.ts.
 */
import { PositionedFile } from './positioned-file.js';
import { compareRecords } from './radix-sort.js';

/** A sorted file of records end to end. */
export interface Run {
  readonly path: string;
  readonly records: number;
}

/**
 * Yields the records of all runs in order, as views into `memory` that are valid until the next one is asked for. `memory` holds at least one
 * record more than there are runs. Equal records come out in the order of the runs. Throws when a file does not have the records it should.
 */
export function* mergeRuns(runs: readonly Run[], memory: Uint32Array, words: number): Generator<Uint32Array> {
  const share = Math.floor(memory.length / words / (runs.length + 1)) * words;
  if (share === 0) throw new Error(`merge of ${runs.length} runs in ${memory.length} words: not one record each`);
  const cursors: RunCursor[] = [];
  try {
    for (const [i, run] of runs.entries()) cursors.push(new RunCursor(run, memory.subarray(i * share, (i + 1) * share), words));
    const out = memory.subarray(runs.length * share, (runs.length + 1) * share);
    const heap = new CursorHeap(cursors, words);
    let used = 0;
    for (let top = heap.top; top !== undefined; top = heap.top) {
      for (let word = 0; word < words; word++) out[used + word] = top.records[top.at + word]!;
      used += words;
      heap.advance();
      if (used === out.length) {
        yield out;
        used = 0;
      }
    }
    if (used > 0) yield out.subarray(0, used);
  } finally {
    for (const cursor of cursors) cursor.close();
  }
}

/** The place reached in one run. */
class RunCursor {
  readonly #file: PositionedFile;
  readonly #buffer: Uint32Array;
  readonly #words: number;
  #position = 0;
  /** Records read from the file, of which `at` is the current one's first word. */
  records: Uint32Array;
  at = 0;

  constructor(run: Run, buffer: Uint32Array, words: number) {
    this.#file = new PositionedFile(run.path);
    this.#buffer = buffer;
    this.#words = words;
    this.records = buffer.subarray(0, 0);
    if (this.#file.bytes !== 4 * words * run.records) {
      this.close();
      throw new Error(`${run.path}: ${this.#file.bytes} bytes, expected ${run.records} records of ${4 * words}`);
    }
    this.#fill();
  }

  get ended(): boolean {
    return this.at === this.records.length;
  }

  next(): void {
    this.at += this.#words;
    if (this.at === this.records.length) this.#fill();
  }

  close(): void {
    this.#file.close();
  }

  #fill(): void {
    const bytes = Math.min(this.#buffer.byteLength, this.#file.bytes - this.#position);
    this.records = this.#buffer.subarray(0, bytes / 4);
    this.at = 0;
    this.#file.readInto(this.#position, new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset, bytes));
    this.#position += bytes;
  }
}

/** Binary heap of the runs that still have records, the smallest current record on top. */
class CursorHeap {
  readonly #cursors: RunCursor[];
  readonly #words: number;
  /** Numbers of runs. */
  readonly #heap: number[] = [];

  constructor(cursors: RunCursor[], words: number) {
    this.#cursors = cursors;
    this.#words = words;
    cursors.forEach((cursor, i) => {
      if (!cursor.ended) this.#heap.push(i);
    });
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  get top(): RunCursor | undefined {
    const run = this.#heap[0];
    return run === undefined ? undefined : this.#cursors[run];
  }

  /** Steps over the top's current record. */
  advance(): void {
    const top = this.top;
    if (top === undefined) return;
    top.next();
    if (top.ended) {
      const last = this.#heap.pop()!; // there was a top
      if (this.#heap.length === 0) return;
      this.#heap[0] = last;
    }
    this.#sink(0);
  }

  #sink(from: number): void {
    const heap = this.#heap;
    for (let i = from; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && this.#before(heap[child]!, heap[least]!)) least = child;
      }
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }

  #before(a: number, b: number): boolean {
    const left = this.#cursors[a]!;
    const right = this.#cursors[b]!;
    const order = compareRecords(left.records, left.at, right.records, right.at, this.#words);
    return order === 0 ? a < b : order < 0;
  }
}
