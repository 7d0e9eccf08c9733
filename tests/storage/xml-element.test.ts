import { describe, expect, it } from 'vitest';
import { DOMParser } from 'linkedom';
import fc from 'fast-check';
import { childText, parseXml, type XmlElement } from '#src/storage/xml-element.js';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const written = ({ name, children, text }: XmlElement): string => `<${name} a="1>2" b='x'>${escaped(text)}${children.map(written).join('')}</${name}>`;

describe('the XML of S3', () => {
  it('gives back elements and text as they were written', () => {
    const tree: (levels: number) => fc.Arbitrary<XmlElement> = (levels) => fc.record({
      name: fc.constantFrom('A', 'Key', 'List-1'), text: fc.string({ unit: 'grapheme' }), children: levels === 0 ? fc.constant([]) : fc.array(tree(levels - 1), { maxLength: 2 }),
    });
    fc.assert(fc.property(tree(4), (root) => {
      expect(parseXml(`\uFEFF<?xml version="1.0"?>\n<!-- c -->${written(root)}\n`)).toEqual(root);
    }));
  });

  it('reads characters, CDATA, empty elements and prefixes as another parser does', () => {
    const text = '<s3:R xmlns:s3="u"><s3:Key>a &amp;&#38;&#x26; &lt;é&#128512;&quot;&apos;<![CDATA[<&amp;]]></s3:Key><Empty/><Empty /></s3:R>';
    const root = parseXml(text);
    const other = new DOMParser().parseFromString(text.replaceAll('s3:', '').replace('xmlns:', 'x'), 'text/xml');
    expect(childText(root, 'Key')).toBe(other.querySelector('Key')?.textContent);
    expect(root.children.map(({ name }) => name)).toEqual(['Key', 'Empty', 'Empty']);
  });

  it.each([
    ['nothing', ''], ['a page of HTML', '<html><body><p>no</body></html>'], ['a text', 'Service unavailable'], ['two roots', '<a/><b/>'], ['an open element', '<a><b></b>'],
    ['entities of its own', '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'], ['a tag without end', '<a><b "'], ['depth', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`],
    ['a crowd', `<a>${'<b/>'.repeat(200_001)}</a>`], ['an end first', '</a>'],
  ])('refuses %s', (_, text) => {
    expect(() => parseXml(text)).toThrow(SyntaxError);
  });

  it('takes linear time for what never ends', () => {
    for (const start of ['<!--', '<a b="', '<![CDATA[', '<?', "<a 'x'", '<a>&#']) expect(() => parseXml(start + 'x "\'/'.repeat(200_000))).toThrow(SyntaxError);
  });
});
