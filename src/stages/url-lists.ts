/** The entries of the `url` stage's lists: what a line must be, and the form in which it is compared. */
import { UrlParts } from './url-parts.js';
import type { EntryKind } from './word-list.js';

const parts = new UrlParts();
const text = new TextDecoder();

/** A host name or address, as in UT1's `domains` files. A dot in front is left out, as every domain stands for its subdomains too. */
export const DOMAIN: EntryKind = {
  expected: 'a domain such as example.com, without white space, scheme or path (its subdomains are meant too)',
  parse(line) {
    if (/^[a-z\d][a-z\d.-]*[a-z]$/.test(line)) return line; // nearly all lines of the long lists: millions of them are read in half the time
    const domain = line.replace(/^\./, '');
    if (/[\s/?#@*\\]/.test(domain)) return undefined;
    parts.read(new TextEncoder().encode(domain));
    return parts.hostEnd === 0 ? undefined : text.decode(parts.bytes.subarray(0, parts.hostEnd));
  },
};

/** A URL with or without its scheme, as in UT1's `urls` files. */
export const LISTED_URL: EntryKind = {
  expected: 'a URL such as example.com/page, without white space',
  parse(line) {
    if (/\s/.test(line)) return undefined;
    parts.read(new TextEncoder().encode(line));
    return parts.hostEnd === 0 ? undefined : text.decode(parts.bytes.subarray(parts.afterWww, parts.end));
  },
};

/** A word that can stand between the other characters of a URL. */
export const URL_WORD: EntryKind = {
  expected: 'one word of letters a-z and digits',
  parse: (line) => (/^[A-Za-z0-9]+$/.test(line) ? line.toLowerCase() : undefined),
};

/** A part of a URL that has only its letters and digits left, so the entry's other characters are left out too. */
export const URL_SUBWORD: EntryKind = {
  expected: 'a word or phrase with at least three letters a-z or digits (fewer would be in most URLs)',
  parse(line) {
    const plain = line.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
    return plain.length >= 3 ? plain : undefined;
  },
};
