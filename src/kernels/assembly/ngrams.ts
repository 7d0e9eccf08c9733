// Names of runs of words, and where those of a table are found in a text; reference/ngrams.ts says what a word and a name are. One pass over the bytes: a
// name comes out of two sums over all words so far, so it costs the same for any length, and the last 128 of them are all that is held.
//
// A table is sorted names. What is not in it, nearly all, is told by one bit of a filter, which stays in the cache when the names do not.
import { asciiClass, BYTE_PLAIN, BYTE_UPPER, byteClass, classOf, decodeAt, DIGIT, FNV64_BASIS, FNV64_PRIME, LETTER, lowerCase } from './characters';
import { sequenceBytes, SPACE, UNSPACED, UPPER } from './characters';
import { FIRST, SECOND } from './exact-hash';
import { mix } from './shingles';
import { docStart, grow, text } from './tokens';

const OUT: i32 = 45;
/** B of both halves of a name. */
const BASE: u64 = 0x9e3779b97f4a7c15;
const OTHER_BASE: u64 = FIRST;

/** Words remembered: more than the longest n-gram has. */
const RING: u32 = 128;
const RING_MASK: u32 = RING - 1;
/** Sums behind so many words, and where word i begins. */
const firstSums = memory.data(RING * sizeof<u64>());
const secondSums = memory.data(RING * sizeof<u64>());
const starts = memory.data(RING * sizeof<usize>());

let at: usize = 0;
let end: usize = 0;
/** Words so far, and both sums over them. */
let words: u32 = 0;
let firstSum: u64 = 0;
let secondSum: u64 = 0;
/** Behind the last character of the word read last. */
let wordEnd: usize = 0;

function start(row: usize): void {
  at = text + <usize>load<u32>(docStart + (row << 2));
  end = text + <usize>load<u32>(docStart + (row << 2), 4);
  words = 0;
  firstSum = 0;
  secondSum = 0;
  store<u64>(firstSums, 0);
  store<u64>(secondSums, 0);
}

/** Adds the next word to the sums; false: there is none. */
@inline function nextWord(): bool {
  const stop = end;
  let here = at;
  let first: u64 = FNV64_BASIS;
  let second: u64 = SECOND;
  let from: usize = 0;
  let to: usize = 0;
  while (here < stop) {
    const lead = <u32>load<u8>(here);
    if (lead < 0x80) {
      const flags = <u32>load<u8>(byteClass + lead);
      here++;
      if ((flags & BYTE_PLAIN) != 0) {
        const lower = <u64>(lead | (flags & BYTE_UPPER));
        first = (first ^ lower) * FNV64_PRIME;
        second = (rotl<u64>(second, 23) + lower) * SECOND;
        if (from == 0) from = here - 1;
        to = here;
      } else if (from != 0 && (<u32>load<u8>(asciiClass + lead) & SPACE) != 0) break;
      continue;
    }
    const codePoint = decodeAt(here);
    const bits = classOf(codePoint);
    const next = here + sequenceBytes(lead);
    if ((bits & (LETTER | DIGIT | UNSPACED)) != 0) {
      if ((bits & UNSPACED) != 0 && from != 0) break;
      const lower = <u64>((bits & UPPER) != 0 ? lowerCase(codePoint) : codePoint);
      first = (first ^ lower) * FNV64_PRIME;
      second = (rotl<u64>(second, 23) + lower) * SECOND;
      if (from == 0) from = here;
      to = next;
      if ((bits & UNSPACED) != 0) {
        here = next;
        break;
      }
    } else if (from != 0 && (bits & SPACE) != 0) {
      here = next;
      break;
    }
    here = next;
  }
  at = here;
  if (from == 0) return false;
  wordEnd = to;
  store<usize>(starts + (<usize>(words & RING_MASK) << 2), from);
  words++;
  const slot = <usize>(words & RING_MASK) << 3;
  firstSum = firstSum * BASE + mix(first);
  secondSum = secondSum * OTHER_BASE + mix(second);
  store<u64>(firstSums + slot, firstSum);
  store<u64>(secondSums + slot, secondSum);
  return true;
}

/** Halves of the name of the last `length` words; `power` is their B to the power of it. */
@inline function firstName(length: u32, power: u64): u64 {
  return mix(firstSum + (<u64>length - load<u64>(firstSums + (<usize>((words - length) & RING_MASK) << 3))) * power);
}
@inline function secondName(length: u32, power: u64): u64 {
  return mix(secondSum + (<u64>length - load<u64>(secondSums + (<usize>((words - length) & RING_MASK) << 3))) * power);
}
/** Where the last `length` words begin. */
@inline function startOf(length: u32): usize {
  return load<usize>(starts + (<usize>((words - length) & RING_MASK) << 2));
}

