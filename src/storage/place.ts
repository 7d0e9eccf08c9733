/** Which kind of place an address is in: told by its form alone, before anything is opened. */

export type Place =
  /** A file on local disks, or a glob unless it is `literal` (`path:NAME`, for names that read like globs or addresses). */
  | { readonly kind: 'local'; readonly path: string; readonly literal: boolean }
  /** http:// or https://, with credentials where there are some. */
  | { readonly kind: 'http'; readonly url: string };

const LITERAL = 'path:';

export function placeOf(address: string): Place {
  if (/^https?:\/\//i.test(address)) return { kind: 'http', url: address };
  if (address.startsWith(LITERAL)) return { kind: 'local', path: address.slice(LITERAL.length), literal: true };
  return { kind: 'local', path: address, literal: false };
}

/** The part of an address whose ending says of which format a file is: without the query of a URL. */
export const fileNameOf = (address: string): string => (placeOf(address).kind === 'local' ? address : address.replace(/[?#].*$/s, ''));
