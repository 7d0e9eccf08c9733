// What must hold of the inflating of any stored file: runs and faults in order, at places in the file, by declared reasons; and the same bytes in whatever pieces it comes.
import { GZIP_REASONS, inflateMembers } from '#src/formats/gzip-members.js';
import { ZSTD_REASONS } from '#src/formats/zstd-frames.js';
import { openInput } from '#src/storage/input-file.js';
import { open, pieceOf, pieces } from './prompt-files.js';
import { fail } from './source-check.js';

const REASONS = new Set([...GZIP_REASONS, ...ZSTD_REASONS]);
/** Sixteen MiB are harmless whatever their ratio; then 200 to 1 of at most 16 KiB, and a piece. */
const MOST_BYTES = 128 << 20;

/** The inflated bytes of a file, and its faults; read twice, in pieces of other sizes. */
export async function inflateInPieces({ path, bytes: size }, random, { least = 1 } = {}) {
  const one = await inflate(path, size, Math.max(least, pieceOf(random)));
  const two = await inflate(path, size, Math.max(least, pieceOf(random)));
  if (!one.bytes.equals(two.bytes)) fail(`found ${one.bytes.length} and ${two.bytes.length} bytes with other pieces`);
  if (JSON.stringify(one.faults) !== JSON.stringify(two.faults)) fail(`found ${JSON.stringify(one.faults)} and ${JSON.stringify(two.faults)} with other pieces`);
  if (open.size > 0) fail('left a file open');
  return one;
}

async function inflate(path, size, most) {
  pieces.bytes = most;
  const input = await openInput(path);
  const parts = [];
  const faults = [];
  let last = -1;
  let total = 0;
  try {
    for await (const item of inflateMembers(input.blocks())) {
      if (item.kind === 'bytes') {
        parts.push(item.bytes);
        total += item.bytes.length;
        if (total > MOST_BYTES) fail(`inflated ${total} bytes of ${size}`);
        for (const { at, offset } of item.starts) {
          if (!(offset > last && offset < size && at >= 0 && at <= item.bytes.length)) fail(`a member at byte ${offset} of ${size} behind ${last}, byte ${at} of ${item.bytes.length}`);
          last = offset;
        }
        continue;
      }
      const { reason, offset, inner, bytes, detail } = item.fault;
      if (!REASONS.has(reason) || !(offset >= 0 && offset < size && inner >= 0 && bytes >= 0 && offset + (inner > 0 ? 0 : bytes) <= size) || detail === '') fail(`fault ${JSON.stringify(item.fault)}`);
      faults.push(item.fault);
    }
  } finally {
    pieces.bytes = Infinity;
    await input.close();
  }
  return { bytes: Buffer.concat(parts), faults };
}
