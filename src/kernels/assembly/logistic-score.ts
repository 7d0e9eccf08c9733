// GPT-3's logistic regression over hashed tokens; what each number means is said in reference/logistic-score.ts. Memory: a token at twice its
// length, and 4 bytes a feature.
import { decodeAt, lowerCase, sequenceBytes } from './characters';
import { docStart, ensure, text } from './tokens';

const LOWERED: i32 = 37;
const SEED: u32 = 42;

/** One number a field, in the order in which logistic-score.ts writes them; the bias is a parameter of the call. */
@unmanaged
class LogisticModel {
  weights: usize;
  features: u32;
  /** For `binary`: u32 a feature, the number of the document that had it last; 0 otherwise. */
  seen: usize;
  /** Number of the document scored last. */
  document: u32;
}

/** Java's `\s`; NUL, which splits fastText's tokens, is none of it. */
@inline function splits(byte: u32): bool {
  return byte == 32 || byte - 9 < 5;
}

/** Writes the probability of each row to f32 `out[row]`. */
export function logisticScore(at: usize, bias: f64, rows: usize, count: u32, out: usize): void {
  const model = changetype<LogisticModel>(at);
  for (let r: u32 = 0; r < count; r++) {
    const row = <usize>load<u32>(rows + (<usize>r << 2)) << 2;
    const sum = sumOf(model, text + load<u32>(docStart + row), text + load<u32>(docStart + row, 4));
    store<f32>(out + row, <f32>(1 / (1 + NativeMath.exp(-(bias + sum)))));
  }
}

function sumOf(model: LogisticModel, start: usize, end: usize): f64 {
  const weights = model.weights;
  const seen = model.seen;
  if (seen != 0) nextDocument(model);
  let sum: f64 = 0;
  let at = start;
  while (true) {
    while (at < end && splits(<u32>load<u8>(at))) at++;
    if (at >= end) return sum;
    const from = at;
    let high: u32 = 0;
    while (at < end && !splits(<u32>load<u8>(at))) high |= <u32>load<u8>(at++);
    const hash = high < 0x80 ? murmur3(from, <u32>(at - from), true) : longHash(from, at);
    const feature = <usize>featureOf(hash, model.features);
    if (seen != 0) {
      if (load<u32>(seen + (feature << 2)) == model.document) continue;
      store<u32>(seen + (feature << 2), model.document);
    }
    sum += <f64>load<f32>(weights + (feature << 2));
  }
}

function nextDocument(model: LogisticModel): void {
  if (++model.document != 0) return;
  memory.fill(model.seen, 0, <usize>model.features << 2); // four thousand million documents later
  model.document = 1;
}

/** The remainder of the hash as a signed number, not negative. */
@inline function featureOf(hash: u32, features: u32): u32 {
  if ((features & (features - 1)) == 0) return hash & (features - 1);
  const rest = <i64><i32>hash % <i64>features;
  return <u32>(rest < 0 ? rest + <i64>features : rest);
}

/** The hash of a token that is not ASCII, lower-cased in a region of its own. */
function longHash(start: usize, end: usize): u32 {
  const lowered = ensure(LOWERED, (<u32>(end - start) << 1) + 8);
  let to = lowered;
  for (let at = start; at < end; ) {
    const lead = <u32>load<u8>(at);
    to = putCodePoint(to, lowerCase(lead < 0x80 ? lead : decodeAt(at)));
    at += sequenceBytes(lead);
  }
  return murmur3(lowered, <u32>(to - lowered), false);
}

@inline function putCodePoint(to: usize, codePoint: u32): usize {
  if (codePoint < 0x80) {
    store<u8>(to, codePoint);
    return to + 1;
  }
  if (codePoint < 0x800) {
    store<u8>(to, 0xc0 | (codePoint >> 6));
    store<u8>(to, 0x80 | (codePoint & 63), 1);
    return to + 2;
  }
  if (codePoint < 0x10000) {
    store<u8>(to, 0xe0 | (codePoint >> 12));
    store<u8>(to, 0x80 | ((codePoint >> 6) & 63), 1);
    store<u8>(to, 0x80 | (codePoint & 63), 2);
    return to + 3;
  }
  store<u8>(to, 0xf0 | (codePoint >> 18));
  store<u8>(to, 0x80 | ((codePoint >> 12) & 63), 1);
  store<u8>(to, 0x80 | ((codePoint >> 6) & 63), 2);
  store<u8>(to, 0x80 | (codePoint & 63), 3);
  return to + 4;
}

/** Four ASCII letters made small at once. */
@inline function lowerAscii(four: u32): u32 {
  const upper = (four + 0x3f3f3f3f) & ~(four + 0x25252525) & 0x80808080; // at least 'A', and not above 'Z'
  return four | (upper >> 2);
}

@inline function mixed(block: u32): u32 {
  return rotl<u32>(block * 0xcc9e2d51, 15) * 0x1b873593;
}

/** MurmurHash3_x86_32. May read up to 3 bytes past the end: text and region are padded. */
@inline function murmur3(at: usize, length: u32, fold: bool): u32 {
  let hash = SEED;
  const end = at + (length & ~3);
  while (at < end) {
    const four = load<u32>(at);
    hash = rotl<u32>(hash ^ mixed(fold ? lowerAscii(four) : four), 13) * 5 + 0xe6546b64;
    at += 4;
  }
  const rest = length & 3;
  if (rest != 0) {
    const four = load<u32>(at) & ((1 << (rest << 3)) - 1);
    hash ^= mixed(fold ? lowerAscii(four) : four);
  }
  hash ^= length;
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}
