/**
 * Finds IPv4 addresses as datatrove's PIIFormatter does: the same spans as its regular expression, which asks for nothing before and behind ("x1.2.3.4.5"
 * has 1.2.3.4, and ".3.3.3.0" in a list of version numbers 3.3.3.0), and of them those that belong to somebody. One scan from dot to dot: linear time.
 */

const DOT = 0x2e;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Blocks that are nobody's address on the public Internet (IANA's special-purpose registry, RFC 6890, and multicast), as [address, bits]. */
const NOT_PUBLIC = ([
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const).map(([address, bits]) => ({ network: address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0), size: 2 ** (32 - bits) }));

/** Whether a 32-bit address is outside the private, local, shared, documentation, benchmark, multicast and reserved blocks. */
export function isPublicIPv4(address: number): boolean {
  return NOT_PUBLIC.every(({ network, size }) => address < network || address >= network + size);
}

/** Appends start and end of each public address in `text`, a whole document, to `spans`: ascending, apart from each other. */
export function findIPv4(text: Uint8Array, spans: number[]): void {
  let from = 0;
  for (let dot = text.indexOf(DOT); dot >= 0; dot = text.indexOf(DOT, dot + 1)) {
    if (!isDigit(text[dot - 1]) || !isDigit(text[dot + 1])) continue;
    const start = firstOctetStart(text, dot, from);
    const end = start < 0 ? -1 : addressEnd(text, dot + 1);
    if (end < 0) continue;
    if (isPublic(text, start, end)) spans.push(start, end);
    from = end; // an address that is not public is passed over whole
    dot = end - 1;
  }
}

/** Where the first number begins whose last digit stands before `dot`: of up to three digits, not before `from`, as many as make at most 255; -1: none. */
function firstOctetStart(text: Uint8Array, dot: number, from: number): number {
  let start = dot;
  while (start > from && dot - start < 3 && isDigit(text[start - 1])) start--;
  if (dot - start === 3 && octetEnd(text, start) !== dot) start++;
  return start === dot ? -1 : start;
}

/** The end of "number.number.number", the last one as long as it may be; -1: something else stands there. */
function addressEnd(text: Uint8Array, from: number): number {
  let i = from;
  for (let octet = 0; octet < 2; octet++) {
    i = octetEnd(text, i);
    if (i < 0 || text[i] !== DOT) return -1;
    i++;
  }
  return lastOctetEnd(text, i);
}

/** The end of all digits from `from` on, if they are one to three and at most 255; else -1. */
export function octetEnd(text: Uint8Array, from: number): number {
  const end = lastOctetEnd(text, from);
  return end >= 0 && !isDigit(text[end]) ? end : -1;
}

/** The end of the longest number of at most 255 that begins at `from`, or -1: of "256", it is "25". */
export function lastOctetEnd(text: Uint8Array, from: number): number {
  if (!isDigit(text[from])) return -1;
  if (!isDigit(text[from + 1])) return from + 1;
  if (!isDigit(text[from + 2])) return from + 2;
  return valueOf(text, from, from + 3) <= 255 ? from + 3 : from + 2;
}

function valueOf(text: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + text[i]! - 0x30;
  return value;
}

/** Numbers with zeros in front are not addresses: what they mean differs from tool to tool. */
function isPublic(text: Uint8Array, start: number, end: number): boolean {
  let address = 0;
  for (let i = start; i < end;) {
    let next = i + 1;
    while (next < end && text[next] !== DOT) next++;
    if (next - i > 1 && text[i] === 0x30) return false;
    address = address * 256 + valueOf(text, i, next);
    i = next + 1;
  }
  return isPublicIPv4(address);
}
