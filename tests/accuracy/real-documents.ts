/**
 * At least 4,000 real documents with natural near-duplicates: the pages of Debian's cppreference-doc-en-html, one site whose pages share navigation and
 * whose overloads differ in a few words. Fetched and unpacked by apt, never installed; where apt is not at hand, mails and wiki pages of the installed
 * packages instead.
 */
import { debianPages, npmSources } from '../bench/texts.js';

export interface RealDocument {
  readonly id: string;
  readonly text: string;
}

const PACKAGE = 'cppreference-doc-en-html';
/** Enough of the installed packages' documents for brute force to end soon. */
const INSTALLED_AT_MOST = 6000;

/** `message` says why the pages are not there, where they are not. */
export function realDocuments(): { readonly name: string; readonly documents: readonly RealDocument[]; readonly message?: string } {
  let message = '';
  const documents = documentsOf(debianPages({ name: PACKAGE }, (said) => { message = said; }));
  if (documents.length > 0) return { name: PACKAGE, documents };
  return { name: 'mails and wiki pages', documents: installedDocuments(), message };
}

/** Mails and wiki pages, in turn, so that any number of them is of both. */
export function installedDocuments(atMost = INSTALLED_AT_MOST): RealDocument[] {
  const [mails, wiki] = [documentsOf(npmSources.mails()), documentsOf(npmSources.tiddlywiki())];
  const mixed = Array.from({ length: Math.max(mails.length, wiki.length) }, (_, i) => [mails[i], wiki[i]]).flat();
  return mixed.filter((document) => document !== undefined).slice(0, atMost);
}

function documentsOf(pages: Iterable<{ readonly name: string; readonly text: string }>): RealDocument[] {
  return Array.from(pages, ({ name, text }) => ({ id: name, text })).sort((one, other) => (one.id < other.id ? -1 : 1));
}
