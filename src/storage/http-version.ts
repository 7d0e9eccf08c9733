/**
 * Which bytes an address stands for: what a server says of a file when it is opened, and whether a later answer is about the same bytes. A file is pinned
 * by its length, its ETag, and where there is none its Last-Modified.
 */
import { UnreachableError } from '../core/errors.js';

export interface FileVersion {
  readonly size: number;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

type Headers = Readonly<Record<string, string>>;

export const versionOf = (size: number, headers: Headers): FileVersion => ({ size, etag: headers['etag'], lastModified: headers['last-modified'] });

const WEAK = /^W\//;
const opaque = (etag: string): string => etag.replace(WEAK, '');

/** How a change is told of; undefined where the answer is about the same bytes. Weak tags are compared by their opaque part (RFC 9110, 8.8.3.2). */
export function changeOf(pinned: FileVersion, found: FileVersion): string | undefined {
  if (found.size !== pinned.size) return `found ${found.size} bytes, expected ${pinned.size} as when it was opened`;
  if (pinned.etag !== undefined && found.etag !== undefined) {
    return opaque(pinned.etag) === opaque(found.etag) ? undefined : `found the ETag ${found.etag}, expected ${pinned.etag} as when it was opened`;
  }
  if (pinned.lastModified !== undefined && found.lastModified !== undefined && pinned.lastModified !== found.lastModified) {
    return `found it modified ${found.lastModified}, expected ${pinned.lastModified} as when it was opened`;
  }
  return undefined;
}

/** Whether an answer says that it is about the pinned bytes, rather than nothing to the contrary. */
export const isSurelySame = (pinned: FileVersion, found: FileVersion): boolean =>
  changeOf(pinned, found) === undefined
  && ((pinned.etag !== undefined && found.etag !== undefined) || (pinned.lastModified !== undefined && found.lastModified !== undefined));

/** For If-Range, which takes no weak tag (RFC 9110, 13.1.5). */
export function rangeValidator({ etag, lastModified }: FileVersion): string | undefined {
  return etag !== undefined && !WEAK.test(etag) ? etag : lastModified;
}

/** The bytes `first` to `last`, of `total`; undefined where the header is missing or says something else. */
export function contentRange(header: string | undefined): { readonly first: number; readonly last: number; readonly total: number } | undefined {
  const [, first, last, total] = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || Number(first) > Number(last) || Number(last) >= Number(total)) return undefined;
  return { first: Number(first), last: Number(last), total: Number(total) };
}

/** The declared length of a body. UnreachableError where it is not a whole number. */
export function contentLength(shown: string, headers: Headers): number | undefined {
  const text = headers['content-length'];
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UnreachableError(`${shown}: found Content-Length "${text}", expected a whole number`);
  return Number(text);
}

const STORED: readonly (readonly [encoding: RegExp, ending: RegExp])[] = [[/^(x-)?gzip$/, /\.(gz|tgz)$/], [/^zstd$/, /\.zst$/], [/^(identity|aws-chunked)$/, /(?:)/]];

/**
 * Bodies are taken as they are stored. Many servers declare a stored .gz as `Content-Encoding: gzip`, which is right for its bytes; any other encoding was
 * made for the way, although none was asked for, and lengths and ranges would be of other bytes: UnreachableError.
 */
export function expectStored(shown: string, headers: Headers): void {
  const { pathname } = new URL(shown);
  for (const encoding of (headers['content-encoding'] ?? '').toLowerCase().split(',').map((each) => each.trim())) {
    if (encoding === '' || STORED.some(([name, ending]) => name.test(encoding) && ending.test(pathname.toLowerCase()))) continue;
    throw new UnreachableError(`${shown}: found Content-Encoding ${encoding}, expected the bytes as they are stored (Accept-Encoding: identity was sent)`);
  }
}
