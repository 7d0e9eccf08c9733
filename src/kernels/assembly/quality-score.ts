// Scores documents with a folded two-label model: the mean of 4-byte weights of words and hashed word n-grams, through a sigmoid. What a short token
// weighs is remembered by its spelling: most tokens then cost one cache line and no hash of theirs is computed.
import { docStart, ensure, text } from './tokens';
import { bounds, firstKey, keyHash, MOST_TOKENS, nextTokens, sameKey, startTokens, tokenHash } from './token-scan';
import { END_OF_LINE_HASH, findWord, isEndOfLine, looksLikeLabel } from './fasttext-words';
import { tableSigmoid } from './fasttext-sigmoid';

const HASHES: i32 = 30;

/** One number a field, in the order in which quality-score.ts writes them. */
@unmanaged
class FoldedModel {
  words: usize;
  wordMask: u32;
  wordBytes: usize;
  buckets: usize;
  bucketCount: u32;
  wordNgrams: u32;
  /** 1: fastText's table of sigmoids. */
  table: u32;
  /** The slot of the end-of-line word; 0 where it is not a word of the model. */
  endOfLine: usize;
  memo: usize;
  /** What is left of 64 bits when a key's hash is shifted by it is an entry's number. */
  memoShift: u32;
}

// A remembered token of up to 16 bytes: its bytes, fastText's hash u32, weight f32 (0: no word), kind u32, padding. One entry a key's hash, the
// newest stays: what a document scores does not depend on which tokens are there.
const ENTRY_LOG2: u32 = 5;
const ENTRY_HASH: usize = 16;
const ENTRY_WEIGHT: usize = 20;
const ENTRY_KIND: usize = 24;
const KEY_BYTES: u32 = 16;

/** Kinds of tokens: no word, word (both go into n-grams), and what is no feature: a label, the end of line. */
const UNKNOWN: u32 = 0;
const WORD: u32 = 1;
const LABEL: u32 = 2;
const END: u32 = 3;

// Of each token found last: its entry, weight f32, kind u32; of those whose entry is another token's: their number, and where the search begins.
const entries = memory.data(MOST_TOKENS * sizeof<u32>(), 16);
const weights = memory.data(MOST_TOKENS * sizeof<f32>(), 16);
const kinds = memory.data(MOST_TOKENS * sizeof<u32>(), 16);
const missed = memory.data((MOST_TOKENS + 1) * sizeof<u32>(), 16);

/** Buckets of word n-grams, a list that ends with the token after which it has passed `gramsFull`. */
const MOST_GRAMS: u32 = 1024;
const grams = memory.data((MOST_GRAMS + 64) * sizeof<u32>(), 16);
const gramsFull = grams + MOST_GRAMS * sizeof<u32>();

/** Below this many buckets the reciprocal's error passes one, so that the division is done as it stands. */
const LEAST_FOR_RECIPROCAL: u32 = 4096;

/**
 * `hash` mod `count` by a multiplication: half the hash fits a signed 64-bit number, whose quotient is then off by at most one. A 64-bit
 * division costs several times as much.
 */
@inline function bucketOf(hash: u64, count: u32, reciprocal: f64): u32 {
  if (count < LEAST_FOR_RECIPROCAL) return <u32>(hash % <u64>count);
  const half = <i64>(hash >> 1);
  let rest = half - <i64>(<f64>half * reciprocal) * <i64>count;
  rest += <i64>count & (rest >> 63);
  rest -= <i64>count;
  rest += <i64>count & (rest >> 63);
  rest = ((rest << 1) | <i64>(hash & 1)) - <i64>count;
  return <u32>(rest + (<i64>count & (rest >> 63)));
}

let features: u32 = 0;
let wordSum: f64 = 0;
let ngramSum: f64 = 0;
/** fastText's hashes of the line's last tokens, and how many there are. */
let hashes: usize = 0;
let hashCount: u32 = 0;

