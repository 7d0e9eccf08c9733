/** Files and members put together as nobody should, and bytes that belong to no record before, between and behind records. */
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { gzipMember } from '#src/formats/gzip-member.js';
import { noise } from '../formats/byte-runs.js';
import type { BrokenCase } from './case.js';
import { goodFiles, jsonLines, oneMember, spliced, texts, wetRecords } from './good.js';

const { wet, wetMembers, jsonl, jsonlMembers } = goodFiles;

export function gluedCases(): BrokenCase[] {
  const twice = [...texts, ...texts];
  const one = (name: string, what: string, format: BrokenCase['format'], parts: readonly (Uint8Array | string)[], documents: readonly Buffer[], faults: Readonly<Record<string, number>> = {}): BrokenCase => (
    { name: `glued-${name}`, what, format, bytes: Buffer.concat(parts.map((part) => Buffer.from(part))), documents, faults });
  const half = wetRecords[0]!.length >> 1;
  return [
    one('twice.warc.wet', 'two plain files', 'wet', [wet.bytes, wet.bytes], twice),
    one('members.warc.wet.gz', 'a file of a member a record and one of one member', 'wet', [wetMembers.bytes, oneMember.wet.bytes], twice),
    one('plain-behind.warc.wet.gz', 'a plain file behind a compressed one', 'wet', [wetMembers.bytes, wet.bytes], texts, { 'garbage-between-members': 1 }),
    one('split.warc.wet.gz', 'a record over two members', 'wet', [gzipSync(wetRecords[0]!.subarray(0, half)), gzipSync(wetRecords[0]!.subarray(half)), gzipMember(wetRecords[1]!, 6)], texts.slice(0, 2)),
    one('pairs.warc.wet.gz', 'two records a member', 'wet', [gzipSync(Buffer.concat(wetRecords.slice(0, 2))), gzipSync(Buffer.concat(wetRecords.slice(2, 4)))], texts.slice(0, 4)),
    one('no-line-ends.warc.wet', 'records without the line ends between them', 'wet', wetRecords.slice(0, 3).map((record) => record.subarray(0, -4)), texts.slice(0, 3)),
    one('no-line-ends.warc.wet.gz', 'members of records without line ends', 'wet', wetRecords.slice(0, 3).map((record) => gzipSync(record.subarray(0, -4))), texts.slice(0, 3)),
    one('empty-members.warc.wet.gz', 'empty members between', 'wet', wetRecords.slice(0, 3).flatMap((record) => [gzipSync(''), gzipSync(record), gzipSync('')]), texts.slice(0, 3)),
    one('twice.jsonl', 'two files', 'jsonl', [jsonl.bytes, jsonl.bytes], twice),
    one('no-line-end.jsonl', 'two files, the first without a line end at its end', 'jsonl', [jsonl.bytes.subarray(0, -1), jsonl.bytes], [...texts.slice(0, -1), ...texts.slice(1)], { 'invalid-json': 1 }),
    one('byte-order-mark.jsonl', 'two files with a byte order mark each', 'jsonl', ['\ufeff', jsonl.bytes, '\ufeff', jsonl.bytes], twice),
    one('members.jsonl.gz', 'members that end within lines', 'jsonl', [gzipSync(jsonl.bytes.subarray(0, 700)), gzipSync(jsonl.bytes.subarray(700))], texts),
    one('crlf.jsonl', 'lines that end in CRLF, blank ones between', 'jsonl', jsonLines.flatMap((line) => [line.subarray(0, -1), '\r\n\r\n \t\r\n']), texts),
    ...garbageCases(),
  ];
}

const MAGIC = 'begins as gzip does';
const CUT_HEADER = 'is the beginning of a header';
/** What stands there, what it is, and the losses that it counts as at most: noise is lines of noise to JSON Lines. */
const GARBAGE: readonly (readonly [name: string, bytes: Buffer, traits: readonly string[], mostLost: number])[] = [
  ['zeros', Buffer.alloc(3000), [], 1], ['noise', noise(5000, 3), [], 1], ['page', Buffer.from('<html>\r\n<body>Service Unavailable</body>\r\n</html>\r\n'.repeat(20)), [], 1],
  ['magic', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), [MAGIC], 2], ['half-member', Buffer.from(gzipSync(noise(2000, 9)).subarray(0, 900)), [MAGIC], 8],
  ['half-record', wetRecords[5]!.subarray(0, 300), [CUT_HEADER], 1],
];

/**
 * One stretch that is no record: before the first, between two and behind the last, in every kind of file. In a plain file a header that was cut takes
 * the next one for its own lines, so that record may be lost with it; and a file that begins as gzip does is taken for gzip.
 */
function garbageCases(): BrokenCase[] {
  return GARBAGE.flatMap(([kind, garbage, traits, mostLost]) => [wet, wetMembers, jsonlMembers].flatMap((good) => [0, 4, good.records.length].map((place): BrokenCase => {
    const at = good.records[place]?.start ?? good.bytes.length;
    const joins = good === wet && traits.includes(CUT_HEADER) && place < texts.length;
    const isOther = good === wet && place === 0 && traits.includes(MAGIC);
    return {
      name: `${kind}-at-${place}-${good.name}`, what: `${kind} before record ${place} of ${good.name}`, format: good.format, bytes: spliced(good.bytes, at, at, garbage),
      documents: isOther ? [] : joins ? texts.filter((_, i) => i !== place) : texts, mostLost, ...(joins && !isOther ? { perhaps: { at: place, text: texts[place]! } } : {}),
    };
  })));
}
