// What a word is, over bytes: the rule that reference/word-rule.ts says in full. Tokens of ASCII letters and digits alone never come here;
// tokenise.ts pushes them as they are.
import { asciiClass, BYTE_ADDRESS, byteClass, classOf, classAt, decodeAt, foldedPart, FNV64_BASIS, FNV64_PRIME } from './characters';
import { KIND_ALONE, KIND_ALPHA, KIND_SYMBOL, KIND_WHOLE, sequenceBytes, startBefore } from './characters';
import { DIGIT, ICON, LETTER, SPACE, STRIPPED, SYMBOL, UNSPACED, UPPER } from './characters';
import { pushWord, text } from './tokens';

const DOT: u32 = 0x2e;
const DASH: u32 = 0x2d;
const ELLIPSIS: u32 = 0x2026;
const APOSTROPHE: u32 = 0x27;
const RIGHT_QUOTE: u32 = 0x2019;

let count: u32 = 0;

/** Pushes the words of the token at [start, end) behind the `words` that there are; gives their new number. */
export function pushWords(words: u32, start: usize, end: usize): u32 {
  count = words;
  let at = start;
  let open: usize = start;
  while (at < end) {
    const bits = classAt(at);
    const next = at + sequenceBytes(<u32>load<u8>(at));
    if ((bits & (SPACE | UNSPACED)) != 0) {
      if (at > open) segment(open, at);
      if ((bits & UNSPACED) != 0) push(at, next);
      open = next;
    }
    at = next;
  }
  if (at > open) segment(open, at);
  return count;
}

/** Code points that may end a word, split it or belong to an address; a word without any is one word, and needs no closer look. */
const MARKS: u32 = SYMBOL | STRIPPED | ICON;

/** Pushes what has no mark in it, in one pass; false, and nothing pushed, for anything else. */
function pushPlain(start: usize, end: usize): bool {
  let raw: u64 = FNV64_BASIS;
  let folded: u64 = FNV64_BASIS;
  let kind: u32 = 0;
  let chars: u32 = 0;
  let at = start;
  while (at < end) {
    const lead = <u32>load<u8>(at);
    if (lead < 0x80) {
      const bits = <u32>load<u8>(asciiClass + lead);
      if ((bits & MARKS) != 0) return false;
      kind |= bits & LETTER;
      raw = (raw ^ <u64>lead) * FNV64_PRIME;
      folded = (folded ^ <u64>(lead | (bits & UPPER))) * FNV64_PRIME; // the flag is the bit that makes an ASCII letter small
      at++;
    } else {
      const codePoint = decodeAt(at);
      const bits = classOf(codePoint);
      if ((bits & MARKS) != 0) return false;
      kind |= bits & LETTER;
      folded = foldedPart(folded, codePoint, bits);
      for (const next = at + sequenceBytes(lead); at < next; at++) raw = (raw ^ <u64>load<u8>(at)) * FNV64_PRIME;
    }
    chars++;
  }
  pushWord(count++, <u32>(start - text), <u32>(end - text), raw, folded, chars, kind != 0 ? KIND_WHOLE | KIND_ALPHA : KIND_WHOLE);
  return true;
}

/** Pushes one mark; most are ASCII. */
@inline function pushMark(start: usize, end: usize): void {
  const byte = <u64>load<u8>(start);
  if (byte < 0x80) pushWord(count++, <u32>(start - text), <u32>(end - text), (FNV64_BASIS ^ byte) * FNV64_PRIME, 0, 1, KIND_SYMBOL);
  else push(start, end);
}

function push(start: usize, end: usize): void {
  let raw: u64 = FNV64_BASIS;
  let folded: u64 = FNV64_BASIS;
  let chars: u32 = 0;
  let kind: u32 = KIND_SYMBOL | KIND_WHOLE;
  let at = start;
  while (at < end) {
    const lead = <u32>load<u8>(at);
    const bytes = sequenceBytes(lead);
    const codePoint = lead < 0x80 ? lead : decodeAt(at);
    const bits = classOf(codePoint);
    for (let i: u32 = 0; i < bytes; i++) raw = (raw ^ <u64>load<u8>(at + i)) * FNV64_PRIME;
    folded = foldedPart(folded, codePoint == RIGHT_QUOTE ? APOSTROPHE : codePoint, bits);
    if ((bits & SYMBOL) == 0) kind &= ~KIND_SYMBOL;
    if ((bits & LETTER) != 0) kind |= KIND_ALPHA;
    if ((bits & (MARKS | UNSPACED)) != 0) kind &= ~KIND_WHOLE;
    if ((bits & SYMBOL) == 0 && (bits & (ICON | UNSPACED)) != 0 && at == start && at + bytes == end) kind |= KIND_ALONE;
    chars++;
    at += bytes;
  }
  pushWord(count++, <u32>(start - text), <u32>(end - text), raw, (kind & KIND_SYMBOL) != 0 ? 0 : folded, chars, kind);
}

