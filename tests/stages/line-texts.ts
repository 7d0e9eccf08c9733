/** Texts for the tests of the line filters: arbitrary ones, put together from what their rules look at and what only looks like it. */
import fc from 'fast-check';

const LINES = [
  'A plain line of seven words here.', 'Short one.', 'Two words', 'word', 'No end mark on this line of nine words', 'Is it? It is! So it was. Mr. Smith said so.', 'He said "so it is"',
  'It ends with a quote of one\'', 'And so it goes on and on...', 'And so it goes on\u2026', 'Please enable JavaScript in the browser.', 'JAVASCRIPT is what it is called.',
  'Lorem ipsum dolor sit amet here.', 'Read our Privacy Policy before you go on.', 'This site uses coo\u212aies for the best of all.', 'We use cookies, as all the others do.', 'if (a) { return it all; }',
  'A claim that nobody made.[1] Another claim.', 'A claim that is here.[12]', 'A claim [citation needed] of a writer.', '[edit] A heading that is long enough.', 'A claim with [\u0661\u0662] in it, and [] too.',
  'Some [[1]2] nested [ 3] and [x] marks.', 'LOUD LINE OF CAPITALS', 'HALF loud', '12345', '12.5', '\u0663\u0664', '\u00b2\u00b3', '3 likes', '1,024 Comments', '12.5K views!', '(7 SHARES)', '3 li\u212aes', '3likes', '3 likes of it', '_3 likes',
  'You have 7 items in cart right now', 'items in cart', ' items in cart items in cart x', 'ITEM\u017f \u0130n cart', 'Sign-in for more', 'sign-in', '  Sign-in now please', 'Please read more...', 'Read more...', 'Read more\u2026\u2026\u2026', 'Read more now',
  'This one is far too long for a button to be cut out of it. Read more...', '\u4e00\u4e8c\u4e09\u3002', '\u00c9T\u00c9 \u00e9t\u00e9', '\u01c5 \u2160 \u24b6', '\ufeffa b', '\u0000 \u0000', 'a\u0000b c\u0000d', '\u{1d400}\u{1d401}', 'x'.repeat(1000), `${'\u00e9'.repeat(1001)} is long.`,
] as const;
const SEPARATORS = ['\n', '\n', '\n', '\n\n', '\n\n\n', '\r\n', '\r', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u001f', '\u0085', '\u2028', '\u2029', ' ', '  ', '\t', '\u00a0', '\u3000', ' \n', '\n ', '\n\u2003'] as const;

const line = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...LINES) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) }, { weight: 1, arbitrary: fc.string({ maxLength: 30 }) });

export const lineText: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('', '', ...SEPARATORS), fc.array(fc.tuple(line, fc.constantFrom(...SEPARATORS)), { maxLength: 12 }), fc.boolean())
  .map(([before, parts, open]) => (before + parts.map((part) => part.join('')).join('')).slice(0, open ? -1 : undefined).toWellFormed());
