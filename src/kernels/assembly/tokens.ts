// Memory of the kernels: numbered regions that grow and never shrink, and the table that the tokenise pass fills for the batch loaded last.
// Regions: 0-9 batch and words, 10-19 calls, 20-29 gopher, 30-39 fasttext, 40-49 minhash. Memory is bounded by the largest batch seen:
// its bytes and 29 bytes a word, each rounded up by at most one half.
import { SCAN_PADDING } from './token-scan';

const regionAt = memory.data(64 * sizeof<usize>());
const regionBytes = memory.data(64 * sizeof<u32>());

/** A region of at least `bytes` bytes, 16-byte aligned; what it held is lost when it has to move. */
export function ensure(region: i32, bytes: u32): usize {
  const slot = regionAt + <usize>region * sizeof<usize>();
  const size = regionBytes + <usize>region * sizeof<u32>();
  let at = load<usize>(slot);
  if (load<u32>(size) < bytes || at == 0) {
    if (at != 0) heap.free(at);
    const wanted: u32 = max(bytes + (bytes >> 1), 64);
    at = heap.alloc(wanted);
    store<usize>(slot, at);
    store<u32>(size, wanted);
  }
  return at;
}

/** The same region with at least `bytes` bytes, its contents kept. */
export function grow(region: i32, bytes: u32): usize {
  const slot = regionAt + <usize>region * sizeof<usize>();
  const size = regionBytes + <usize>region * sizeof<u32>();
  let at = load<usize>(slot);
  if (load<u32>(size) < bytes) {
    const wanted: u32 = max(bytes + (bytes >> 1), 64);
    at = at == 0 ? heap.alloc(wanted) : heap.realloc(at, wanted);
    store<usize>(slot, at);
    store<u32>(size, wanted);
  }
  return at;
}

/** Memory that is never freed: models and tables. */
export function permanent(bytes: u32): usize {
  return heap.alloc(bytes);
}

const TEXT: i32 = 0;
const DOC_START: i32 = 1;
const DOC_WORD: i32 = 3;
const WORD_START: i32 = 7;
const WORD_END: i32 = 8;
const WORD_RAW: i32 = 9;
const WORD_FOLDED: i32 = 10;
const WORD_CHARS: i32 = 11;
const WORD_KIND: i32 = 12;

export let text: usize = 0;
export let textBytes: u32 = 0;
export let docs: u32 = 0;
/** u32[docs + 1], byte positions in the text. */
export let docStart: usize = 0;
/** u32[docs + 1]: the words of document d are docWord[d] .. docWord[d + 1]. */
export let docWord: usize = 0;
/** u32 byte positions; u64 hashes; u32 code points; u8 flags. */
export let wordStart: usize = 0;
export let wordEnd: usize = 0;
export let wordRaw: usize = 0;
export let wordFolded: usize = 0;
export let wordChars: usize = 0;
export let wordKind: usize = 0;

let wordCapacity: u32 = 0;

/** Makes room for a batch; the caller then writes its text at `text` and its document positions at `docStart`. */
export function reserveBatch(bytes: u32, documents: u32): void {
  textBytes = bytes;
  docs = documents;
  text = ensure(TEXT, bytes + SCAN_PADDING);
  docStart = ensure(DOC_START, (documents + 1) << 2);
  docWord = ensure(DOC_WORD, (documents + 1) << 2);
  memory.fill(text + bytes, 0, SCAN_PADDING);
  if (wordCapacity == 0) growWords(4096);
}

/** Capacity for at least `count` words, contents kept. */
export function growWords(count: u32): void {
  wordCapacity = count + (count >> 1);
  wordStart = grow(WORD_START, wordCapacity << 2);
  wordEnd = grow(WORD_END, wordCapacity << 2);
  wordRaw = grow(WORD_RAW, wordCapacity << 3);
  wordFolded = grow(WORD_FOLDED, wordCapacity << 3);
  wordChars = grow(WORD_CHARS, wordCapacity << 2);
  wordKind = grow(WORD_KIND, wordCapacity);
}

@inline export function pushWord(index: u32, start: u32, end: u32, raw: u64, folded: u64, chars: u32, kind: u32): void {
  if (index >= wordCapacity) growWords(index + 1);
  const word = <usize>index << 2;
  store<u32>(wordStart + word, start);
  store<u32>(wordEnd + word, end);
  store<u64>(wordRaw + (word << 1), raw);
  store<u64>(wordFolded + (word << 1), folded);
  store<u32>(wordChars + word, chars);
  store<u8>(wordKind + index, kind);
}

export function textPointer(): usize { return text; }
export function docStartPointer(): usize { return docStart; }
/** The fields of the word table for TypeScript's view of it: tests read it. */
export function tablePointer(field: i32): usize {
  switch (field) {
    case 0: return docWord;
    case 1: return wordStart;
    case 2: return wordEnd;
    case 3: return wordChars;
    case 4: return wordRaw;
    case 5: return wordFolded;
    default: return wordKind;
  }
}
