/** Files with one bit that is another, at places chosen by keyed hash: every record but the one that holds the bit comes, byte for byte. */
import { Buffer } from 'node:buffer';
import { hashKey, keyedHash } from '#src/core/keyed-hash.js';
import { textsOf, type BrokenCase, type GoodFile } from './case.js';
import { goodFiles, pages, texts, zipOf } from './good.js';

const FLIPS = 100;

export async function flippedCases(): Promise<BrokenCase[]> {
  const zip = await zipOf(pages.map(({ text }, i) => [`${i}.txt`, text]));
  return [...Object.values(goodFiles).flatMap((good) => places(good.name, good.bytes).map((bit) => inRecord(good, bit))), ...places('good.zip', zip).map((bit) => inZip(zip, bit))];
}

/** Numbers of bits. */
function places(name: string, bytes: Buffer): number[] {
  const key = hashKey(7, `flipped ${name}`);
  const out = new Uint32Array(2);
  return Array.from({ length: FLIPS }, (_, i) => {
    keyedHash(key, Uint8Array.of(i), out);
    return out[0]! % (8 * bytes.length);
  });
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

const head = (name: string, format: BrokenCase['format'], bytes: Buffer, bit: number) => (
  { name: `bit-${bit}-${name}`, format, what: `${name} with another bit ${bit & 7} of byte ${bit >> 3}`, bytes: flipped(bytes, bit) });

/** What holds the bit may be lost, in one piece or two, or be a document still: of other letters, or with U+FFFD. A line end that is gone makes one line of two. */
function inRecord({ name, format, bytes, records }: GoodFile, bit: number): BrokenCase {
  const at = records.findIndex(({ end }) => bit >> 3 < end);
  const record = records[at]!; // the bit is in the file
  const isLineEnd = name === 'good.jsonl' && bit >> 3 === record.end - 1;
  const others = records.filter((_, i) => i !== at && !(isLineEnd && i === at + 1));
  return { ...head(name, format, bytes, bit), documents: textsOf(others), perhaps: { at }, mostLost: 2 };
}

function inZip(zip: Buffer, bit: number): BrokenCase {
  const directory = zip.indexOf('PK\x01\x02', 0, 'latin1');
  const inData = bit >> 3 < directory;
  const starts = texts.map((_, i) => zip.indexOf(`${i}.txt`) - 30);
  const at = inData ? starts.findLastIndex((start) => start <= bit >> 3) : texts.length;
  if (inData) return { ...head('good.zip', 'zip', zip, bit), documents: texts.filter((_, i) => i !== at), perhaps: { at }, mostLost: 1 };
  return { ...head('good.zip', 'zip', zip, bit), documents: [], mostLost: texts.length, mayFail: true };
}
