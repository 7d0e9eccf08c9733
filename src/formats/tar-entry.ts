/** One entry of a tar archive as its headers describe it, and what becomes of it before its content is looked at. Pure. */
import { shownName, unsafeName } from './entry-name.js';
import type { TarHeader } from './tar-header.js';

/** An entry, with the place where reading it must begin. */
export interface TarEntry {
  readonly type: string;
  readonly name: string;
  /** Of the content that follows. */
  readonly bytes: number;
  readonly offset: number;
  readonly inner: number;
}

/** What extensions said about the entry behind them, and where the first of them is. */
export interface TarExtension {
  readonly offset: number;
  readonly inner: number;
  path?: string;
  size?: number;
  sparse?: boolean;
  /** Why it cannot be believed. */
  broken?: string;
}

export interface TarEntryOptions {
  /** Entries that are looked at: others are neither documents nor faults. */
  readonly wanted: (name: string) => boolean;
  readonly maxDocumentBytes: number;
}

/** An entry that is not wanted is neither a document nor a fault. */
export interface JudgedEntry {
  readonly entry: TarEntry;
  readonly wanted: boolean;
  readonly fault?: { readonly reason: string; readonly detail: string };
}

const FILES = '07'; // '7' is a file that asks to be stored without gaps
const LINKS = '12';
const FOLDERS = '5D';

/** Whether an entry is wanted, and if so the first reason not to read it. */
export function judgeTarEntry(header: TarHeader, headerBytes: number, extension: TarExtension, { wanted, maxDocumentBytes }: TarEntryOptions): JudgedEntry {
  const { type } = header;
  const isFile = FILES.includes(type) || !/^[1-6A-Z]$/.test(type); // POSIX has unknown types read as files
  const bytes = /^[1-6]$/.test(type) ? 0 : extension.size ?? headerBytes; // of links, devices and folders no content follows
  const name = (extension.path ?? header.name).replace(/^(?:\.\/+)+/, '');
  const entry: TarEntry = { type, name, bytes, offset: extension.offset, inner: extension.inner };
  const refuse = (reason: string, detail: string): JudgedEntry => ({ entry, wanted: true, fault: { reason, detail: `${shownName(name)}: ${detail}` } });
  if (extension.broken !== undefined) return refuse('damaged-header', `found ${extension.broken}, expected pax records or a name`);
  if (FOLDERS.includes(type) || name.endsWith('/') || name === '' || !wanted(name)) return { entry, wanted: false };
  const unsafe = unsafeName(name);
  if (unsafe !== undefined) return refuse('unsafe-name', `found ${unsafe}, expected a relative name`);
  if (LINKS.includes(type)) return refuse('link', `found a ${type === '1' ? 'hard' : 'symbolic'} link, expected a file`);
  if (type === 'S' || extension.sparse === true) return refuse('sparse', 'found a file stored with holes, expected its whole content');
  if (!isFile) return refuse('special-file', `found an entry of type ${JSON.stringify(type)}, expected a file`);
  if (bytes > maxDocumentBytes) return refuse('oversize-document', `found ${bytes} bytes, expected at most ${maxDocumentBytes}`);
  return { entry, wanted: true };
}
