/**
 * OpenAI's o200k_base and cl100k_base, by the package `gpt-tokenizer`. Counts are those of the package's own `encode` unless a text holds a run of letters, of
 * signs or of white space longer than MOST_RUN: such a run is cut, because the package takes time with the square of it (100,000 times the letter a take
 * 4 s whole), and every cut may cost a token or two. The package tells white space as JavaScript does: U+0085 is none and U+FEFF is, other than in tiktoken.
 */
import { createRequire } from 'node:module';
import { REMEMBERED_BYTES, type PackageTokenizer, type Tokenizer } from './tokenizer.js';
import { partsOf, textPieces } from './tokenizer-pieces.js';

/** Special tokens are neither allowed nor forbidden: their names are text. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** A table of 100,000 or 200,000 tokens is loaded with it: 50 to 130 ms, some 50 MB. */
export async function openGptTokenizer(name: PackageTokenizer): Promise<Tokenizer> {
  const { countTokens, clearMergeCache } = name === 'o200k_base' ? await import('gpt-tokenizer/encoding/o200k_base') : await import('gpt-tokenizer/encoding/cl100k_base');
  let remembered = 0;
  return {
    name,
    count(text) {
      let tokens = 0;
      for (const piece of textPieces(text)) {
        for (const part of partsOf(piece)) tokens += countTokens(part, AS_TEXT);
        remembered += piece.text.length;
        if (remembered < REMEMBERED_BYTES) continue;
        clearMergeCache();
        remembered = 0;
      }
      return tokens;
    },
  };
}

let version: string | undefined;

/** The package with its version: another one may count otherwise. */
export function gptTokenizerPackage(): string {
  version ??= (createRequire(import.meta.url)('gpt-tokenizer/package.json') as { version: string }).version; // every package's manifest has one
  return `gpt-tokenizer ${version}`;
}
