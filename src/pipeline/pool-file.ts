/**
 * Documents that tuning works with, in a file between its phases: uint32 documents, then of each [bytes, key low, key high] as uint32 (little-endian), then the
 * texts end to end. Read and written whole: the phases that write one state how much that is.
 */
import { AtomicFile, type WrittenFile } from '../formats/atomic-file.js';
import { PositionedFile } from '../formats/positioned-file.js';
import { documentsOf, type TextPool } from '../mixture/tune/text-pool.js';

const WORDS = 3;

export function writePool(path: string, pool: TextPool): WrittenFile {
  const documents = documentsOf(pool);
  const head = new Uint8Array(4 + documents * WORDS * 4);
  const view = new DataView(head.buffer);
  view.setUint32(0, documents, true);
  for (let i = 0, at = 4; i < documents; i++, at += WORDS * 4) {
    view.setUint32(at, pool.offsets[i + 1]! - pool.offsets[i]!, true);
    view.setUint32(at + 4, pool.keys[2 * i]!, true);
    view.setUint32(at + 8, pool.keys[2 * i + 1]!, true);
  }
  const file = AtomicFile.create(path);
  try {
    file.write(head);
    file.write(pool.text);
    return file.commit();
  } finally {
    file.abort();
  }
}

/** ShardError where the file is damaged or gone. */
export function readPool(path: string): TextPool {
  const file = new PositionedFile(path);
  try {
    const documents = viewOf(file.read(0, 4)).getUint32(0, true);
    const view = viewOf(file.read(4, documents * WORDS * 4)); // checked against the size of the file
    const offsets = new Uint32Array(documents + 1);
    const keys = new Uint32Array(2 * documents);
    for (let i = 0, at = 0; i < documents; i++, at += WORDS * 4) {
      offsets[i + 1] = offsets[i]! + view.getUint32(at, true);
      keys[2 * i] = view.getUint32(at + 4, true);
      keys[2 * i + 1] = view.getUint32(at + 8, true);
    }
    return { text: file.read(4 + documents * WORDS * 4, offsets[documents]!), offsets, keys }; // the last offset
  } finally {
    file.close();
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
