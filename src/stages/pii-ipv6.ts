/**
 * Finds public IPv6 addresses (RFC 4291's text forms): runs of hexadecimal digits, colons and dots with no letter, digit or underscore at either side that
 * read as an address of 2000::/3, documentation blocks left out. datatrove has no such rule.
 */
import { octetEnd } from './pii-address.js';

const COLON = 0x3a;
const DOT = 0x2e;
/** Eight groups of four digits, the last two as an IPv4 address: the longest form. */
const MAX_ADDRESS_BYTES = 45;

const isHex = (byte: number | undefined): boolean => byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66));
const isPart = (byte: number | undefined): boolean => isHex(byte) || byte === COLON || byte === DOT;
/** Beside an address, these make it part of something else; bytes of other scripts are taken for letters. */
const isWordByte = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte === 0x5f || byte >= 0x80);

/** Appends start and end of each public address in `text`, a whole document, to `spans`: ascending. Every byte is looked at a few times at most. */
export function findIPv6(text: Uint8Array, spans: number[]): void {
  let from = 0;
  for (let colon = text.indexOf(COLON); colon >= 0; colon = text.indexOf(COLON, from)) {
    let start = colon;
    while (start > from && isPart(text[start - 1])) start--;
    let end = colon + 1;
    while (isPart(text[end])) end++;
    from = end;
    if (isWordByte(text[start - 1]) || isWordByte(text[end])) continue;
    while (end > start && (text[end - 1] === DOT || (text[end - 1] === COLON && text[end - 2] !== COLON))) end--; // the sentence's, not the address's
    while (start < end && text[start] === DOT) start++;
    if (end - start <= MAX_ADDRESS_BYTES && isPublicGroups(groupsOf(text, start, end))) spans.push(start, end);
  }
}

/** The first two groups decide: global unicast without 2001:db8::/32 and 3fff::/20, which are for documentation. */
function isPublicGroups(groups: readonly number[] | undefined): boolean {
  if (groups === undefined || groups[0]! < 0x2000 || groups[0]! > 0x3fff) return false;
  return !(groups[0] === 0x2001 && groups[1] === 0xdb8) && !(groups[0] === 0x3fff && groups[1]! < 0x1000);
}

/** The eight 16-bit groups of an address, or undefined where the bytes are not one. */
function groupsOf(text: Uint8Array, start: number, end: number): number[] | undefined {
  const groups: number[] = [];
  let gap = -1; // where `::` stands, in groups
  let i = start;
  if (text[i] === COLON && text[i + 1] !== COLON) return undefined;
  while (i < end) {
    if (text[i] === COLON && text[i + 1] === COLON && i + 1 < end) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      i += 2;
      continue;
    }
    if (text[i] === COLON) i++; // between two groups
    const groupEnd = hexEnd(text, i, end);
    if (groupEnd === i) return undefined;
    if (groupEnd < end && text[groupEnd] === DOT) {
      const tail = ipv4Groups(text, i, end);
      if (tail === undefined) return undefined;
      groups.push(...tail);
      break;
    }
    if (groupEnd - i > 4) return undefined;
    groups.push(Number.parseInt(String.fromCharCode(...text.subarray(i, groupEnd)), 16));
    i = groupEnd;
  }
  if (gap < 0) return groups.length === 8 ? groups : undefined;
  return groups.length < 8 ? [...groups.slice(0, gap), ...new Array<number>(8 - groups.length).fill(0), ...groups.slice(gap)] : undefined;
}

function hexEnd(text: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && isHex(text[i])) i++;
  return i;
}

/** Two groups from the IPv4 address that reaches from `from` to `end`, or undefined. */
function ipv4Groups(text: Uint8Array, from: number, end: number): number[] | undefined {
  const octets: number[] = [];
  let i = from;
  while (octets.length < 4) {
    const next = octetEnd(text, i);
    if (next < 0 || next > end || (octets.length < 3 && text[next] !== DOT)) return undefined;
    octets.push(Number(String.fromCharCode(...text.subarray(i, next))));
    i = next + 1;
  }
  return i - 1 === end ? [octets[0]! * 256 + octets[1]!, octets[2]! * 256 + octets[3]!] : undefined;
}
