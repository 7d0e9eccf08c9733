/**
 * The lines `name: value` of a WARC or HTTP header as strings, for what is looked at more closely than on the hot path (warc-header.ts). Folded values
 * are joined by a space; of a repeated name the first counts; a line that is no field is passed over.
 */
import { isUtf8 } from 'node:buffer';
import { wholeFromLatin1 } from './charset-text.js';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Values by names in lower case, of the lines after the first in `[start, end)`. */
export function headerFields(bytes: Uint8Array, start: number, end: number): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const [, ...lines] = headerText(bytes.subarray(start, end)).split(/\r?\n/);
  let last: string | undefined; // the name whose value a folded line continues
  for (const line of lines) {
    if (/^[ \t]/.test(line)) {
      if (last !== undefined) fields.set(last, `${fields.get(last)!} ${trimBlanks(line)}`); // it was set when its line came
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    last = colon > 0 && !fields.has(name) ? name : undefined;
    if (last !== undefined) fields.set(last, trimBlanks(line.slice(colon + 1)));
  }
  return fields;
}

/** The standard asks for UTF-8; what is none comes from writers that copied Latin-1. */
function headerText(bytes: Uint8Array): string {
  return utf8.decode(isUtf8(bytes) ? bytes : wholeFromLatin1(bytes));
}

const trimBlanks = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');
