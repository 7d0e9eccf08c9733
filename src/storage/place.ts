/** Which kind of place an address is in: told by its form alone, before anything is opened. */

export type Place =
  /** A file, or a glob, on local disks. */
  | { readonly kind: 'local'; readonly path: string };

export function placeOf(address: string): Place {
  return { kind: 'local', path: address };
}
