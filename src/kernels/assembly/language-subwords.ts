// The character n-grams of tokens that are not remembered: some 30 a word, each a look at a table and at a row anywhere in memory. So those of many words
// are listed first, then looked at, then added, in loops that never wait for one of them alone.
import { addRow, bucketOf, FILTER_BITS, keptRow, Model, reciprocalOf } from './language-features';
import { counts, vectors } from './language-tokens';

/** Buckets are listed in groups of four, all of one token. The list is worked off when it is `full`; what follows one place of a word still fits. */
const MOST_GROUPS: u32 = 1024;
const groups = memory.data((MOST_GROUPS + 72) * 16, 16);
const groupTokens = memory.data((MOST_GROUPS + 72) * sizeof<u32>(), 16);
const full = groups + MOST_GROUPS * 16;
let put: usize = groups;

/** What is left of the list: buckets and then rows, and the number of the token. */
const left = memory.data((MOST_GROUPS + 72) * 16, 16);
const leftTokens = memory.data((MOST_GROUPS + 72) * 16, 16);

/**
 * Lists the n-grams of `minn .. maxn` code points of a word in brackets, but not its first or its last character alone, for token `t` (its number
 * times four). The word may be read 4 bytes past its end.
 */
export function listSubwords(model: Model, word: usize, size: u32, t: usize): void {
  if (model.bucket > 1 && isAscii(word, size)) listAscii(model, word, size, t);
  else listCodePoints(model, word, size, t);
}

@inline function endGroup(t: usize): void {
  store<usize>(groupTokens + ((put - groups) >> 2), t);
  put += 16;
}

/** Whether no byte of the word is part of a longer code point. */
@inline function isAscii(word: usize, size: u32): bool {
  let high: u64 = 0;
  let i: u32 = 0;
  for (; i + 8 <= size; i += 8) high |= load<u64>(word + i);
  if (i < size) high |= load<u64>(word + i) << (64 - (<u64>(size - i) << 3));
  return (high & 0x8080808080808080) == 0;
}

/** Four hashes modulo the buckets; bucketOf says how. */
@inline function bucketsOf(hashes: v128, bucket: v128, reciprocal: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(hashes, reciprocal);
  const high = i64x2.extmul_high_i32x4_u(hashes, reciprocal);
  const quotients = i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  const rest = i32x4.sub(hashes, i32x4.mul(quotients, bucket));
  return i32x4.min_u(rest, i32x4.sub(rest, bucket));
}

/** n-grams of one length that begin at four places are hashed together; those that would pass the word's end are the bucket behind the last. */
function listAscii(model: Model, word: usize, size: u32, t: usize): void {
  const minn = model.minn;
  const longest = model.maxn;
  const bucket = i32x4.splat(model.bucket);
  const reciprocal = i32x4.splat(<i32>reciprocalOf(model.bucket));
  const prime = i32x4.splat(16777619);
  const places = i32x4(0, 1, 2, 3);
  for (let from: u32 = 0; from < size; from += 4) {
    const maxn = min(longest, size - from);
    let hashes = i32x4.splat(2166136261);
    for (let n: u32 = 1; n <= maxn; n++) {
      const bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(word + from + n - 1)));
      hashes = i32x4.mul(v128.xor(hashes, bytes), prime);
      if (n < minn) continue;
      const fits = i32x4.lt_s(places, i32x4.splat(<i32>(size - from - n + 1)));
      let found = v128.bitselect(bucketsOf(hashes, bucket, reciprocal), bucket, fits);
      if (n == 1) found = withoutEnds(found, bucket, from, size);
      v128.store(put, found);
      endGroup(t);
    }
    if (put >= full) addListed(model);
  }
}

/** The first and the last character alone are no n-grams. */
function withoutEnds(found: v128, none: v128, from: u32, size: u32): v128 {
  const places = i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(from));
  const ends = v128.or(i32x4.eq(places, i32x4.splat(0)), i32x4.eq(places, i32x4.splat(size - 1)));
  return v128.bitselect(none, found, ends);
}

