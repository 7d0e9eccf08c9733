// The exact hash of a document: two lanes over the runs that reference/exact-runs.ts takes from the text. The table of words, whose division depends on
// case, only spares work here: a run with one word in it that has no sign inside is hashed already; any other is hashed again from its bytes.
import { asciiClass, classAt, classOf, decodeAt, DIGIT, FNV64_BASIS, FNV64_PRIME, foldedPart, ICON, sequenceBytes } from './characters';
import { KIND_ALONE, KIND_SYMBOL, KIND_WHOLE, startBefore, STRIPPED, SYMBOL, UNSPACED, UPPER } from './characters';
import { mix } from './shingles';
import { docStart, docWord, text, wordEnd, wordFolded, wordKind, wordStart } from './tokens';

const BASE: u64 = 0x9e3779b97f4a7c15;
export const FIRST: u64 = 0x87c37b91114253d5;
export const SECOND: u64 = 0x4cf5ad432745937f;
const START_WORDS: u64 = 0x243f6a8885a308d3;
const START_BYTES: u64 = 0x13198a2e03707344;

/** The lanes of the document hashed last. */
export let first: u64 = 0;
export let second: u64 = 0;
/** Values absorbed. */
let found: u32 = 0;

@inline function absorb(value: u64): void {
  first = rotl<u64>(first ^ value, 27) * FIRST + BASE;
  second = rotl<u64>(second, 31) + value;
  second = (second ^ (second >> 29)) * SECOND;
}

/** The exact hash of a document, into `first` and `second`. */
export function hashDocument(row: usize): void {
  first = START_WORDS;
  second = ~START_WORDS;
  found = 0;
  const last = <usize>load<u32>(docWord + (row << 2), 4);
  let parts: u32 = 0; // words since white space; one that takes a closer look counts for two
  let open = false; // the first of them is hashed already
  let hash: u64 = 0;
  let from: u32 = 0;
  let to: u32 = 0;
  let end: u32 = 0; // of the word before
  for (let word = <usize>load<u32>(docWord + (row << 2)); word < last; word++) {
    const start = load<u32>(wordStart + (word << 2));
    const kind = <u32>load<u8>(wordKind + word);
    if (parts != 0 && (start != end || (kind & KIND_ALONE) != 0)) {
      if (parts == 1) absorbRun(hash);
      else absorbRuns(open, hash, text + from, text + to);
      parts = 0;
    }
    end = load<u32>(wordEnd + (word << 2));
    if ((kind & KIND_SYMBOL) != 0) continue;
    const folded = load<u64>(wordFolded + (word << 3));
    if ((kind & KIND_ALONE) != 0) {
      absorbRun(folded);
      continue;
    }
    const whole = (kind & KIND_WHOLE) != 0;
    if (parts == 0) {
      open = whole;
      hash = whole ? folded : FNV64_BASIS;
      from = whole ? end : start;
    }
    parts += whole ? 1 : 2;
    to = end;
  }
  if (parts == 1) absorbRun(hash);
  else if (parts != 0) absorbRuns(open, hash, text + from, text + to);
  if (found == 0) hashBytes(row);
  else finish(found);
}

/** Absorbs the runs of text without white space. `open`: one has begun that ends at `at`, and has this hash so far; FNV-1a has no last step. */
function absorbRuns(open: bool, hash: u64, at: usize, end: usize): void {
  let digit: u32 = open ? classAt(startBefore(at)) & DIGIT : 0; // of the run's last code point
  let across: u32 = 0; // the same where a sign stands between
  while (at < end) {
    const lead = <u32>load<u8>(at);
    if (lead < 0x80) {
      at++;
      const bits = <u32>load<u8>(asciiClass + lead);
      if ((bits & (SYMBOL | STRIPPED)) != 0) {
        across = digit;
        continue;
      }
      if ((across & bits) != 0) {
        absorbRun(hash);
        hash = FNV64_BASIS;
      }
      digit = bits & DIGIT;
      across = 0;
      hash = (hash ^ <u64>(lead | (bits & UPPER))) * FNV64_PRIME;
      open = true;
      continue;
    }
    const codePoint = decodeAt(at);
    const bits = classOf(codePoint);
    at += sequenceBytes(lead);
    const alone = (bits & (UNSPACED | ICON)) != 0;
    if ((bits & SYMBOL) != 0 || (!alone && (bits & STRIPPED) != 0)) {
      across = digit;
      continue;
    }
    if (open && (alone || (across & bits) != 0)) {
      absorbRun(hash);
      hash = FNV64_BASIS;
    }
    digit = bits & DIGIT;
    across = 0;
    hash = foldedPart(hash, codePoint, bits);
    open = !alone;
    if (alone) {
      digit = 0;
      absorbRun(hash);
      hash = FNV64_BASIS;
    }
  }
  if (open) absorbRun(hash);
}

@inline function absorbRun(hash: u64): void {
  if (hash == 0) return; // stands for no word everywhere
  absorb(hash);
  found++;
}

/** A document without a run: its bytes, eight at a time, the last group filled with zeros. */
function hashBytes(row: usize): void {
  first = START_BYTES;
  second = ~START_BYTES;
  let at = text + <usize>load<u32>(docStart + (row << 2));
  const end = text + <usize>load<u32>(docStart + (row << 2), 4);
  const bytes = <u32>(end - at);
  for (; at + 8 <= end; at += 8) absorb(load<u64>(at));
  const rest = <u32>(end - at);
  if (rest > 0) absorb(load<u64>(at) & (((<u64>1) << (rest << 3)) - 1));
  finish(bytes);
}

@inline function finish(length: u32): void {
  first = mix(first ^ <u64>length);
  second = mix(second + <u64>length);
}
