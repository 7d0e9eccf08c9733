/** A page that a report wrote, as its tests read it: parsed by linkedom, text with plain blanks. */
import { parseHTML } from 'linkedom';

/** What the tests read of a parsed page. */
export interface PageElement {
  readonly textContent: string;
  readonly tagName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  querySelectorAll(selector: string): Iterable<PageElement>;
  querySelector(selector: string): PageElement | null;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
}

export const parsed = (source: string): PageElement => parseHTML(source).document as unknown as PageElement; // linkedom's document has these members

export const allOf = (under: PageElement, selector: string): PageElement[] => [...under.querySelectorAll(selector)];

export const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replace(/\s+/g, ' ').trim();

/** The cells of the table with this caption. */
export function cellsOf(under: PageElement, caption: string): string[][] {
  const found = allOf(under, '.scroll').find((one) => one.getAttribute('aria-label') === caption);
  if (found === undefined) throw new Error(`no table "${caption}"`);
  return allOf(found, 'tbody tr').map((row) => allOf(row, 'th, td').map(({ textContent }) => plain(textContent)));
}
