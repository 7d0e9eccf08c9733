// The vectors of the tokens found last: remembered ones, since words repeat, and otherwise summed from the token's own row and its character n-grams.
// In short loops without surprises for the processor: what memory has to bring for one token it then brings beside what others need.
import { ensure } from './tokens';
import { bounds, firstKey, keyHash, MOST_TOKENS, secondKey, tokenHash } from './token-scan';
import { findWord, isEndOfLine, looksLikeLabel } from './fasttext-words';
import { addRow, Model } from './language-features';
import { addListed, listSubwords } from './language-subwords';

const LONG_WORD: i32 = 31;
const NEW_VECTORS: i32 = 33;

/** Features of a token that is no word, and of the end-of-line token, behind which the engine does not read. */
export const IS_LABEL: u32 = 0xffffffff;
export const IS_END: u32 = 0xfffffffe;

// Of each token: its entry, where its vector is, its features, its hash; of those that were not remembered: their number (all numbers times four).
const entries = memory.data(MOST_TOKENS * sizeof<u32>(), 16);
export const vectors = memory.data(MOST_TOKENS * sizeof<u32>(), 16);
export const counts = memory.data(MOST_TOKENS * sizeof<u32>(), 16);
export const tokenHashes = memory.data(MOST_TOKENS * sizeof<u32>(), 16);
const missed = memory.data((MOST_TOKENS + 1) * sizeof<u32>(), 16);
/** Where the words in brackets of tokens that are not remembered stand; the words themselves. */
const brackets = memory.data(MOST_TOKENS * sizeof<u32>(), 16);
const bracketed = memory.data(4096, 16);
let newVectors: usize = 0;

// A remembered token of up to 32 bytes: its bytes, features u32 (or the above), hash u32, padding; its vector. One entry a key's hash, the newest
// stays: what a document scores does not depend on which tokens are there.
const MEMO_FEATURES: usize = 32;
const MEMO_HASH: usize = 36;
const MEMO_VECTOR: usize = 64;
const KEY_BYTES: u32 = 32;

/** Before the first call of a batch. */
export function reserveVectors(model: Model): void {
  newVectors = ensure(NEW_VECTORS, MOST_TOKENS * (model.stride << 2));
}

/** Fills `vectors`, `counts` and `tokenHashes` for the `count` tokens of token-scan.ts; to be followed by `remember`. How many were not remembered. */
export function findVectors(model: Model, count: u32): u32 {
  findEntries(model, count);
  const misses = readEntries(count);
  sumRows(model, misses);
  if (model.maxn > 0) sumSubwords(model, misses);
  return misses;
}

let touched: u32 = 0;

/** Notes where each token's entry is, and reads a word of both its cache lines so that they are near when they are needed. */
function findEntries(model: Model, count: u32): void {
  const memo = model.memo;
  const mask = <u64>model.memoMask;
  const stride = model.memoStride;
  let sum: u32 = 0;
  for (let t: usize = 0; t < <usize>count << 2; t += 4) {
    const start = load<usize>(bounds + (t << 1));
    const length = min(<u32>(load<usize>(bounds + (t << 1), 4) - start), KEY_BYTES);
    const hash = keyHash(firstKey(start, min(length, 16))) ^ (keyHash(secondKey(start, max(length, 16))) << 1);
    const entry = memo + <usize>(<u32>((hash >> 32) & mask)) * stride;
    store<usize>(entries + t, entry);
    sum += load<u32>(entry) + load<u32>(entry, MEMO_VECTOR);
  }
  touched = sum; // kept, or the reads would be left out
}

/** Reads what the entries say of the tokens, and lists those of which they say nothing; how many these are. */
function readEntries(count: u32): u32 {
  let misses: usize = 0;
  for (let t: usize = 0; t < <usize>count << 2; t += 4) {
    const start = load<usize>(bounds + (t << 1));
    const length = <u32>(load<usize>(bounds + (t << 1), 4) - start);
    const entry = load<usize>(entries + t);
    const known = min(length, KEY_BYTES);
    const first = v128.xor(firstKey(start, min(known, 16)), v128.load(entry));
    const second = v128.xor(secondKey(start, max(known, 16)), v128.load(entry, 16));
    store<u32>(tokenHashes + t, load<u32>(entry, MEMO_HASH));
    store<u32>(counts + t, load<u32>(entry, MEMO_FEATURES));
    store<usize>(vectors + t, entry + MEMO_VECTOR);
    store<usize>(missed + misses, t);
    misses += <usize>(u32(v128.any_true(v128.or(first, second))) | u32(length > KEY_BYTES)) << 2;
  }
  return <u32>misses >> 2;
}

