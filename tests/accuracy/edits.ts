/** Known edits of a text, as copies of web pages differ: what deduplication catches of each is a table in src/dedup/README.md. */
import { draws, replaceWords } from './draws.js';

export interface Edit {
  readonly name: string;
  /** The edited text; `key` decides what is random. */
  readonly apply: (text: string, key: string) => string;
}

const HEADER = 'Skip to main content\nHome | News | About us | Contact | Sign in | Register\nThis site uses cookies to give you the best experience. By going on you accept ' +
  'our terms of use and privacy policy. Subscribe to our weekly newsletter and never miss a story again.\n\n';
const FOOTER = '\n\nShare this page: Facebook, Twitter, e-mail\nCopyright 2024 The Example Company. All rights reserved. Imprint, sitemap, accessibility, careers\n';

/** Common words, of which several stand in nearly any text. */
const VOCABULARY = ('time year people way day man thing woman life child world school state family student group country problem hand part place case week company ' +
  'system program question work government number night point home water room mother area money story fact month lot right study book eye job word business').split(' ');

const wordCount = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;
const cut = (text: string, share: number): string => text.slice(0, Math.round(share * text.length));
const words = (share: number) => (text: string, key: string): string => (
  replaceWords(text, Math.max(1, Math.round(share * wordCount(text))), VOCABULARY, draws('words', share, key)));

/** Paragraphs in another order; where there are fewer than three, lines. */
function reorder(text: string, key: string): string {
  const [parts, between] = text.split(/\n\s*\n/).length >= 3 ? [text.split(/\n\s*\n/), '\n\n'] : [text.split('\n'), '\n'];
  const draw = draws('reorder', key);
  return parts.map((part) => ({ part, at: draw() })).sort((a, b) => a.at - b.at).map(({ part }) => part).join(between);
}

/** Lines of at most 60 characters, whatever they were. */
function reflow(text: string): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    if (lines.at(-1)!.length + word.length >= 60) lines.push(word);
    else lines.push(`${lines.pop()!} ${word}`);
  }
  return `\t${lines.join('\r\n')}\n\n`;
}

/** Typographer's marks for plain ones, and no marks at the ends of lines. */
const punctuation = (text: string): string => (
  text.replace(/(^|\s)"/g, '$1\u201c').replaceAll('"', '\u201d').replaceAll('--', '\u2014').replaceAll("'", '\u2019').replaceAll('...', '\u2026').replace(/[.,;:!]+$/gm, ''));

export const EDITS: readonly Edit[] = [
  { name: 'none', apply: (text) => text },
  { name: 'reflow: other lines and white space', apply: reflow },
  { name: 'case: all capitals', apply: (text) => text.toUpperCase() },
  { name: 'case: all small', apply: (text) => text.toLowerCase() },
  { name: 'punctuation: typographic, none at ends of lines', apply: punctuation },
  { name: 'one word', apply: (text, key) => replaceWords(text, 1, VOCABULARY, draws('word', key)) },
  { name: '1 % of words', apply: words(0.01) },
  { name: '2 % of words', apply: words(0.02) },
  { name: '5 % of words', apply: words(0.05) },
  { name: '10 % of words', apply: words(0.1) },
  { name: 'header and footer of a site', apply: (text) => `${HEADER}${text}${FOOTER}` },
  { name: 'first 90 %', apply: (text) => cut(text, 0.9) },
  { name: 'first 75 %', apply: (text) => cut(text, 0.75) },
  { name: 'first 50 %', apply: (text) => cut(text, 0.5) },
  { name: 'paragraphs in another order', apply: reorder },
  { name: 'twice on one page', apply: (text) => `${text}\n\n${text}` },
];

export interface AddressEdit {
  readonly name: string;
  readonly apply: (address: string) => string;
  /** Whether it is still the same page. */
  readonly same: boolean;
}

export const ADDRESS_EDITS: readonly AddressEdit[] = [
  { name: 'the same', apply: (address) => address, same: true },
  { name: 'https, no www., capitals in the host, port', apply: (address) => address.replace('http://www.example.org', 'https://Example.ORG:443'), same: true },
  { name: 'fragment', apply: (address) => `${address}#comments`, same: true },
  { name: 'slash at the end of the path', apply: (address) => address.replace('?', '/?'), same: true },
  { name: 'campaign and session parameters', apply: (address) => address.replace('?', '?utm_source=mail&PHPSESSID=a1b2&'), same: true },
  { name: 'escapes of plain letters', apply: (address) => address.replace('stories', '%73torie%73'), same: true },
  { name: 'another page of the story', apply: (address) => address.replace('page=2', 'page=3'), same: false },
  { name: 'another host', apply: (address) => address.replace('www.example', 'mirror.example'), same: false },
  { name: 'capitals in the path', apply: (address) => address.replace('stories', 'Stories'), same: false },
];
