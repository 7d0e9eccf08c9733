/**
 * Templates for the names of corpus files (`output.path`): fixed text, `${source}` and `${language}`, with / between folders below corpus/. A document goes
 * to the files of what its template expands to. Languages come from the documents, or from stages of the user's own, so they are written in a few harmless
 * characters: no value can name a place outside its folder, and languages that differ in case alone are one, as they would be on some file systems.
 */
import { createHash } from 'node:crypto';
import { expectedOneOf } from './recipe-problems.js';

/** What a template may ask for. */
export const PATH_FIELDS = ['source', 'language'] as const;
export type PathField = (typeof PATH_FIELDS)[number];

/** Where nothing detected a language: ISO 639's code for undetermined. */
export const UNKNOWN_LANGUAGE = 'und';
/** Different expansions of one run, of each of which a file is being filled at a time. */
export const MOST_EXPANSIONS = 10_000;

const MOST_CHARACTERS = 200;
const MOST_FOLDERS = 10;
/** Bytes of a value in a name: no source's name is longer, languages are cut. */
const MOST_VALUE_BYTES = 64;
/** Bytes of a name between /, before its number and endings: file systems allow 255 in all. */
const MOST_NAME_BYTES = 160;

const FIELD = /\$\{([^{}]*)\}/g;

/** What is wrong with a template, as `expected ...` or `unknown field ...`; undefined: nothing is. */
export function pathProblem(template: string): string | undefined {
  if (template.length > MOST_CHARACTERS) return `expected at most ${MOST_CHARACTERS} characters`;
  const fields = [...template.matchAll(FIELD)].map(([, field = '']) => field);
  const unknown = fields.find((field) => !(PATH_FIELDS as readonly string[]).includes(field));
  if (unknown !== undefined) return `unknown field \${${unknown}}, ${expectedOneOf(unknown, PATH_FIELDS)}`;
  const parts = template.replaceAll(FIELD, 'x'.repeat(MOST_VALUE_BYTES)).split('/');
  const bad = parts.join('').match(/[^A-Za-z0-9._-]/u)?.[0];
  if (bad !== undefined) {
    return `found the character ${JSON.stringify(bad)}, expected letters, digits, . _ - and / between folders, and fields as \${source} and \${language}`;
  }
  if (parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.tmp'))) {
    return 'expected the name of a file below corpus/, such as ${source}/part: no part of it empty, beginning with a dot or ending in .tmp';
  }
  if (parts.length > MOST_FOLDERS) return `expected at most ${MOST_FOLDERS} names between /`;
  return parts.some((part) => part.length > MOST_NAME_BYTES) ? `expected at most ${MOST_NAME_BYTES} characters between /, of which a field takes ${MOST_VALUE_BYTES}` : undefined;
}

/** Whether a template that has no problem asks for a field. */
export function asksFor(template: string, field: PathField): boolean {
  return template.includes(`\${${field}}`);
}

/** The template for one document; equal for all documents of the same values. Sources have harmless names, and `language` is empty where unknown. */
export function expandPath(template: string, { source, language }: Readonly<Record<PathField, string>>): string {
  return template.replaceAll(FIELD, (_, field: PathField) => (field === 'source' ? source : languageName(language))); // there are no other fields
}

/** Letters, digits, _ and - as they are, in lower case, other bytes as %XX; the middle of a long value gives way to a hash of all of it. */
function languageName(language: string): string {
  if (language === '') return UNKNOWN_LANGUAGE;
  const safe = encodeBytes(language.toLowerCase());
  return safe.length <= MOST_VALUE_BYTES ? safe : `${safe.slice(0, 40)}%%${createHash('sha256').update(safe).digest('hex').slice(0, 16)}`;
}

function encodeBytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