/** Writes the positive label's probability of each row to f32 `out[row]`; 0 where the model knows no feature of it. */
export function qualityScore(at: usize, rows: usize, count: u32, out: usize): void {
  const model = changetype<FoldedModel>(at);
  hashes = ensure(HASHES, (MOST_TOKENS + model.wordNgrams) << 2);
  for (let r: u32 = 0; r < count; r++) {
    const row = <usize>load<u32>(rows + (<usize>r << 2)) << 2;
    store<f32>(out + row, scoreOf(model, text + load<u32>(docStart + row), text + load<u32>(docStart + row, 4)));
  }
}

/**
 * A kilobyte of text at a time, in short loops without surprises for the processor: what memory has to bring for one token it then brings beside what
 * the tokens around it need, and not one after another.
 */
function scoreOf(model: FoldedModel, start: usize, end: usize): f32 {
  features = 0;
  wordSum = 0;
  ngramSum = 0;
  hashCount = 0;
  startTokens(start, end);
  for (let count = nextTokens(); count != 0; count = nextTokens()) {
    findEntries(model, count);
    lookUp(model, readEntries(count));
    if (addWords(count)) break;
    addNgrams(model, false);
  }
  if (model.endOfLine != 0) {
    wordSum += <f64>load<f32>(model.endOfLine, 4);
    features++;
  }
  store<u32>(hashes + (<usize>hashCount << 2), END_OF_LINE_HASH);
  hashCount++;
  addNgrams(model, true);
  if (features == 0) return 0;
  const mean = (wordSum + ngramSum) / <f64>features;
  return model.table != 0 ? tableSigmoid(<f32>mean) : <f32>(1 / (1 + NativeMath.exp(-mean)));
}

let touched: u32 = 0;

/** Notes where each token's entry is, and reads a word of it so that it is near when it is needed. */
function findEntries(model: FoldedModel, count: u32): void {
  const memo = model.memo;
  const shift = <u64>model.memoShift;
  let sum: u32 = 0;
  for (let t: usize = 0; t < <usize>count << 2; t += 4) {
    const start = load<usize>(bounds + (t << 1));
    const length = <u32>(load<usize>(bounds + (t << 1), 4) - start);
    const entry = memo + (<usize>(keyHash(firstKey(start, min(length, KEY_BYTES))) >> shift) << ENTRY_LOG2);
    store<usize>(entries + t, entry);
    sum += load<u32>(entry);
  }
  touched = sum; // kept, or the reads would be left out
}

/** Reads what the entries say of the tokens, and lists those of which they say nothing; how many these are. */
function readEntries(count: u32): u32 {
  const hash = hashes + (<usize>hashCount << 2);
  let misses: usize = 0;
  for (let t: usize = 0; t < <usize>count << 2; t += 4) {
    const start = load<usize>(bounds + (t << 1));
    const length = <u32>(load<usize>(bounds + (t << 1), 4) - start);
    const entry = load<usize>(entries + t);
    store<u32>(hash + t, load<u32>(entry, ENTRY_HASH));
    store<f32>(weights + t, load<f32>(entry, ENTRY_WEIGHT));
    store<u32>(kinds + t, load<u32>(entry, ENTRY_KIND));
    store<usize>(missed + misses, t);
    misses += <usize>(u32(!sameKey(firstKey(start, min(length, KEY_BYTES)), v128.load(entry))) | u32(length > KEY_BYTES)) << 2;
  }
  return <u32>misses >> 2;
}