/** Gives the listed tokens new vectors, of their own rows where they are words. */
function sumRows(model: Model, misses: u32): void {
  const bytes = <usize>model.stride << 2;
  let vector = newVectors;
  memory.fill(vector, 0, <usize>misses * bytes);
  for (let m: usize = 0; m < <usize>misses << 2; m += 4, vector += bytes) {
    const t = load<usize>(missed + m);
    const start = load<usize>(bounds + (t << 1));
    const end = load<usize>(bounds + (t << 1), 4);
    const length = <u32>(end - start);
    const hash = tokenHash(start, end);
    const slot = findWord(model.wordTable, model.wordMask, model.wordBytes, start, length, hash);
    let found: u32 = 0;
    if (slot != 0) {
      const word = load<u32>(slot, 4);
      found = word < model.words ? 1 : IS_LABEL;
      if (word < model.words) addRow(model, word, vector);
    } else if (looksLikeLabel(start, length)) found = IS_LABEL;
    store<usize>(vectors + t, vector);
    store<u32>(tokenHashes + t, hash);
    store<u32>(counts + t, isEndOfLine(start, length) ? IS_END : found);
  }
}

/** Adds the character n-grams of the listed tokens to their vectors. Words are put in brackets first: by the time they are read, that is written. */
function sumSubwords(model: Model, misses: u32): void {
  let word = bracketed;
  for (let m: usize = 0; m < <usize>misses << 2; m += 4) {
    const t = load<usize>(missed + m);
    const start = load<usize>(bounds + (t << 1));
    const length = <u32>(load<usize>(bounds + (t << 1), 4) - start);
    store<usize>(brackets + m, word);
    if (length <= KEY_BYTES) word = bracket(word, start, length);
  }
  for (let m: usize = 0; m < <usize>misses << 2; m += 4) {
    const t = load<usize>(missed + m);
    if (load<u32>(counts + t) >= IS_END) continue;
    const start = load<usize>(bounds + (t << 1));
    const length = <u32>(load<usize>(bounds + (t << 1), 4) - start);
    let at = load<usize>(brackets + m);
    if (length > KEY_BYTES) {
      at = ensure(LONG_WORD, length + 2 + 16);
      bracket(at, start, length);
    }
    listSubwords(model, at, length + 2, t);
  }
  addListed(model);
}

/** The word between `<` and `>`, copied 16 bytes at a time past its end, for which there is room; where it ends. */
@inline function bracket(to: usize, start: usize, length: u32): usize {
  store<u8>(to, 0x3c);
  for (let i: u32 = 0; i < length; i += 16) v128.store(to + i, v128.load(start + i), 1);
  store<u8>(to + length, 0x3e, 1);
  return to + length + 2;
}

/** Remembers the last `misses` tokens that were listed, those of them that are short enough; their entries' old vectors are then gone. */
export function remember(model: Model, misses: u32): void {
  const bytes = <usize>model.stride << 2;
  for (let m: usize = 0; m < <usize>misses << 2; m += 4) {
    const t = load<usize>(missed + m);
    const start = load<usize>(bounds + (t << 1));
    const length = <u32>(load<usize>(bounds + (t << 1), 4) - start);
    if (length > KEY_BYTES) continue;
    const entry = load<usize>(entries + t);
    const vector = load<usize>(vectors + t);
    v128.store(entry, firstKey(start, min(length, 16)));
    v128.store(entry, secondKey(start, max(length, 16)), 16);
    store<u32>(entry, load<u32>(counts + t), MEMO_FEATURES);
    store<u32>(entry, load<u32>(tokenHashes + t), MEMO_HASH);
    for (let i: usize = 0; i < bytes; i += 16) v128.store(entry + i, v128.load(vector + i), MEMO_VECTOR);
  }
}