function listCodePoints(model: Model, word: usize, size: u32, t: usize): void {
  const minn = model.minn;
  const maxn = model.maxn;
  const bucket = model.bucket;
  const reciprocal = reciprocalOf(bucket);
  for (let from: u32 = 0; from < size; from++) {
    if ((load<u8>(word + from) & 0xc0) == 0x80) continue;
    let hash: u32 = 2166136261;
    let end = from;
    let at = put;
    for (let n: u32 = 1; end < size && n <= maxn; n++) {
      do {
        hash = (hash ^ <u32>(<i32>load<i8>(word + end))) * 16777619;
        end++;
      } while (end < size && (load<u8>(word + end) & 0xc0) == 0x80);
      if (n < minn || (n == 1 && (from == 0 || end == size))) continue;
      store<u32>(at, bucketOf(hash, bucket, reciprocal));
      at += 4;
    }
    v128.store(at, i32x4.splat(bucket));
    while (put < at) endGroup(t);
    if (put >= full) addListed(model);
  }
}

/** Adds the rows of what is listed to their tokens' vectors, in order, and their number to the tokens' features; the list is then empty. */
export function addListed(model: Model): void {
  const count = model.kept == 0 ? allRows(model) : keptRows(model);
  const small = model.input != 0 && model.stride == 16;
  for (let i: usize = 0; i < count; ) {
    const t = load<usize>(leftTokens + i);
    let end = i + 4;
    while (end < count && load<usize>(leftTokens + end) == t) end += 4;
    const vector = load<usize>(vectors + t);
    if (small) addRows16(model.input, i, end, vector);
    else for (let at = i; at < end; at += 4) addRow(model, load<u32>(left + at), vector);
    store<u32>(counts + t, load<u32>(counts + t) + (<u32>(end - i) >> 2));
    i = end;
  }
  put = groups;
}

/** Adds rows [from, end) of what is left to the 16 floats at `to`, in registers. */
@inline function addRows16(input: usize, from: usize, end: usize, to: usize): void {
  let a = v128.load(to);
  let b = v128.load(to, 16);
  let c = v128.load(to, 32);
  let d = v128.load(to, 48);
  for (let at = from; at < end; at += 4) {
    const row = input + (<usize>load<u32>(left + at) << 6);
    a = f32x4.add(a, v128.load(row));
    b = f32x4.add(b, v128.load(row, 16));
    c = f32x4.add(c, v128.load(row, 32));
    d = f32x4.add(d, v128.load(row, 48));
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
}

/** Leaves the rows of all buckets in `left`; four times their number. */
function allRows(model: Model): usize {
  const words = model.words;
  const bucket = model.bucket;
  let count: usize = 0;
  for (let at = groups; at < put; at += 4) {
    const found = load<u32>(at);
    store<u32>(left + count, words + found);
    store<u32>(leftTokens + count, load<u32>(groupTokens + (((at - groups) >> 4) << 2)));
    count += <usize>u32(found != bucket) << 2;
  }
  return count;
}

let touched: u32 = 0;

/** Leaves the rows of the buckets that a pruned model kept in `left`; four times their number. */
function keptRows(model: Model): usize {
  const filter = model.filter;
  let some: usize = 0;
  for (let at = groups; at < put; at += 16) {
    const t = load<u32>(groupTokens + ((at - groups) >> 2));
    for (let lane: usize = 0; lane < 16; lane += 4) {
      const found = load<u32>(at + lane);
      store<u32>(left + some, found);
      store<u32>(leftTokens + some, t);
      some += <usize>((<u32>load<u8>(filter + ((found & ((1 << FILTER_BITS) - 1)) >> 3)) >> (found & 7)) & 1) << 2;
    }
  }
  const kept = model.kept;
  const noRow = model.noRow;
  const input = model.input;
  const bytes = model.stride << 2;
  let count: usize = 0;
  let sum: u32 = 0;
  for (let i: usize = 0; i < some; i += 4) {
    const row = keptRow(kept, load<u32>(left + i), noRow);
    store<u32>(left + count, row);
    store<u32>(leftTokens + count, load<u32>(leftTokens + i));
    count += <usize>u32(row != noRow) << 2;
    if (input != 0) sum += load<u32>(input + <usize>row * bytes); // so that it is near when it is added
  }
  touched = sum; // kept, or the reads would be left out
  return count;
}