function power(base: u64, exponent: u32): u64 {
  let result: u64 = 1;
  for (let i: u32 = 0; i < exponent; i++) result *= base;
  return result;
}

let out: usize = 0;
let found: u32 = 0;
export function ngramsPointer(): usize { return out; }

/** Bytes of an n-gram in `out`: first and second half of its name (u64), from, to, its words, 0 (u32). */
const NGRAM_BYTES: u32 = 32;

/** All n-grams of `length` words of a row, or the row as one where it is shorter but has `least` words; how many they are. */
export function ngramsOf(row: u32, length: u32, least: u32): u32 {
  start(<usize>row);
  found = 0;
  const firstPower = power(BASE, length);
  const secondPower = power(OTHER_BASE, length);
  while (nextWord()) if (words >= length) push(row, length, firstPower, secondPower);
  if (words < length && words >= least) push(row, words, power(BASE, words), power(OTHER_BASE, words));
  return found;
}

function push(row: u32, length: u32, firstPower: u64, secondPower: u64): void {
  out = grow(OUT, (found + 1) * NGRAM_BYTES);
  const to = out + <usize>found * NGRAM_BYTES;
  const document = text + <usize>load<u32>(docStart + (<usize>row << 2));
  store<u64>(to, firstName(length, firstPower));
  store<u64>(to, secondName(length, secondPower), 8);
  store<u32>(to, <u32>(startOf(length) - document), 16);
  store<u32>(to, <u32>(wordEnd - document), 20);
  store<u32>(to, length, 24);
  store<u32>(to, 0, 28);
  found++;
}

/** A table is the number of lengths, and for each a header of nine words of 32 bits (ngrams.ts beside this folder writes it): */
const HEADER_BYTES: usize = 36;
const LENGTH: usize = 0;
const POWERS: usize = 4; // two u64
const FILTER: usize = 8;
const FILTER_MASK: usize = 12;
const INDEX: usize = 16;
const INDEX_SHIFT: usize = 20;
const FIRST_NAMES: usize = 24;
const SECOND_NAMES: usize = 28;
const FIRST_NUMBER: usize = 32;

/** Bytes of a hit: number, from, to (u32). */
const HIT_BYTES: u32 = 12;
let hits: usize = 0;
export function ngramHitsPointer(): usize { return hits; }

/** Finds the n-grams of a table in a row, by where they end and then by length; how many there are. */
export function ngramScan(row: u32, table: usize): u32 {
  start(<usize>row);
  found = 0;
  const headers = table + 4;
  const stop = headers + <usize>load<u32>(table) * HEADER_BYTES;
  const document = text + <usize>load<u32>(docStart + (<usize>row << 2));
  while (nextWord()) {
    for (let header = headers; header < stop; header += HEADER_BYTES) {
      const length = load<u32>(header, LENGTH);
      if (words < length) break;
      const name = firstName(length, load<u64>(<usize>load<u32>(header, POWERS)));
      const bit = name & <u64>load<u32>(header, FILTER_MASK);
      if (((<u32>load<u8>(<usize>load<u32>(header, FILTER) + <usize>(bit >> 3)) >> (<u32>bit & 7)) & 1) != 0) look(header, name, length, document);
    }
  }
  return found;
}

function look(header: usize, name: u64, length: u32, document: usize): void {
  const place = <usize>load<u32>(header, INDEX) + (<usize>(name >> <u64>load<u32>(header, INDEX_SHIFT)) << 2);
  const names = <usize>load<u32>(header, FIRST_NAMES);
  const stop = load<u32>(place, 4);
  for (let at = load<u32>(place); at < stop; at++) {
    const other = load<u64>(names + (<usize>at << 3));
    if (other < name) continue;
    if (other > name) return;
    if (load<u64>(<usize>load<u32>(header, SECOND_NAMES) + (<usize>at << 3)) != secondName(length, load<u64>(<usize>load<u32>(header, POWERS), 8))) continue;
    hits = grow(OUT, (found + 1) * HIT_BYTES);
    const to = hits + <usize>found * HIT_BYTES;
    store<u32>(to, load<u32>(header, FIRST_NUMBER) + at);
    store<u32>(to, <u32>(startOf(length) - document), 4);
    store<u32>(to, <u32>(wordEnd - document), 8);
    found++;
    return;
  }
}
