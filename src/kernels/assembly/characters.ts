// Code points of valid UTF-8 and their classes, from the table that the runtime copies in (unicode-table.ts).
import { permanent } from './tokens';

export const SPACE: u32 = 1;
export const STRIPPED: u32 = 2;
export const LETTER: u32 = 4;
export const DIGIT: u32 = 8;
export const UNSPACED: u32 = 16;
export const UPPER: u32 = 32;
export const SYMBOL: u32 = 64;
export const ICON: u32 = 128;

export const KIND_SYMBOL: u32 = 1;
export const KIND_ALPHA: u32 = 2;
export const KIND_WHOLE: u32 = 4;
export const KIND_ALONE: u32 = 8;

export const FNV64_BASIS: u64 = 0xcbf29ce484222325;
export const FNV64_PRIME: u64 = 0x100000001b3;

let pages: usize = 0;
let classes: usize = 0;
let lowerFrom: usize = 0;
let lowerTo: usize = 0;
let lowerCount: u32 = 0;
/** Class flags of ASCII. */
export const asciiClass = memory.data(128);

/** What the first look at a byte asks; the flag of upper case is the bit that makes an ASCII letter small. */
export const BYTE_SPLITS: u32 = 1;
export const BYTE_PLAIN: u32 = 2;
export const BYTE_LETTER: u32 = 4;
/** Without one of `@ : .` nothing is an address. */
export const BYTE_ADDRESS: u32 = 8;
export const BYTE_UPPER: u32 = 32;
/** Flags of every byte. */
export const byteClass = memory.data(256);

/** Room for unicode-table.ts's arrays: `pageCount` bytes, `classCount` bytes, two times `count` u32. */
export function reserveUnicode(pageCount: u32, classCount: u32, count: u32): void {
  pages = permanent(pageCount);
  classes = permanent(classCount);
  lowerFrom = permanent(count << 2);
  lowerTo = permanent(count << 2);
  lowerCount = count;
}
export function pagesPointer(): usize { return pages; }
export function classesPointer(): usize { return classes; }
export function lowerFromPointer(): usize { return lowerFrom; }
export function lowerToPointer(): usize { return lowerTo; }
export function finishUnicode(): void {
  for (let b: u32 = 0; b < 128; b++) {
    const page = <u32>load<u8>(pages);
    const bits = <u32>load<u8>(classes + ((page << 8) | b));
    store<u8>(asciiClass + b, bits);
    let flags: u32 = bits & UPPER;
    if (b == 32 || (b >= 9 && b <= 13) || b == 0) flags |= BYTE_SPLITS; // fastText's white space
    if ((bits & (LETTER | DIGIT)) != 0) flags |= BYTE_PLAIN;
    if ((bits & LETTER) != 0) flags |= BYTE_LETTER;
    if (b == 0x40 || b == 0x3a || b == 0x2e) flags |= BYTE_ADDRESS;
    store<u8>(byteClass + b, flags);
  }
}

@inline export function sequenceBytes(lead: u32): u32 {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The code point of the sequence of two bytes or more at `at`. */
export function decodeAt(at: usize): u32 {
  const lead = <u32>load<u8>(at);
  if (lead < 0xe0) return ((lead & 31) << 6) | (<u32>load<u8>(at, 1) & 63);
  if (lead < 0xf0) return ((lead & 15) << 12) | ((<u32>load<u8>(at, 1) & 63) << 6) | (<u32>load<u8>(at, 2) & 63);
  return ((lead & 7) << 18) | ((<u32>load<u8>(at, 1) & 63) << 12) | ((<u32>load<u8>(at, 2) & 63) << 6) | (<u32>load<u8>(at, 3) & 63);
}

/** Where the code point that ends at `end` begins. */
@inline export function startBefore(end: usize): usize {
  let at = end - 1;
  while ((<u32>load<u8>(at) & 0xc0) == 0x80) at--;
  return at;
}

@inline export function classOf(codePoint: u32): u32 {
  if (codePoint < 0x80) return <u32>load<u8>(asciiClass + codePoint);
  const page = <u32>load<u8>(pages + (codePoint >> 8));
  return <u32>load<u8>(classes + ((page << 8) | (codePoint & 255)));
}

@inline export function classAt(at: usize): u32 {
  const lead = <u32>load<u8>(at);
  return lead < 0x80 ? <u32>load<u8>(asciiClass + lead) : classOf(decodeAt(at));
}

/** Simple lower case. */
export function lowerCase(codePoint: u32): u32 {
  let low: u32 = 0;
  let high = lowerCount;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(lowerFrom + (<usize>middle << 2)) < codePoint) low = middle + 1;
    else high = middle;
  }
  return low < lowerCount && load<u32>(lowerFrom + (<usize>low << 2)) == codePoint ? load<u32>(lowerTo + (<usize>low << 2)) : codePoint;
}

/** The hash with one more code point, lower-cased and as UTF-8; `bits` is its class. */
export function foldedPart(hash: u64, codePoint: u32, bits: u32): u64 {
  if (codePoint < 0x80) return (hash ^ ((bits & UPPER) != 0 ? codePoint | 32 : codePoint)) * FNV64_PRIME;
  const lower = (bits & UPPER) != 0 ? lowerCase(codePoint) : codePoint;
  if (lower < 0x80) return (hash ^ lower) * FNV64_PRIME;
  if (lower < 0x800) {
    hash = (hash ^ (0xc0 | (lower >> 6))) * FNV64_PRIME;
  } else {
    if (lower < 0x10000) hash = (hash ^ (0xe0 | (lower >> 12))) * FNV64_PRIME;
    else {
      hash = (hash ^ (0xf0 | (lower >> 18))) * FNV64_PRIME;
      hash = (hash ^ (0x80 | ((lower >> 12) & 63))) * FNV64_PRIME;
    }
    hash = (hash ^ (0x80 | ((lower >> 6) & 63))) * FNV64_PRIME;
  }
  return (hash ^ (0x80 | (lower & 63))) * FNV64_PRIME;
}