@inline function codePointAt(at: usize, end: usize): u32 {
  if (at >= end) return 0;
  const lead = <u32>load<u8>(at);
  return lead < 0x80 ? lead : decodeAt(at);
}

/** Class of the code point at `at`; 0 at or behind `end`. */
@inline function classWithin(at: usize, end: usize): u32 {
  return at >= end ? 0 : classAt(at);
}

function dotsEnd(at: usize, end: usize): usize {
  while (at < end && <u32>load<u8>(at) == DOT) at++;
  return at;
}

function segment(from: usize, to: usize): void {
  let start = from;
  while (start < to) {
    const lead = <u32>load<u8>(start);
    const next = start + sequenceBytes(lead);
    if (lead == DOT && next < to && <u32>load<u8>(next) == DOT) {
      const end = dotsEnd(start, to);
      push(start, end);
      start = end;
    } else if ((classAt(start) & STRIPPED) != 0 || (lead == 0x2b && (classWithin(next, to) & DIGIT) == 0)) {
      pushMark(start, next);
      start = next;
    } else break;
  }
  let end = to;
  while (start < end) {
    const last = startBefore(end);
    const lead = <u32>load<u8>(last);
    if (lead == DOT && last > start && <u32>load<u8>(last - 1) == DOT) {
      end = last - 1;
      while (end > start && <u32>load<u8>(end - 1) == DOT) end--;
    } else if ((classAt(last) & STRIPPED) != 0) {
      end = last;
    } else if (lead == DOT && last > start && endsSentence(start, last)) {
      end = last;
    } else break;
  }
  if (start < end && !pushPlain(start, end)) split(start, end);
  let at = end;
  while (at < to) {
    const next = at + sequenceBytes(<u32>load<u8>(at));
    if (<u32>load<u8>(at) == DOT && next < to && <u32>load<u8>(next) == DOT) {
      const stop = dotsEnd(at, to);
      push(at, stop);
      at = stop;
    } else {
      pushMark(at, next);
      at = next;
    }
  }
}

/** Whether the full stop at `dot` ends a sentence, and no initial or abbreviation of one capital. */
function endsSentence(start: usize, dot: usize): bool {
  const before = startBefore(dot);
  const bits = classAt(before);
  if ((bits & (DIGIT | STRIPPED)) != 0 || ((bits & LETTER) != 0 && (bits & UPPER) == 0)) return true;
  const byte = <u32>load<u8>(before);
  if (byte == DASH || byte == 0x2b) return true;
  return (bits & UPPER) != 0 && before > start && (classAt(startBefore(before)) & UPPER) != 0;
}

/** Web and mail addresses, and host names with what follows them. */
function isAddress(start: usize, end: usize): bool {
  if (end - start >= 4 && (load<u32>(start) | 0x00202020) == 0x2e777777) return true; // "www." in any case
  let host = end; // the first code point that no host name has
  let at = start;
  while (at < end) {
    const byte = <u32>load<u8>(at);
    if (byte == 0x40 && at > start && at + 1 < end) return true;
    if (byte == 0x3a && at + 2 < end && <u32>load<u8>(at, 1) == 0x2f && <u32>load<u8>(at, 2) == 0x2f) return true;
    if (host == end && byte != DOT && byte != DASH && (classAt(at) & (LETTER | DIGIT)) == 0) host = at;
    at += sequenceBytes(byte);
  }
  const first = <u32>load<u8>(start);
  if (first == DOT || first == DASH) return false;
  let label = host;
  while (label > start && <u32>load<u8>(label - 1) - 0x61 < 26) label--;
  if (host - label < 2 || label < start + 2 || <u32>load<u8>(label - 1) != DOT) return false;
  if (host == end) return true;
  const next = <u32>load<u8>(host);
  return next == 0x2f || next == 0x3f || next == 0x23 || next == 0x3a;
}

