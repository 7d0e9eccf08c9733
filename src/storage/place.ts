/** Which kind of place an address is in: told by its form alone, before anything is opened. */
import { isS3Address, parseS3Address } from './s3-address.js';

export type Place =
  /** A file on local disks, or a glob unless it is `literal` (`path:NAME`, for names that read like globs or addresses). */
  | { readonly kind: 'local'; readonly path: string; readonly literal: boolean }
  /** http:// or https://, with credentials where there are some. */
  | { readonly kind: 'http'; readonly url: string }
  /** s3://: an object, or a glob over the keys of a bucket. */
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string };

const LITERAL = 'path:';

/** Throws ConfigError for an s3:// address that is none. */
export function placeOf(address: string): Place {
  if (/^https?:\/\//i.test(address)) return { kind: 'http', url: address };
  if (isS3Address(address)) return { kind: 's3', ...parseS3Address(address) };
  if (address.startsWith(LITERAL)) return { kind: 'local', path: address.slice(LITERAL.length), literal: true };
  return { kind: 'local', path: address, literal: false };
}

/** The part of an address whose ending says of which format a file is: without the query of a URL. */
export const fileNameOf = (address: string): string => (placeOf(address).kind === 'http' ? address.replace(/[?#].*$/s, '') : address);
