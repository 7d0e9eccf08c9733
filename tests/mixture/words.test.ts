import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWords } from '#src/mixture/words.js';

const words = (text: string): number => countWords(new TextEncoder().encode(text));
/** The definition: Unicode's White_Space and U+FEFF separate. */
const defined = (text: string): number => text.split(/[\p{White_Space}\ufeff]+/u).filter((word) => word !== '').length;

test('words are runs between white space, whatever its kind', () => {
  expect(words('one two\tthree\r\nfour\u00a0five\u0085six\u2003seven\u3000eight\ufeffnine')).toBe(9);
  expect(words(' \n ')).toBe(0);
  expect(words('don\'t 3.14 \u200b 漢字かな')).toBe(4);
});

test('any text has as many words as the regular expression finds', () => {
  const parts = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.toWellFormed()), fc.constantFrom(' ', '\t', '\u0085', '\u00a0', '\u1680', '\u2000', '\u200a', '\u200b', '\u2028', '\u202f', '\u205f', '\u3000', '\ufeff', 'à', 'Å', '\u0080', '\u2029')), { maxLength: 30 });
  fc.assert(fc.property(parts, (all) => words(all.join('')) === defined(all.join(''))), { numRuns: 500 });
});
