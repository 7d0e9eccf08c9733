// Finds the tokens of fastText: runs of bytes between its white space (space, \n, \r, \t, \v, \f, NUL). 64 bytes become a mask of 64 bits whose
// changes are the bounds of tokens, so that nothing waits for the end of one word before it looks for the next. Bounds come a kilobyte of text at a time.
// Tokens are compared and hashed 16 bytes at a time too: no token holds a NUL, so zeros behind its end say how long it is.

/** Text is read this far past its end. */
export const SCAN_PADDING: u32 = 64;

const CHUNK_BYTES: u32 = 1024;
/** Tokens that one call may find. */
export const MOST_TOKENS: u32 = CHUNK_BYTES / 2 + 1;
/** Pointers: where token i begins at [2 i], where it ends at [2 i + 1]. Eight are written at a time, wanted or not. */
export const bounds = memory.data((CHUNK_BYTES + 64) * sizeof<u32>(), 16);

let scanAt: usize = 0;
let scanEnd: usize = 0;
/** 1 where the byte before `scanAt` is white space, 0 inside a token. */
let spaceBefore: u64 = 1;
let openStart: usize = 0;

/** Begins with the text at [from, to). */
export function startTokens(from: usize, to: usize): void {
  scanAt = from;
  scanEnd = to;
  spaceBefore = 1;
}

/** A bit for each of 16 bytes: whether it is white space. */
@inline function spaces(at: usize): u64 {
  const bytes = v128.load(at);
  const controls = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(9)), i8x16.splat(4));
  const others = v128.or(i8x16.eq(bytes, i8x16.splat(32)), i8x16.eq(bytes, i8x16.splat(0)));
  return <u64><u32>i8x16.bitmask(v128.or(controls, others));
}

/** Fills `bounds` with the next tokens; how many there are, 0 at the end of the text. */
export function nextTokens(): u32 {
  let at = scanAt;
  const end = scanEnd;
  let before = spaceBefore;
  let to = bounds;
  if (before == 0) {
    store<usize>(to, openStart);
    to += 4;
  }
  while (to < bounds + 8 && at < end) {
    const stop = min(end, at + CHUNK_BYTES);
    while (at < stop) {
      let mask = spaces(at) | (spaces(at + 16) << 16) | (spaces(at + 32) << 32) | (spaces(at + 48) << 48);
      if (end - at < 64) mask |= <u64>-1 << <u64>(end - at);
      let changes = mask ^ ((mask << 1) | before);
      before = mask >> 63;
      let put = to;
      to += <usize>popcnt<u64>(changes) << 2;
      do {
        for (let i: u32 = 0; i < 8; i++) {
          store<usize>(put, at + <usize>ctz<u64>(changes));
          changes &= changes - 1;
          put += 4;
        }
      } while (changes != 0);
      at += 64;
    }
  }
  if (at >= end && before == 0) {
    store<usize>(to, end);
    to += 4;
    before = 1;
  }
  if (before == 0) openStart = load<usize>(to - 4);
  scanAt = at;
  spaceBefore = before;
  return <u32>(to - bounds) >> 3;
}

/** 32 bytes of ones, then 32 of zeros. */
const ones = memory.data<u64>([-1, -1, -1, -1, 0, 0, 0, 0]);

/** The first 16 bytes of a token, zeros behind its end, and the second 16; for up to 32 bytes. */
@inline export function firstKey(start: usize, length: u32): v128 {
  return v128.and(v128.load(start), v128.load(ones + 32 - length));
}
@inline export function secondKey(start: usize, length: u32): v128 {
  return v128.and(v128.load(start, 16), v128.load(ones + 48 - length));
}

/** 64 bits of a key. */
@inline export function keyHash(key: v128): u64 {
  const hash = <u64>i64x2.extract_lane(key, 0) ^ (<u64>i64x2.extract_lane(key, 1) * 0x9e3779b97f4a7c15);
  return (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9;
}

@inline export function sameKey(a: v128, b: v128): bool {
  return !v128.any_true(v128.xor(a, b));
}

/** fastText's hash: FNV-1a, 32 bits, of sign-extended bytes. */
@inline export function tokenHash(start: usize, end: usize): u32 {
  let hash: u32 = 2166136261;
  for (let at = start; at < end; at++) hash = (hash ^ <u32>(<i32>load<i8>(at))) * 16777619;
  return hash;
}
