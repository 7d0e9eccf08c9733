/**
 * The little XML that S3 answers with: elements and text. Declarations of types and entities, which such answers never hold, are refused rather
 * than understood, so nothing can be made to grow; attributes, comments and instructions are passed over. Bounds: 8 MiB of text, 16 levels, 200,000 elements.
 */

export interface XmlElement {
  /** Without a namespace's prefix. */
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Of the element itself, white space included. */
  readonly text: string;
}

export const MAX_XML_BYTES = 8 << 20;
const MAX_DEPTH = 16;
const MAX_ELEMENTS = 200_000;

/** One piece: an instruction or declaration, a comment, a CDATA section, or a tag. Each alternative ends at a fixed text, so matching takes linear time. */
const PIECE = /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*?)(\/?)>/y;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

interface Open {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** The root element. Throws SyntaxError where the text is no such XML. */
export function parseXml(text: string): XmlElement {
  const top: Open = { name: '', children: [], text: '' };
  const open: Open[] = [top];
  let elements = 0;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const inside = open.at(-1)!; // the top stays
    const next = text.indexOf('<', at);
    if (next !== at) {
      const end = next < 0 ? text.length : next;
      inside.text += unescapeText(text.slice(at, end));
      at = end;
      continue;
    }
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text);
    if (piece === null) throw new SyntaxError(`XML: found ${JSON.stringify(text.slice(at, at + 20))} at character ${at}, expected a tag`);
    at = PIECE.lastIndex;
    const [, cdata, closes, name, , empty] = piece;
    if (cdata !== undefined) inside.text += cdata;
    if (name === undefined) continue;
    const local = name.slice(name.lastIndexOf(':') + 1);
    if (closes === '/') {
      if (open.length === 1 || inside.name !== local) throw new SyntaxError(`XML: found the end of ${local} inside ${inside.name || 'nothing'}, expected its own`);
      open.pop();
      continue;
    }
    if (++elements > MAX_ELEMENTS || open.length > MAX_DEPTH) throw new SyntaxError(`XML: found more than ${MAX_ELEMENTS} elements or ${MAX_DEPTH} levels`);
    const element: Open = { name: local, children: [], text: '' };
    inside.children.push(element);
    if (empty !== '/') open.push(element);
  }
  const [root, ...others] = top.children;
  if (open.length > 1 || root === undefined || others.length > 0 || top.text.trim() !== '') throw new SyntaxError('XML: found no whole document with one root element');
  return root;
}

/** Text of the first child of that name; undefined where there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function unescapeText(text: string): string {
  return text.includes('&') ? text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal === undefined ? parseInt(hexadecimal!, 16) : parseInt(decimal, 10); // one of the two matched
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  }) : text;
}
