// What shingles are runs of: hashes of a document's units, some at a time. What a unit is says reference/units.ts. `script` copies the table of words,
// which has each character of a script without spaces as a word already; `word` puts those that touch together again, and `character` reads the
// text. FNV-1a has no last step, so the hash of a longer unit goes on from that of its beginning.
import { BYTE_PLAIN, BYTE_UPPER, byteClass, classAt, classOf, decodeAt, FNV64_BASIS, FNV64_PRIME, foldedPart, sequenceBytes } from './characters';
import { DIGIT, LETTER, UNSPACED } from './characters';
import { docStart, docWord, text, wordEnd, wordFolded, wordStart } from './tokens';

/** Numbers of ShingleParameters.unit (signatures.ts beside this folder). */
const WORD: u32 = 1;
const CHARACTER: u32 = 2;

let unit: u32 = 0;
/** Of words: their numbers; of characters: addresses of text. */
let at: usize = 0;
let end: usize = 0;

/** Begins with the units of a row of the batch. */
export function startUnits(row: usize, kind: u32): void {
  unit = kind;
  if (kind == CHARACTER) {
    at = text + <usize>load<u32>(docStart + (row << 2));
    end = text + <usize>load<u32>(docStart + (row << 2), 4);
  } else {
    at = <usize>load<u32>(docWord + (row << 2));
    end = <usize>load<u32>(docWord + (row << 2), 4);
  }
}

/** Writes the hashes of the next units, at most `most`, to `out`; how many there were: fewer than `most` at the end of the document. */
export function nextUnits(out: usize, most: u32): u32 {
  const stop = out + (<usize>most << 3);
  const to = unit == CHARACTER ? characters(out, stop) : unit == WORD ? joinedWords(out, stop) : words(out, stop);
  return <u32>(to - out) >> 3;
}

function words(out: usize, stop: usize): usize {
  let word = wordFolded + (at << 3);
  const last = wordFolded + (end << 3);
  for (; word < last && out < stop; word += 8) {
    const hash = load<u64>(word);
    store<u64>(out, hash);
    if (hash != 0) out += 8;
  }
  at = (word - wordFolded) >> 3;
  return out;
}

function joinedWords(out: usize, stop: usize): usize {
  while (at < end && out < stop) {
    let hash = load<u64>(wordFolded + (at << 3));
    if (hash != 0 && isUnspaced(at)) {
      while (at + 1 < end && load<u32>(wordEnd + (at << 2)) == load<u32>(wordStart + (at << 2), 4) && isUnspaced(at + 1)) {
        at++;
        const codePoint = decodeAt(text + load<u32>(wordStart + (at << 2)));
        hash = foldedPart(hash, codePoint, classOf(codePoint));
      }
    }
    at++;
    store<u64>(out, hash);
    if (hash != 0) out += 8;
  }
  return out;
}

/** Whether a word is one code point of a script without spaces: no other word begins with one. */
@inline function isUnspaced(word: usize): bool {
  const start = text + load<u32>(wordStart + (word << 2));
  return <u32>load<u8>(start) >= 0x80 && (classAt(start) & UNSPACED) != 0;
}

function characters(out: usize, stop: usize): usize {
  while (at < end && out < stop) {
    const lead = <u32>load<u8>(at);
    if (lead < 0x80) {
      const flags = <u32>load<u8>(byteClass + lead);
      store<u64>(out, (FNV64_BASIS ^ <u64>(lead | (flags & BYTE_UPPER))) * FNV64_PRIME);
      if ((flags & BYTE_PLAIN) != 0) out += 8;
      at++;
      continue;
    }
    const codePoint = decodeAt(at);
    const bits = classOf(codePoint);
    if ((bits & (LETTER | DIGIT | UNSPACED)) != 0) {
      const hash = foldedPart(FNV64_BASIS, codePoint, bits);
      store<u64>(out, hash);
      if (hash != 0) out += 8;
    }
    at += sequenceBytes(lead);
  }
  return out;
}
