/** Zip archives as strangers make them: of other forms, with entries that are no texts, and with directories that say something else than the entries. */
import { Buffer } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';
import type { BrokenCase } from './case.js';
import { spliced, texts, zipOf, type ZipEntrySpec } from './good.js';

/** Fields by their place in a local header, and in the directory's. */
const FLAGS = [6, 8] as const, METHOD = [8, 10] as const, CRC = [14, 16] as const, PACKED = [18, 20] as const, SIZE = [22, 24] as const;
const ATTRIBUTES = 38, OFFSET = 42;
const LOCAL_BYTES = 30, DIRECTORY_BYTES = 46;

const ENTRIES: readonly ZipEntrySpec[] = texts.slice(0, 4).map((text, i) => [`entry-${i}.txt`, text]);
/** The entry that is changed. */
const AT = 1;
const NAME = `entry-${AT}.txt`;
const OTHERS = [texts[0]!, texts[2]!, texts[3]!] as const;

type Edit = (zip: Buffer, local: number, central: number) => void;
const put16 = (field: readonly [number, number], value: number): Edit => (zip, local, central) => {
  zip.writeUInt16LE(value, local + field[0]);
  zip.writeUInt16LE(value, central + field[1]);
};
const put32 = (field: readonly [number, number], value: number): Edit => (zip, local, central) => {
  zip.writeUInt32LE(value, local + field[0]);
  zip.writeUInt32LE(value, central + field[1]);
};
/** Another name of the same length. */
const rename = (name: string): Edit => (zip, local, central) => {
  zip.write(name.padEnd(NAME.length, 'x'), local + LOCAL_BYTES, 'latin1');
  zip.write(name.padEnd(NAME.length, 'x'), central + DIRECTORY_BYTES, 'latin1');
};

/** One entry of four is changed; without a fault it is read. */
const EDITS: readonly (readonly [name: string, what: string, edit: Edit, fault?: string])[] = [
  ['encrypted', 'an encrypted entry', put16(FLAGS, 1), 'encrypted'],
  ['link', 'a symbolic link', (zip, _, central) => zip.writeUInt32LE(0o120777 * 65_536, central + ATTRIBUTES), 'link'],
  ['method', 'an entry compressed in another way', put16(METHOD, 14), 'unsupported-method'],
  ['checksum', 'a wrong checksum', put32(CRC, 0x12345678), 'bad-crc'],
  ['size-less', 'a size one too small', put32(SIZE, texts[AT]!.length - 1), 'bomb'],
  ['size-more', 'a size one too large', put32(SIZE, texts[AT]!.length + 1), 'damaged-entry'],
  ['size-huge', 'a size of 4 GiB', put32(SIZE, 0xfffffffe), 'bomb'],
  ['packed-more', 'a stored size that reaches into the next entry', (zip, local, central) => put32(PACKED, zip.readUInt32LE(local + PACKED[0]) + 200)(zip, local, central), 'bomb'],
  ['packed-less', 'a stored size that ends in the entry', put32(PACKED, 20), 'damaged-entry'],
  ['place-behind', 'a local header behind the end of the file', (zip, _, central) => zip.writeUInt32LE(0x7fffffff, central + OFFSET), 'damaged-entry'],
  ['place-inside', 'a local header in the middle of the entry before it', (zip, local, central) => zip.writeUInt32LE(local - 40, central + OFFSET), 'damaged-entry'],
  ['local-gone', 'a local header that is none', (zip, local) => zip.fill(0, local, local + 4), 'damaged-entry'],
  ['name-parent', 'a name that leads out of the folder', rename('../../x.txt'), 'unsafe-name'],
  ['name-absolute', 'an absolute name', rename('/etc/x.txt'), 'unsafe-name'],
  ['name-drive', 'a name with a drive letter', rename('C:/x.txt'), 'unsafe-name'],
  ['name-backslash', 'a name with a backslash', rename('a\\..\\b.txt'), 'unsafe-name'],
  ['name-nul', 'a name with NUL', rename('a\0b.txt'), 'unsafe-name'],
  ['name-prototype', 'a name that objects have', rename('__proto__')],
];

export async function archiveCases(): Promise<BrokenCase[]> {
  const whole = await zipOf(ENTRIES);
  const edited = EDITS.map(([name, what, edit, fault]): BrokenCase => {
    const bytes = Buffer.from(whole);
    edit(bytes, bytes.indexOf(NAME) - LOCAL_BYTES, bytes.lastIndexOf(NAME) - DIRECTORY_BYTES);
    return { name: `${name}.zip`, format: 'zip', what, bytes, documents: fault === undefined ? texts.slice(0, 4) : [...OTHERS], faults: fault === undefined ? {} : { [fault]: 1 } };
  });
  const good = (name: string, what: string, bytes: Buffer, documents: readonly Buffer[] = texts.slice(0, 4), faults: Readonly<Record<string, number>> = {}): BrokenCase => (
    { name: `${name}.zip`, format: 'zip', what, bytes, documents, faults });
  const refused = (name: string, what: string, bytes: Buffer, error: RegExp): BrokenCase => ({ name: `${name}.zip`, format: 'zip', what, bytes, documents: [], error });
  const end = whole.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const patched = (at: number, value: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(value, end + at);
    return bytes;
  };
  const nested = await zipOf([...ENTRIES.slice(0, 2), ['inner.zip', whole], ...ENTRIES.slice(2)]);
  return [
    ...edited,
    good('zip64', 'an archive of the 64-bit form', await zipOf(ENTRIES.map(([name, content]) => [name, content, { forceZip64Format: true }]), { forceZip64Format: true })),
    good('stored', 'entries that are not compressed', await zipOf(ENTRIES.map(([name, content]) => [name, content, { compress: false }]))),
    good('same-names', 'entries of one name', await zipOf(ENTRIES.map(([, content]) => ['same.txt', content]))),
    good('folders', 'folders among the entries', await zipOf([['a/b/c.txt', texts[0]!], ...ENTRIES.slice(1)])),
    good('nested', 'an archive in the archive', nested, texts.slice(0, 4), { 'nested-archive': 1 }),
    good('empty', 'an archive of nothing', await zipOf([]), []),
    good('comment', 'a comment', await zipOf(ENTRIES, { comment: 'made by hand' })),
    good('garbage-inside', 'bytes between the entries and the directory that nothing names', withGap(whole)),
    refused('garbage-behind', 'bytes behind the end that hide it', Buffer.concat([whole, Buffer.alloc(70_000)]), /expected a whole zip archive/),
    refused('garbage-before', 'bytes before the archive that no offset counts', Buffer.concat([Buffer.from('#!/bin/sh\n'.repeat(10)), whole]), /central directory/),
    refused('directory-behind', 'a directory behind the end of the file', patched(16, 0x7fffffff), /found a directory/),
    refused('directory-long', 'a directory longer than the file', patched(12, 0x7fffffff), /found a directory/),
    refused('entries-many', 'more entries than the directory can hold', patched(8, 0xfffefffe), /found 65534 entries/),
    refused('deflate-only', 'deflated bytes without an archive', deflateRawSync(texts[0]!), /expected a whole zip archive/),
  ];
}

/** 500 bytes before the directory, whose place is corrected. */
function withGap(zip: Buffer): Buffer {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const directory = zip.readUInt32LE(end + 16);
  const bytes = spliced(zip, directory, directory, Buffer.alloc(500, 0x20));
  bytes.writeUInt32LE(directory + 500, end + 500 + 16);
  return bytes;
}
