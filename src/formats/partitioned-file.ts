/**
 * Records of one task dealt out to numbered partitions, in one file: sorted by partition, with the position of each partition behind them, so the
 * task of a partition reads its part of every file and no file is open once per partition.
 *
 *   records (uint32 words, little-endian), by partition and then by all their words   positions (float64 x partitions + 1, in records)
 */
import { AtomicFile, type WrittenFile } from './atomic-file.js';
import { ExternalSort } from './external-sort.js';
import { PositionedFile } from './positioned-file.js';
import { ShardError } from '../core/errors.js';

export interface PartitionedFileOptions {
  /** Uint32 words a record. */
  readonly words: number;
  readonly partitions: number;
}

/** The partition and two words of a hash tell almost all records apart; sorting by all words at once takes twice the passes. */
const KEY_WORDS = 3;

export class PartitionedWriter {
  readonly #path: string;
  readonly #options: PartitionedFileOptions;
  readonly #sort: ExternalSort;
  readonly #record: Uint32Array;

  /** Memory: `memoryBytes`, and 8 bytes a partition. Records beyond it are spilled to `folder`. */
  constructor(path: string, folder: string, memoryBytes: number, options: PartitionedFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#sort = new ExternalSort({ words: options.words + 1, keyWords: Math.min(KEY_WORDS, options.words + 1), memoryBytes, folder });
    this.#record = new Uint32Array(options.words + 1);
  }

  /** Adds the record that `words` holds from word `at` on; it is copied. */
  add(partition: number, words: ArrayLike<number>, at = 0): void {
    this.#record[0] = partition;
    for (let word = 0; word < this.#options.words; word++) this.#record[word + 1] = words[at + word]!;
    this.#sort.add(this.#record);
  }

  commit(): WrittenFile {
    const { words, partitions } = this.#options;
    const file = AtomicFile.create(this.#path);
    try {
      const counts = new Float64Array(partitions + 1);
      for (const chunk of this.#sort.sorted()) {
        const records = chunk.length / (words + 1);
        const plain = new Uint32Array(records * words);
        for (let i = 0; i < records; i++) {
          const from = i * (words + 1);
          counts[chunk[from]! + 1]! += 1;
          for (let word = 0; word < words; word++) plain[i * words + word] = chunk[from + 1 + word]!;
        }
        file.write(new Uint8Array(plain.buffer));
      }
      for (let i = 1; i <= partitions; i++) counts[i]! += counts[i - 1]!;
      file.write(new Uint8Array(counts.buffer));
      return file.commit();
    } finally {
      file.abort();
      this.#sort.dispose();
    }
  }

  /** Deletes what was spilled; does nothing after a commit. */
  abort(): void {
    this.#sort.dispose();
  }
}

const CHUNK_BYTES = 1 << 20;

/** The records of one partition, many to a chunk of at most 1 MiB; a chunk belongs to the caller. */
export function* readPartition(path: string, partition: number, { words, partitions }: PartitionedFileOptions): Generator<Uint32Array> {
  const file = new PositionedFile(path);
  try {
    const indexBytes = (partitions + 1) * 8;
    if (file.bytes < indexBytes) throw new ShardError(`${path}: has ${file.bytes} bytes, expected an index of ${indexBytes}; it is damaged`);
    const index = file.read(file.bytes - indexBytes + partition * 8, 16);
    const view = new DataView(index.buffer, index.byteOffset, 16);
    const end = view.getFloat64(8, true) * words * 4;
    let at = view.getFloat64(0, true) * words * 4;
    if (!(at >= 0 && end >= at && end <= file.bytes - indexBytes)) throw new ShardError(`${path}: partition ${partition} lies outside the file; it is damaged`);
    const step = Math.max(words * 4, CHUNK_BYTES - (CHUNK_BYTES % (words * 4)));
    for (; at < end; at += step) {
      const bytes = file.read(at, Math.min(step, end - at));
      yield new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    }
  } finally {
    file.close();
  }
}
