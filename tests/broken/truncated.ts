/** Files cut at every 1 % of their length: what was whole before the cut comes, the rest is one loss, and nothing half is taken for whole. */
import { Buffer } from 'node:buffer';
import { constants, inflateRawSync } from 'node:zlib';
import { textsOf, type BrokenCase, type GoodFile } from './case.js';
import { goodFiles, oneMember, pages, zipOf } from './good.js';

/** Between a record's text and the next record: two CRLF. */
const WET_END_BYTES = 4;
const GZIP_HEADER_BYTES = 10;

export async function truncatedCases(): Promise<BrokenCase[]> {
  const zip = await zipOf(pages.map(({ text }, i) => [`${i}.txt`, text]));
  return [
    ...cuts(goodFiles.wet.bytes).map((cut) => ({ ...head(goodFiles.wet.name, 'wet', goodFiles.wet.bytes, cut), ...wetCut(goodFiles.wet, cut) })),
    ...cuts(goodFiles.jsonl.bytes).map((cut) => ({ ...head(goodFiles.jsonl.name, 'jsonl', goodFiles.jsonl.bytes, cut), ...lineCut(goodFiles.jsonl, cut) })),
    ...[goodFiles.wetMembers, goodFiles.jsonlMembers].flatMap((good) => cuts(good.bytes).map((cut) => ({ ...head(good.name, good.format, good.bytes, cut), ...memberCut(good, cut) }))),
    ...[oneMember.wet, oneMember.jsonl].flatMap(({ name, bytes, of }) => cuts(bytes).map((cut) => ({ ...head(name, of.format, bytes, cut), ...oneMemberCut(bytes, of, cut) }))),
    ...cuts(zip).map((cut) => ({ ...head('good.zip', 'zip', zip, cut), documents: [], error: /expected a whole zip archive/ })),
  ];
}

const cuts = (bytes: Buffer): number[] => Array.from({ length: 99 }, (_, i) => Math.floor((bytes.length * (i + 1)) / 100));

const head = (name: string, format: BrokenCase['format'], bytes: Buffer, cut: number) => (
  { name: `cut-at-${cut}-${name}`, format, what: `${name} cut at byte ${cut} of ${bytes.length}`, bytes: bytes.subarray(0, cut) });

type Expected = Pick<BrokenCase, 'documents' | 'perhaps' | 'faults'>;

function wetCut({ records }: GoodFile, cut: number): Expected {
  const whole = records.filter(({ end }) => end - WET_END_BYTES <= cut);
  const inside = records.some(({ start, end }) => start < cut && cut < end - WET_END_BYTES);
  return { documents: textsOf(whole), faults: inside ? { 'truncated-record': 1 } : {} };
}

function lineCut({ records }: GoodFile, cut: number): Expected {
  const whole = records.filter(({ end }) => end - 1 <= cut);
  const inside = records.some(({ start, end }) => start < cut && cut < end - 1);
  return { documents: textsOf(whole), faults: inside ? { 'invalid-json': 1 } : {} };
}

/** The record of the cut member may be whole already, when only its end or its checksum is missing. */
function memberCut({ records }: GoodFile, cut: number): Expected {
  const whole = records.filter(({ end }) => end <= cut);
  const damaged = records.find(({ start, end }) => start < cut && cut < end);
  if (damaged === undefined) return { documents: textsOf(whole), faults: {} };
  return { documents: textsOf(whole), perhaps: { at: whole.length, text: damaged.text }, faults: { 'truncated-gzip': 1 } };
}

/** zlib says how much of the plain file is in what is left. */
function oneMemberCut(bytes: Buffer, { format, records }: GoodFile, cut: number): Expected {
  const plain = inflateRawSync(bytes.subarray(GZIP_HEADER_BYTES, cut), { finishFlush: constants.Z_SYNC_FLUSH }).length;
  const whole = records.filter(({ end }) => end - (format === 'wet' ? WET_END_BYTES : 1) <= plain);
  return { documents: textsOf(whole), faults: { 'truncated-gzip': 1 } };
}
