/**
 * Inflates the pages of Parquet files: to exactly the bytes that their headers declare, never more. gzip and Brotli are Node's; Snappy and Zstandard are
 * WASM modules of packages (on 23 MB of text, CPU time, Node 20: hysnappy 1,000 MB/s and hyparquet's own 310; zstd-wasm 700 and fzstd 60), or Node's own
 * Zstandard where it has it; LZ4 is a few lines here, because the packages' decoder does not tell how much it wrote.
 */
import * as zlib from 'node:zlib';
import { compressors } from 'hyparquet-compressors';
import { inflateFrame } from '../zstd-engine.js';
import { lookAtFrame } from '../zstd-frame.js';
import { loadZstd } from '../zstd-module.js';
import { ParquetDamage } from './damage.js';

/** By their number in CompressionCodec. */
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const;
const ZSTD = CODECS.indexOf('ZSTD');

/** What the codec needs, once a thread. Throws ParquetDamage for a codec that is not read. */
export async function preparePageCodec(codec: number): Promise<void> {
  const name = CODECS[codec];
  if (name === undefined || name === 'LZO') {
    const expected = CODECS.filter((one) => one !== 'LZO').join(', ');
    throw new ParquetDamage(`found compression ${name ?? codec}, expected one of ${expected}`, 'unsupported-row-group');
  }
  if (codec === ZSTD) await loadZstd();
}

/** `preparePageCodec` has returned for this codec. Throws ParquetDamage where the bytes inflate to another length than `size`, or not at all. */
export function inflatePage(codec: number, bytes: Uint8Array, size: number): Uint8Array {
  const name = CODECS[codec]!; // it was prepared
  let page: Uint8Array;
  try {
    page = size === 0 && name !== 'UNCOMPRESSED' ? new Uint8Array(0) : inflate(name, bytes, size); // some writers leave empty pages empty
  } catch (error) {
    if (error instanceof ParquetDamage) throw error;
    const found = `found a page of ${bytes.length} bytes that does not inflate by ${name}`;
    throw new ParquetDamage(`${found} (${error instanceof Error ? error.message : String(error)})`, 'damaged-row-group', { cause: error });
  }
  if (page.length !== size) throw new ParquetDamage(`found a page of ${page.length} bytes when inflated, expected ${size} as its header says`);
  return page;
}

function inflate(name: (typeof CODECS)[number], bytes: Uint8Array, size: number): Uint8Array {
  switch (name) {
    case 'UNCOMPRESSED': return bytes;
    case 'SNAPPY': return inflateSnappy(bytes, size);
    case 'GZIP': return zlib.unzipSync(bytes, { maxOutputLength: size });
    case 'BROTLI': return zlib.brotliDecompressSync(bytes, { maxOutputLength: size });
    case 'ZSTD': return inflateZstd(bytes, size);
    case 'LZ4_RAW': return inflateLz4(bytes, 0, bytes.length, new Uint8Array(size), 0);
    case 'LZ4': return inflateHadoopLz4(bytes, size);
    case 'LZO': throw new ParquetDamage('found compression LZO', 'unsupported-row-group'); // preparePageCodec refuses it first
  }
}

/** The stream itself says how long it is: the decoder believes that, so it is compared before. */
function inflateSnappy(bytes: Uint8Array, size: number): Uint8Array {
  let declared = 0;
  let shift = 0;
  for (; ; shift += 7) {
    const byte = bytes[shift / 7];
    if (byte === undefined || shift > 28) throw new ParquetDamage('found a Snappy stream without a length');
    declared += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
  }
  if (declared !== size) throw new ParquetDamage(`found a Snappy stream of ${declared} bytes, expected ${size} as the page's header says`);
  return compressors.SNAPPY!(bytes, size); // the package has it
}

/** What the frame says it inflates to is compared before: the engine reserves that much. */
function inflateZstd(bytes: Uint8Array, size: number): Uint8Array {
  const look = lookAtFrame(bytes, 0, bytes.length);
  if (look.kind !== 'whole') throw new ParquetDamage(`found ${look.kind === 'bad' ? look.found : 'the end of the page'}, expected a Zstandard frame`);
  const { contentBytes = size } = look.header;
  if (contentBytes !== size) throw new ParquetDamage(`found a Zstandard frame of ${contentBytes} bytes, expected ${size} as the page's header says`);
  const page = inflateFrame(bytes, look.header, size);
  if (page === 'large') throw new ParquetDamage(`found a Zstandard frame of more than ${size} bytes, expected as many as the page's header says`);
  if ('found' in page) throw new ParquetDamage(`found ${page.found}, expected a page of ${size} bytes`);
  return page;
}

/** Blocks with their lengths in front, as Hadoop frames them; a page without such a frame is one raw block, as older Arrow wrote. */
function inflateHadoopLz4(bytes: Uint8Array, size: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const page = new Uint8Array(size);
  let at = 0;
  let filled = 0;
  while (at + 8 <= bytes.length) {
    const [plain, stored] = [view.getUint32(at), view.getUint32(at + 4)];
    if (stored > bytes.length - at - 8 || plain > size - filled) break;
    const before = filled;
    try {
      filled = inflateLz4(bytes, at + 8, at + 8 + stored, page.subarray(0, filled + plain), filled).length;
    } catch (error) {
      if (at > 0 || !(error instanceof ParquetDamage)) throw error;
      break; // no frame after all
    }
    if (filled !== before + plain) break;
    at += 8 + stored;
  }
  return at === bytes.length && filled === size ? page : inflateLz4(bytes, 0, bytes.length, new Uint8Array(size), 0);
}

/** One LZ4 block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md) into `page` from `filled` on; what is filled then. */
function inflateLz4(bytes: Uint8Array, start: number, end: number, page: Uint8Array, filled: number): Uint8Array {
  let at = start;
  let out = filled;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; length += byte) {
      if (at >= end) throw new ParquetDamage('found the end inside an LZ4 length');
      byte = bytes[at++]!; // before the end
    }
    return length;
  };
  while (at < end) {
    const token = bytes[at++]!; // before the end
    const literals = lengthFrom(token >>> 4);
    if (literals > end - at || literals > page.length - out) {
      throw new ParquetDamage(`found ${literals} LZ4 literals, expected at most ${Math.min(end - at, page.length - out)}`);
    }
    page.set(bytes.subarray(at, at + literals), out);
    at += literals;
    out += literals;
    if (at >= end) break;
    const distance = bytes[at]! | ((bytes[at + 1] ?? 0) << 8); // before the end
    at += 2;
    const length = lengthFrom(token & 15) + 4;
    if (distance === 0 || distance > out || length > page.length - out) {
      throw new ParquetDamage(`found an LZ4 match of ${length} bytes ${distance} back, at ${out} of ${page.length}`);
    }
    if (distance >= length) page.copyWithin(out, out - distance, out - distance + length);
    else for (let i = 0; i < length; i++) page[out + i] = page[out + i - distance]!; // it repeats itself
    out += length;
  }
  return page.subarray(0, out);
}
