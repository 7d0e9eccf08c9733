/** Parquet files whose page headers, chunks or footers say what is not so. What is damaged costs its row group; a file without a footer is refused. */
import { Buffer } from 'node:buffer';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { BrokenCase } from './case.js';
import { pages, spliced, texts } from './good.js';

const GROUP_ROWS = 4;

/** Three row groups; columns stored as they are, without checksums: nothing but sizes stands between a reader and the bytes. */
const whole = Buffer.from(parquetWriteBuffer({
  columnData: [
    { name: 'id', data: pages.map(({ uri }) => uri), type: 'STRING' }, { name: 'text', data: pages.map(({ text }) => text), type: 'STRING' },
  ],
  rowGroupSize: GROUP_ROWS, codec: 'UNCOMPRESSED',
}));
const footer = parquetMetadata(whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length) as ArrayBuffer); // of its own memory

/** Where the page header of the text column of a row group begins: Thrift's compact form, `15 type 15 inflated size 15 stored size`. */
const pageAt = (group: number): number => Number(footer.row_groups[group]!.columns[1]!.meta_data!.data_page_offset); // three groups, two columns

/** A number as Thrift has it: zigzag, seven bits a byte. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = BigInt(value) >= 0n ? BigInt(value) * 2n : -BigInt(value) * 2n - 1n;
  do {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

/** The size fields of the page header: positions of their bytes. */
function sizesAt(group: number): { readonly inflated: readonly [number, number]; readonly stored: readonly [number, number] } {
  const skip = (at: number): number => {
    let end = at;
    while (whole[end]! >= 0x80) end++;
    return end + 1;
  };
  const inflated = skip(pageAt(group) + 1) + 1;
  const stored = skip(inflated) + 1;
  return { inflated: [inflated, skip(inflated)], stored: [stored, skip(stored)] };
}

/** The file with another number in place of one, and every byte behind it where it was, by padding or cutting the page's own bytes. */
function withSize(group: number, field: 'inflated' | 'stored', value: number): Buffer {
  const [from, to] = sizesAt(group)[field];
  const number = varint(value);
  const grown = spliced(whole, from, to, number);
  const more = number.length - (to - from);
  const end = from + number.length + 40; // somewhere in the page's values
  return more >= 0 ? spliced(grown, end, end + more, '') : spliced(grown, end, end, Buffer.alloc(-more));
}

const others = (group: number): Buffer[] => texts.filter((_, i) => Math.floor(i / GROUP_ROWS) !== group);
const storedSize = (group: number): number => {
  const [from] = sizesAt(group).stored;
  let value = 0;
  for (let at = from, shift = 0; ; at++, shift += 7) {
    value += (whole[at]! & 0x7f) * 2 ** shift;
    if (whole[at]! < 0x80) return value / 2;
  }
};

export function rowGroupCases(): BrokenCase[] {
  const lost = (name: string, what: string, bytes: Buffer, group: number, reason = 'damaged-row-group'): BrokenCase => (
    { name: `${name}.parquet`, format: 'parquet', what, bytes, documents: others(group), faults: { [reason]: 1 } });
  const refused = (name: string, what: string, bytes: Buffer, error: RegExp): BrokenCase => ({ name: `${name}.parquet`, format: 'parquet', what, bytes, documents: [], error });
  const sizes = [0, 1].flatMap((group) => ([['inflated', 'an inflated'], ['stored', 'a stored']] as const).flatMap(([field, words]) => ([
    ['negative', -1], ['zero', 0], ['less', storedSize(group) - 300], ['more', storedSize(group) + 300], ['gigabytes', 2 ** 31 - 1],
  ] as const).map(([kind, value]) => lost(`page-${group}-${field}-${kind}`, `a page of row group ${group} with ${words} size of ${value}`, withSize(group, field, value), group))));
  const length = whole.readUInt32LE(whole.length - 8);
  const withFooterLength = (value: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(value, whole.length - 8);
    return bytes;
  };
  const zeroed = (from: number, to: number): Buffer => Buffer.from(whole).fill(0, from, to);
  return [
    { name: 'whole.parquet', format: 'parquet', what: 'nothing wrong', bytes: whole, documents: texts, faults: {} },
    ...sizes,
    lost('page-zeros', 'a page header of zeros', zeroed(pageAt(1), pageAt(1) + 20), 1),
    ...Array.from({ length: 99 }, (_, i) => {
      const cut = Math.floor((whole.length * (i + 1)) / 100);
      return refused(`cut-at-${cut}`, `cut at byte ${cut} of ${whole.length}`, whole.subarray(0, cut), /found /);
    }),
    refused('footer-long', 'a footer longer than the file', withFooterLength(whole.length), /found /),
    refused('footer-huge', 'a footer of 4 GiB', withFooterLength(0xffffffff), /found /),
    refused('footer-short', 'a footer that begins late', withFooterLength(length - 50), /found /),
    refused('footer-none', 'no footer', withFooterLength(0), /found /),
    refused('footer-zeros', 'a footer of zeros', zeroed(whole.length - 8 - length, whole.length - 8), /found /),
    refused('magic', 'another magic at the end', spliced(whole, whole.length - 4, whole.length, 'PARE'), /found /),
    refused('text', 'text that is called Parquet', texts[0]!, /found /),
  ];
}