/** A part of a token between two others. */
@inline function pushPart(start: usize, end: usize): void {
  if (!pushPlain(start, end)) push(start, end);
}

/** Whether a byte is there without which nothing is an address. */
@inline function mayBeAddress(start: usize, end: usize): bool {
  let any: u32 = 0;
  for (let at = start; at < end; at++) any |= <u32>load<u8>(byteClass + <u32>load<u8>(at));
  return (any & BYTE_ADDRESS) != 0;
}

function split(from: usize, end: usize): void {
  if (mayBeAddress(from, end) && isAddress(from, end)) {
    push(from, end);
    return;
  }
  let start = from;
  let at = from;
  let before: u32 = 0; // class of the code point before, 0 at the start
  while (at < end) {
    const lead = <u32>load<u8>(at);
    const bits = classAt(at);
    const next = at + sequenceBytes(lead);
    const stop = (bits & (LETTER | DIGIT)) != 0 && (bits & ICON) == 0 ? at : infixEnd(at, next, end, before, bits);
    if (stop > at) {
      if (at > start) pushPart(start, at);
      if (stop - at == 1) pushMark(at, stop);
      else push(at, stop);
      before = classAt(startBefore(stop));
      start = stop;
      at = stop;
    } else {
      before = bits;
      at = next;
    }
  }
  if (start < end) contracted(start, end);
}

/** Where the word between two others that begins at `at` ends; `at` for none. */
function infixEnd(at: usize, next: usize, end: usize, before: u32, bits: u32): usize {
  const here = codePointAt(at, end);
  if (here == DOT && next < end && <u32>load<u8>(next) == DOT) return dotsEnd(at, end);
  if (here == ELLIPSIS || (bits & ICON) != 0) return next;
  const after = classWithin(next, end);
  const letterBefore = (before & LETTER) != 0;
  const letterAfter = (after & LETTER) != 0;
  if (here == 0x2b || here == DASH || here == 0x2a || here == 0x5e) {
    if ((before & DIGIT) != 0 && ((after & DIGIT) != 0 || (next < end && <u32>load<u8>(next) == DASH))) return next;
  }
  if (here == DOT) return letterBefore && (before & UPPER) == 0 && (after & UPPER) != 0 ? next : at;
  if (here == 0x2c) return letterBefore && letterAfter ? next : at;
  if (here == 0x3a || here == 0x3c || here == 0x3e || here == 0x3d || here == 0x2f) return (before & (LETTER | DIGIT)) != 0 && letterAfter ? next : at;
  if (!letterBefore || (here != DASH && here != 0x2013 && here != 0x2014 && here != 0x7e)) return at;
  let stop = next;
  let dashes: u32 = 1;
  while (stop < end && codePointAt(stop, end) == here) {
    stop += next - at;
    dashes++;
  }
  return dashes <= (here == DASH ? 3 : 2) && (classWithin(stop, end) & LETTER) != 0 ? stop : at;
}

/** don't is do and n't; it's is it and 's. */
function contracted(start: usize, end: usize): void {
  const at = contractionAt(start, end);
  if (at > start && (classAt(startBefore(at)) & LETTER) != 0) {
    pushPart(start, at);
    push(at, end);
  } else pushPart(start, end);
}

/** Where the contraction at the end begins; `start` for none. */
function contractionAt(start: usize, end: usize): usize {
  const last = <u32>load<u8>(end - 1);
  if (last == 0x74 || last == 0x73 || last == 0x53 || last == 0x64 || last == 0x6d) {
    const quote = apostropheBefore(start, end - 1);
    if (quote == 0) return start;
    if (last != 0x74) return quote;
    return quote > start && <u32>load<u8>(quote - 1) == 0x6e ? quote - 1 : start;
  }
  if (end - start < 3) return start;
  const pair = (<u32>load<u8>(end - 2) << 8) | last;
  if (pair != 0x7265 && pair != 0x7665 && pair != 0x6c6c) return start;
  const quote = apostropheBefore(start, end - 2);
  return quote == 0 ? start : quote;
}

/** Where the apostrophe that ends at `end` begins; 0 for none. */
function apostropheBefore(start: usize, end: usize): usize {
  if (end <= start) return 0;
  const at = startBefore(end);
  if (at < start) return 0;
  const quote = codePointAt(at, end);
  return quote == APOSTROPHE || quote == RIGHT_QUOTE ? at : 0;
}
