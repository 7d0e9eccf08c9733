import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachParagraph, findParagraph, LEAST_PARAGRAPH_BYTES } from '#src/dedup/paragraph-lines.js';

function paragraphsOf(text: string): { text: string; hash: string }[] {
  const bytes = Buffer.from(text);
  const found: { text: string; hash: string }[] = [];
  eachParagraph(bytes, (start, end, high, low) => found.push({ text: bytes.toString('utf8', start, end), hash: `${high}/${low}` }));
  return found;
}

describe('paragraphs of the audit', () => {
  it('are lines without the white space around them, of forty bytes or more', () => {
    const line = 'x'.repeat(LEAST_PARAGRAPH_BYTES);
    expect(paragraphsOf(`${line}\n \t${line} y \r\n${line.slice(1)}\n\n${line}`).map(({ text }) => text)).toEqual([line, `${line} y`, line]);
    expect(paragraphsOf('é'.repeat(20))).toHaveLength(1); // bytes, not characters
  });

  it('agree with splitting, and have equal hashes where they are equal', () => {
    const line = fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('a'.repeat(40), 'b'.repeat(41)));
    fc.assert(fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const found = paragraphsOf(lines.join('\n'));
      const trimmed = lines.join('\n').split('\n').map((text) => text.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, '')).filter((text) => Buffer.byteLength(text) >= LEAST_PARAGRAPH_BYTES);
      expect(found.map(({ text }) => text)).toEqual(trimmed.map((text) => Buffer.from(text).toString()));
      expect(new Set(found.map(({ hash }) => hash)).size).toBe(new Set(found.map(({ text }) => text)).size);
    }));
  });

  it('are found again by their hash', () => {
    const [first, second] = [`${'first '.repeat(10)}.`, `${'second '.repeat(10)}.`];
    const bytes = Buffer.from(`${first}\n  ${second}\n`);
    const hashes: [number, number][] = [];
    eachParagraph(bytes, (_start, _end, high, low) => hashes.push([high, low]));
    expect(hashes.map(([high, low]) => Buffer.from(findParagraph(bytes, high, low) ?? []).toString())).toEqual([first, second]);
    expect(findParagraph(bytes, 1, 2)).toBeUndefined();
  });
});
