/**
 * GPT-3's rules for documents that hold passages of benchmarks, from their text alone: lists of words and strings, no hashes, no bytes, written for being read. What
 * src/dedup/contamination.ts leaves open in the paper is read here in the same way.
 */

export interface Rules {
  readonly ngram: number;
  readonly leastWords: number;
  readonly window: number;
  readonly leastPiece: number;
  readonly mostPieces: number;
  readonly mostDocuments: number;
}

export const GPT3: Rules = { ngram: 13, leastWords: 8, window: 200, leastPiece: 200, mostPieces: 10, mostDocuments: 10 };

interface Word {
  readonly word: string;
  /** In code points. */
  readonly from: number;
  readonly to: number;
}

const ALONE = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/** One to one: the letters whose lower case is longer stay as they are, but for the Turkish I with a dot. */
function lower(character: string): string {
  if (character === 'İ') return 'i';
  return Array.from(character.toLowerCase()).length === 1 ? character.toLowerCase() : character;
}

export function wordsOf(characters: readonly string[]): Word[] {
  const words: Word[] = [];
  let word = '';
  let from = 0;
  let to = 0;
  const end = (): void => {
    if (word !== '') words.push({ word, from, to });
    word = '';
  };
  characters.forEach((character, i) => {
    if (/\p{White_Space}/u.test(character)) end();
    else if (ALONE.test(character) && /[\p{L}\p{M}\p{N}]/u.test(character)) {
      end();
      words.push({ word: lower(character), from: i, to: i + 1 });
    } else if (/[\p{L}\p{Nd}]/u.test(character)) {
      if (word === '') from = i;
      word += lower(character);
      to = i + 1;
    }
  });
  end();
  return words;
}

/** The n-grams of a benchmark's passages, as words with spaces between. */
export function ngramsOf(passages: readonly string[], { ngram, leastWords }: Rules): Set<string> {
  return new Set(passages.flatMap((passage) => {
    const words = wordsOf(Array.from(passage)).map(({ word }) => word);
    if (words.length < ngram) return words.length >= leastWords ? [words.join(' ')] : [];
    return words.slice(ngram - 1).map((_, i) => words.slice(i, i + ngram).join(' '));
  }));
}

/** Places of the n-grams in a text: every run of words, of every length that any of them has. */
function placesOf(characters: readonly string[], ngrams: ReadonlySet<string>): { readonly ngram: string; readonly from: number; readonly to: number }[] {
  const words = wordsOf(characters);
  const lengths = new Set([...ngrams].map((ngram) => ngram.split(' ').length));
  return words.flatMap((first, i) => [...lengths].flatMap((length) => {
    const run = words.slice(i, i + length);
    const ngram = run.map(({ word }) => word).join(' ');
    return run.length === length && ngrams.has(ngram) ? [{ ngram, from: first.from, to: run.at(-1)!.to }] : [];
  }));
}

/** What is left of a text; undefined where the document goes. */
export function cleanText(text: string, ngrams: ReadonlySet<string>, rules: Rules): string | undefined {
  let left = text;
  for (;;) {
    const characters = Array.from(left);
    const places = placesOf(characters, ngrams);
    if (places.length === 0) return left;
    const gone = new Array<boolean>(characters.length).fill(false);
    for (const { from, to } of places) for (let i = Math.max(0, from - rules.window); i < Math.min(characters.length, to + rules.window); i++) gone[i] = true;
    const pieces: string[] = [];
    let piece = '';
    characters.forEach((character, i) => {
      if (!gone[i]) piece += character;
      if ((gone[i] || i === characters.length - 1) && piece !== '') {
        pieces.push(piece);
        piece = '';
      }
    });
    if (pieces.length > rules.mostPieces) return undefined;
    left = pieces.filter((one) => Array.from(one).length >= rules.leastPiece && /[^\p{White_Space}\ufeff]/u.test(one)).join('\n\n');
    if (left === '') return undefined;
  }
}

/** What is left of each document, undefined where it goes: n-grams that too many of them hold are ignored. */
export function cleanCorpus(documents: readonly string[], passages: readonly string[], rules: Rules): { readonly left: (string | undefined)[]; readonly ignored: Set<string>; readonly matched: Set<string> } {
  const held = new Map<string, number>();
  const ngrams = ngramsOf(passages, rules);
  for (const document of documents) {
    for (const ngram of new Set(placesOf(Array.from(document), ngrams).map((place) => place.ngram))) held.set(ngram, (held.get(ngram) ?? 0) + 1);
  }
  const ignored = new Set([...held].filter(([, count]) => count > rules.mostDocuments).map(([ngram]) => ngram));
  const sought = new Set([...ngrams].filter((ngram) => !ignored.has(ngram)));
  return { left: documents.map((document) => cleanText(document, sought, rules)), ignored, matched: new Set([...held.keys()].filter((ngram) => !ignored.has(ngram))) };
}
