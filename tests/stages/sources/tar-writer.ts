/** Tar archives entry by entry, as no archiver would write them where a test asks for it: the fields of a header are given as they are. */
import { Buffer } from 'node:buffer';

export interface TarEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Default '0', a file. */
  readonly type?: string;
  /** The field, 12 bytes; default the content's length in octal. */
  readonly size?: Buffer | string;
  /** Behind the checksum: the field 8 bytes. Default: the right sum. */
  readonly checksum?: string;
  /** Default `ustar\0` and 00; GNU's is `ustar  \0`. */
  readonly magic?: string;
  readonly prefix?: string;
}

export const ZEROS = Buffer.alloc(1024);

/** One entry, padded. */
export function tarEntry({ name, content = '', type = '0', size, checksum, magic = 'ustar\x0000', prefix = '' }: TarEntry): Buffer {
  const body = Buffer.from(content as string); // or bytes, which Buffer.from takes too
  const header = Buffer.alloc(512);
  header.write(name, 0, 'utf8');
  header.write('0000644\x000000000\x000000000\0', 100, 'latin1');
  if (typeof size === 'object') size.copy(header, 124);
  else header.write(size ?? `${body.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0        ', 136, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(magic, 257, 'latin1');
  header.write(prefix, 345, 'utf8');
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) > length) length++;
  return `${length}${rest}`;
}

export const pax = (records: Readonly<Record<string, string>>): Buffer =>
  tarEntry({ name: 'PaxHeaders/x', type: 'x', content: Object.entries(records).map(([key, value]) => paxRecord(key, value)).join('') });

/** Whole, with the zeros at its end. */
export const tarFile = (...entries: readonly (TarEntry | Buffer)[]): Buffer =>
  Buffer.concat([...entries.map((entry) => ('name' in entry ? tarEntry(entry) : entry)), ZEROS]);
