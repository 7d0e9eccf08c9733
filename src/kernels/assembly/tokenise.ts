// The one pass over the text that the kernels of words share: words with their hashes as written and lower-cased. Most white-space tokens are ASCII
// letters and digits alone: they are one word, whose hashes come out of the same loop. The others go through words.ts.
import { BYTE_LETTER, BYTE_PLAIN, BYTE_SPLITS, BYTE_UPPER, byteClass, FNV64_BASIS, FNV64_PRIME, KIND_ALPHA, KIND_WHOLE } from './characters';
import { docs, docStart, docWord, pushWord, text } from './tokens';
import { pushWords } from './words';

/** Fills the word table from the text that the caller wrote. */
export function tokenise(): void {
  let words: u32 = 0;
  const base = text;
  for (let doc: u32 = 0; doc < docs; doc++) {
    store<u32>(docWord + (<usize>doc << 2), words);
    let at = base + load<u32>(docStart + (<usize>doc << 2));
    const end = base + load<u32>(docStart + (<usize>doc << 2), 4);
    while (true) {
      while (at < end && (<u32>load<u8>(byteClass + <u32>load<u8>(at)) & BYTE_SPLITS) != 0) at++;
      if (at >= end) break;
      const start = at;
      let raw = FNV64_BASIS;
      let folded = FNV64_BASIS;
      let all: u32 = BYTE_PLAIN; // flags that every byte has
      let any: u32 = 0;
      do {
        const byte = <u32>load<u8>(at);
        const flags = <u32>load<u8>(byteClass + byte);
        if ((flags & BYTE_SPLITS) != 0) break;
        all &= flags;
        any |= flags;
        raw = (raw ^ <u64>byte) * FNV64_PRIME;
        folded = (folded ^ <u64>(byte | (flags & BYTE_UPPER))) * FNV64_PRIME;
        at++;
      } while (at < end);
      if (all != 0) {
        const kind = (any & BYTE_LETTER) != 0 ? KIND_WHOLE | KIND_ALPHA : KIND_WHOLE;
        pushWord(words++, <u32>(start - base), <u32>(at - base), raw, folded, <u32>(at - start), kind);
      } else words = pushWords(words, start, at);
    }
  }
  store<u32>(docWord + (<usize>docs << 2), words);
}
