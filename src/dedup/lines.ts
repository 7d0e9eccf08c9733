/** The lines of a text, and what white space is to those who compare them: ASCII's alone, told from bytes. */

const LINE_FEED = 0x0a;

/** Space, tab, carriage return, vertical tab, form feed, line feed. */
export const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Where `eachLine` goes on; what `found` gives back. Nothing: behind the line. */
type GoOn = number | undefined;

/** Shows every line: where it begins; its first byte that is not blank and the one behind its last such (of a blank line both are the same); where the next line begins. */
export function eachLine(text: Uint8Array, found: (begin: number, first: number, last: number, next: number) => GoOn): void {
  for (let begin = 0; begin < text.length;) {
    const feed = text.indexOf(LINE_FEED, begin);
    const next = feed < 0 ? text.length : feed + 1;
    let first = begin;
    let last = next;
    while (first < last && isBlank(text[first]!)) first++;
    while (last > first && isBlank(text[last - 1]!)) last--;
    begin = found(begin, first, last, next) ?? next;
  }
}

/** The beginning of the first line from `at` on that is not blank. */
export function endOfBlank(text: Uint8Array, at: number): number {
  let begin = at;
  for (let i = at; i < text.length && isBlank(text[i]!); i++) if (text[i] === LINE_FEED) begin = i + 1;
  return text.subarray(begin).every(isBlank) ? text.length : begin;
}
