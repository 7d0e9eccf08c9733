/** Tar archives and CSV, cut at every percent and with other bits: a text is an entry, or a quoted field over many lines. */
import { Buffer } from 'node:buffer';
import { tarEntry, ZEROS } from '../stages/sources/tar-writer.js';
import { textsOf, type BrokenCase, type GoodFile } from './case.js';
import { goodFile, jsonLines, pages, texts } from './good.js';

const FLIPS = 100;
const TAR_BLOCK = 512;
/** No document's text. */
const NONE = Buffer.alloc(0);

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const HEAD = 'id,url,text,number\r\n';

export function tableCases(): BrokenCase[] {
  const tar = goodFile('good.tar', 'tar', texts.map((content, i) => tarEntry({ name: `folder/${i}.txt`, content })));
  const rows = goodFile('good.csv', 'csv', pages.map(({ uri, text }, i) => Buffer.from(`${[`id-${i}`, quoted(uri), quoted(text), i].join(',')}\r\n`)));
  const csv: GoodFile = { ...rows, bytes: Buffer.concat([Buffer.from(HEAD), rows.bytes]), records: rows.records.map(({ start, end, text }) => ({ start: start + HEAD.length, end: end + HEAD.length, text })) };
  return [
    { name: 'whole.tar', format: 'tar', what: 'nothing wrong', bytes: Buffer.concat([tar.bytes, ZEROS]), documents: texts, faults: {} },
    { name: 'whole.csv', format: 'csv', what: 'nothing wrong', bytes: csv.bytes, documents: texts, faults: {} },
    { name: 'twice.tar', format: 'tar', what: 'two archives, the first without an end', bytes: Buffer.concat([tar.bytes, tar.bytes, ZEROS]), documents: [...texts, ...texts], faults: {} },
    { name: 'lines.csv', format: 'csv', what: 'JSON Lines that are called CSV', bytes: jsonLines[0]!, documents: [], error: /found / },
    ...[tar, csv].flatMap((good) => [...cuts(good.bytes).map((cut) => cutAt(good, cut)), ...flips(good.bytes).map((bit) => flippedAt(good, bit))]),
  ];
}

const cuts = (bytes: Buffer): number[] => Array.from({ length: 99 }, (_, i) => Math.floor((bytes.length * (i + 1)) / 100));
const flips = (bytes: Buffer): number[] => Array.from({ length: FLIPS }, (_, i) => Math.floor(((i + 0.61) * 8 * bytes.length) / FLIPS));

/**
 * Of an entry only the whole comes, of a row too; but behind a quote that nobody closed reading goes on at the next line, as a stray quote must not cost the rest of a file: the
 * lines of the cut text are then rows, most of which fit no columns.
 */
function cutAt({ name, format, bytes, records }: GoodFile, cut: number): BrokenCase {
  const whole = records.filter(({ end }) => end <= cut);
  const damaged = records.find(({ start, end }) => start < cut && cut < end);
  return {
    name: `cut-at-${cut}-${name}`, format, what: `${name} cut at byte ${cut} of ${bytes.length}`, bytes: bytes.subarray(0, cut), documents: textsOf(whole),
    ...(damaged === undefined ? {} : { perhaps: { at: whole.length, ...(format === 'csv' ? {} : { text: damaged.end - cut < TAR_BLOCK ? damaged.text : NONE }) } }), mostLost: format === 'csv' ? 100 : 1,
  };
}

function flippedAt({ name, format, bytes, records }: GoodFile, bit: number): BrokenCase {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  const at = records.findIndex(({ end }) => bit >> 3 < end);
  const isLineEnd = format === 'csv' && bit >> 3 >= records[at]!.end - 2; // the bit is in the file
  const others = records.filter((_, i) => i !== at && !(isLineEnd && i === at + 1));
  return { name: `bit-${bit}-${name}`, format, what: `${name} with another bit ${bit & 7} of byte ${bit >> 3}`, bytes: copy, documents: textsOf(others), perhaps: { at }, mostLost: format === 'csv' ? 100 : 2 };
}
