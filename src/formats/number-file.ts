/** A file of small numbers, one of so many bits each, from the lowest bit of the first byte on: what is decided of each document of a source. */
import { AtomicFile, type WrittenFile } from './atomic-file.js';

const BUFFER_BYTES = 1 << 16;

/** Writes numbers of `bits` (1, 2, 4 or 8) bits; the last byte is filled up with zeros. Memory: 1 MiB. Throws OutputError. */
export function writeNumbers(path: string, bits: 1 | 2 | 4 | 8, numbers: Iterable<number>): WrittenFile {
  const file = AtomicFile.create(path);
  try {
    const buffer = new Uint8Array(BUFFER_BYTES);
    let used = 0; // in bits
    for (const number of numbers) {
      buffer[used >> 3]! |= number << (used & 7);
      used += bits;
      if (used < 8 * BUFFER_BYTES) continue;
      file.write(buffer);
      buffer.fill(0);
      used = 0;
    }
    file.write(buffer.subarray(0, Math.ceil(used / 8)));
    return file.commit();
  } finally {
    file.abort();
  }
}
