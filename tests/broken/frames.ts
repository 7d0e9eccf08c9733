/** The same files in Zstandard, a frame a record or one for all: cut, with other bits, with garbage, bombs, and frames that ask for what nobody gives. */
import { Buffer } from 'node:buffer';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { noise } from '../formats/byte-runs.js';
import { textsOf, type BrokenCase, type GoodFile } from './case.js';
import { goodFile, jsonLines, spliced, texts, wetRecords } from './good.js';

const frame = (bytes: Uint8Array): Buffer => Buffer.from(zstdFrame(bytes, 3));
/** 4 bytes of content in a frame to be skipped. */
const SKIPPABLE = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const FLIPS = 60;

export async function frameCases(): Promise<BrokenCase[]> {
  await loadZstd();
  const wet = goodFile('frames.warc.wet.zst', 'wet', wetRecords.map(frame));
  const jsonl = goodFile('frames.jsonl.zst', 'jsonl', jsonLines.map(frame));
  const whole = frame(Buffer.concat(wetRecords));
  const one = (name: string, what: string, parts: readonly Uint8Array[], faults: Readonly<Record<string, number>>, documents: readonly Buffer[] = texts): BrokenCase => (
    { name: `${name}.warc.wet.zst`, format: 'wet', what, bytes: Buffer.concat(parts), documents, faults });
  return [
    ...[wet, jsonl].flatMap((good) => [...Array.from({ length: 99 }, (_, i) => cutAt(good, Math.floor((good.bytes.length * (i + 1)) / 100))), ...Array.from({ length: FLIPS }, (_, i) => flippedAt(good, i))]),
    one('one-frame', 'one frame for all', [whole], {}),
    one('skippable', 'frames to be skipped before, between and behind', [SKIPPABLE, ...wetRecords.flatMap((record) => [frame(record), SKIPPABLE])], {}),
    one('split', 'records over frames', [frame(wet.bytes.subarray(0, 0)), frame(Buffer.concat(wetRecords).subarray(0, 1000)), frame(Buffer.concat(wetRecords).subarray(1000))], {}),
    ...[0, 4].map((place) => one(`garbage-at-${place}`, `noise before frame ${place}`, [spliced(wet.bytes, wet.records[place]!.start, wet.records[place]!.start, noise(500, 4))], { 'damaged-zstd': 1 })),
    one('garbage-behind', 'noise behind the last frame', [wet.bytes, noise(500, 4)], { 'damaged-zstd': 1 }),
    one('window', 'a frame that asks for terabytes', [Buffer.from([...MAGIC, 0, 0xff, 1, 0, 0]), wet.bytes], { 'damaged-zstd': 1 }),
    one('dictionary', 'a frame that needs a dictionary', [Buffer.from([...MAGIC, 1, 0, 5, 1, 0, 0]), wet.bytes], { 'unsupported-zstd': 1 }),
  ];
}

function cutAt({ name, format, bytes, records }: GoodFile, cut: number): BrokenCase {
  const whole = records.filter(({ end }) => end <= cut);
  const damaged = records.find(({ start, end }) => start < cut && cut < end);
  return {
    name: `cut-at-${cut}-${name}`, format, what: `${name} cut at byte ${cut} of ${bytes.length}`, bytes: bytes.subarray(0, cut), documents: textsOf(whole),
    ...(damaged === undefined ? { faults: {} } : { perhaps: { at: whole.length, text: damaged.text }, mostLost: 1 }),
  };
}

/** The i-th of the flips, spread over the file. */
function flippedAt({ name, format, bytes, records }: GoodFile, i: number): BrokenCase {
  const bit = Math.floor(((i + 0.37) * 8 * bytes.length) / FLIPS);
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  const at = records.findIndex(({ end }) => bit >> 3 < end);
  return {
    name: `bit-${bit}-${name}`, format, what: `${name} with another bit ${bit & 7} of byte ${bit >> 3}`, bytes: copy, documents: textsOf(records.filter((_, k) => k !== at)),
    perhaps: { at, text: records[at]!.text }, mostLost: 1, // the bit is in the file; a frame is verified, so what comes of it is whole
  };
}
