/**
 * HTML that cannot be injected into: a template tag that escapes everything put in, but for what it made itself. Foreign text (names, labels, words of
 * documents) goes through `foreign` too, which takes out what a browser would obey instead of show.
 */
import { plainText } from './table.js';

/** Markup that is whole and safe; only `html` and `markup` make it. */
export class Html {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  toString(): string {
    return this.source;
  }
}

export type HtmlValue = string | number | Html | readonly Html[];

/** `html`<p>${text}</p>``: text and numbers are escaped, for element content and for quoted attributes; Html and lists of it are put in as they are. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.reduce((text, part, i) => text + shown(values[i - 1]!) + part)); // values stand between parts
}

/** For markup that another writer made whole and escaped: an SVG of chart-svg.ts, a stylesheet of our own. */
export const markup = (source: string): Html => new Html(source);

export const NOTHING = markup('');

function shown(value: HtmlValue): string {
  if (value instanceof Html) return value.source;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map(({ source }) => source).join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!); // the pattern finds these five
}

/** Foreign text on one line, at most `most` characters, without controls and characters that turn the writing direction. Not escaped: `html` does that. */
export function foreign(text: string, most = 80): string {
  return plainText(text, most);
}
