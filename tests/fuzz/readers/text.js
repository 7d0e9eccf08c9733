import { textSource } from '#src/stages/sources/text.js';
import { LINES, pages } from '../seeds.js';
import { checkSource, fail } from '../source-check.js';

const source = textSource({ maxDocumentBytes: 4096 });

/** A file is a document, or a fault. */
export const text = {
  seeds: () => [pages()[0].text, LINES.join('\r\n'), `\ufeff${LINES[2]}`, 'long '.repeat(1000)].map((seed) => Buffer.from(seed)),
  tokens: ['\0', '\ufeff', ' ', '\n', '\u00a0', '\u3000', '\u2028', Buffer.from([0xff, 0xfe]), Buffer.from([0xf4, 0x90]), Buffer.from([0xed, 0xa0])],
  async check(bytes, { random, write }) {
    const { documents, faults, error } = await checkSource(source, write('input.txt'), random);
    if (error !== undefined) fail(`threw ${error}`);
    if (documents.length + faults.filter(({ lost }) => lost).length !== 1) fail(`${documents.length} documents and ${faults.length} faults of one file`);
    return documents.length > 0;
  },
};
