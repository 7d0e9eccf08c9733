// What fastText's two scorers share: the tokens that stand for no word, and finding a word by its hash and its bytes. Tokens are pointers and lengths.

/** `</s>` as four little-endian bytes. */
const END_OF_LINE: u32 = 0x3e732f3c;
/** `__label_` as eight little-endian bytes; the ninth of the prefix is one more `_`. */
const LABEL_START: u64 = 0x5f6c6562616c5f5f;

export const END_OF_LINE_HASH: u32 = 3617362777;

@inline export function isEndOfLine(start: usize, length: u32): bool {
  return length == 4 && load<u32>(start) == END_OF_LINE;
}

@inline export function looksLikeLabel(start: usize, length: u32): bool {
  return length >= 9 && load<u64>(start) == LABEL_START && load<u8>(start, 8) == 0x5f;
}

/** Equality of `length` bytes. Both sides may be read up to 7 bytes past their end: the text and every word list are padded. */
@inline export function sameBytes(a: usize, b: usize, length: u32): bool {
  let i: u32 = 0;
  for (; i + 8 <= length; i += 8) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
  }
  const rest = length - i;
  return rest == 0 || ((load<u64>(a + i) ^ load<u64>(b + i)) << (64 - (<u64>rest << 3))) == 0;
}

// A word table is open addressing over slots of 16 bytes: hash, value, byte position, length (0xffffffff: free). The value is a word's
// number or its weight; a hash that fits is never enough, the bytes decide.
const FREE: u32 = 0xffffffff;

/** The slot of a token in a table of `mask + 1` slots; 0 where it is no word. */
@inline export function findWord(table: usize, mask: u32, bytes: usize, start: usize, length: u32, hash: u32): usize {
  let slot = hash & mask;
  while (true) {
    const at = table + (<usize>slot << 4);
    const stored = load<u32>(at, 12);
    if (stored == FREE) return 0;
    if (load<u32>(at) == hash && stored == length && sameBytes(start, bytes + load<u32>(at, 8), length)) return at;
    slot = (slot + 1) & mask;
  }
}