/** Looks the listed tokens up in the model's words, and remembers the short ones. */
function lookUp(model: FoldedModel, misses: u32): void {
  const words = model.words;
  const mask = model.wordMask;
  const hash = hashes + (<usize>hashCount << 2);
  let sum: u32 = 0;
  for (let m: usize = 0; m < <usize>misses << 2; m += 4) {
    const t = load<usize>(missed + m);
    const found = tokenHash(load<usize>(bounds + (t << 1)), load<usize>(bounds + (t << 1), 4));
    store<u32>(hash + t, found);
    sum += load<u32>(words + (<usize>(found & mask) << 4));
  }
  touched = sum;
  for (let m: usize = 0; m < <usize>misses << 2; m += 4) {
    const t = load<usize>(missed + m);
    const start = load<usize>(bounds + (t << 1));
    const length = <u32>(load<usize>(bounds + (t << 1), 4) - start);
    const found = load<u32>(hash + t);
    const slot = findWord(words, mask, model.wordBytes, start, length, found);
    const weight: f32 = slot != 0 ? load<f32>(slot, 4) : 0;
    let kind = slot != 0 ? WORD : looksLikeLabel(start, length) ? LABEL : UNKNOWN;
    if (isEndOfLine(start, length)) kind = END;
    store<f32>(weights + t, weight);
    store<u32>(kinds + t, kind);
    if (length > KEY_BYTES) continue;
    const entry = load<usize>(entries + t);
    v128.store(entry, firstKey(start, length));
    store<u32>(entry, found, ENTRY_HASH);
    store<f32>(entry, weight, ENTRY_WEIGHT);
    store<u32>(entry, kind, ENTRY_KIND);
  }
}

/** Adds the words' weights; true where a token spelled like the end of line ends the text, as it does for the engine. */
function addWords(count: u32): bool {
  let sum = wordSum;
  let words: u32 = 0;
  let all: u32 = 0;
  for (let t: usize = 0; t < <usize>count << 2; t += 4) {
    const kind = load<u32>(kinds + t);
    all |= kind;
    words += kind;
    sum += <f64>load<f32>(weights + t);
  }
  if ((all & LABEL) != 0) return addSomeWords(count);
  wordSum = sum;
  features += words;
  hashCount += count;
  return false;
}

/** addWords where labels or an end of line are among the tokens. */
function addSomeWords(count: u32): bool {
  const hash = hashes + (<usize>hashCount << 2);
  for (let t: usize = 0; t < <usize>count << 2; t += 4) {
    const kind = load<u32>(kinds + t);
    if (kind == END) return true;
    if (kind == LABEL) continue;
    features += kind;
    wordSum += <f64>load<f32>(weights + t);
    store<u32>(hashes + (<usize>hashCount << 2), load<u32>(hash + t));
    hashCount++;
  }
  return false;
}

/**
 * Adds the weights of the word n-grams of 2 .. wordNgrams tokens that begin where all of them are known, or, at the end of the line, all. Arithmetic is
 * 64-bit on sign-extended hashes. A bucket that a pruned model lacks weighs NaN and is no feature. Hashes that more n-grams begin with are kept.
 */
function addNgrams(model: FoldedModel, last: bool): void {
  const most = model.wordNgrams;
  const tokens: u32 = most == 1 ? 0 : hashCount;
  const stop = last ? tokens : tokens - min(tokens, most - 1);
  const bucketCount = model.bucketCount;
  const reciprocal = 1 / <f64>bucketCount;
  let to = grams;
  for (let i: u32 = 0; i < stop; i++) {
    let gram = <u64><i64>load<i32>(hashes + (<usize>i << 2));
    const end = min(tokens, i + most);
    for (let j = i + 1; j < end; j++) {
      gram = gram * 116049371 + <u64><i64>load<i32>(hashes + (<usize>j << 2));
      store<u32>(to, bucketOf(gram, bucketCount, reciprocal));
      to += 4;
    }
    if (to >= gramsFull) {
      addBuckets(model.buckets, to);
      to = grams;
    }
  }
  addBuckets(model.buckets, to);
  hashCount = tokens - stop;
  memory.copy(hashes, hashes + (<usize>stop << 2), <usize>hashCount << 2);
}

/** Adds the weights of the buckets listed in `grams` up to `end`. */
function addBuckets(buckets: usize, end: usize): void {
  let found: u32 = 0;
  let sum = ngramSum;
  for (let at = grams; at < end; at += 4) {
    const weight = load<f32>(buckets + (<usize>load<u32>(at) << 2));
    if (weight != weight) continue;
    sum += <f64>weight;
    found++;
  }
  ngramSum = sum;
  features += found;
}
