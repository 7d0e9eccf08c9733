// Passages of real prose that the documents of the scale benchmark are put together from: pieces of 150 to 450 characters, whole sentences where
// possible, of mails, speeches, a novel and a wiki. None repeats another: what shares a tenth of its runs of five words with those before is left out.
import { npmSources } from './texts.js';

const SOURCES = ['mails', 'sotu', 'moby-dick', 'tiddlywiki'];
const SHORTEST = 150;
const LONGEST = 450;
const LEAST_WORDS = 20;
/** Share of letters and spaces: less is a table, code or an encoded attachment. */
const LEAST_PROSE = 0.9;
const MOST_SEEN = 0.1;
/** Runs seen so far, as bits by their hash; a false alarm loses a passage. */
const SEEN_BITS = 2 ** 29;

/** { units, vocabulary }: the passages, always in the same order, and words to put in the place of others. */
export function readUnits() {
  const seen = new Uint8Array(SEEN_BITS / 8);
  const units = [];
  for (const source of SOURCES) {
    for (const { text } of npmSources[source]()) {
      for (const paragraph of text.split(/\n\s*\n/)) {
        for (const unit of passages(paragraph.replace(/\s+/g, ' ').trim())) if (isProse(unit) && isNew(unit, seen)) units.push(unit);
      }
    }
  }
  return { units, vocabulary: vocabularyOf(units) };
}

function* passages(paragraph) {
  for (let start = 0; start < paragraph.length;) {
    const left = paragraph.length - start;
    let end = left <= LONGEST ? paragraph.length : start + paragraph.slice(start, start + LONGEST).search(/[.!?][^.!?]*$/) + 1;
    if (end - start < SHORTEST && left > LONGEST) end = paragraph.lastIndexOf(' ', start + LONGEST);
    if (end <= start) return; // no space in so many characters
    const passage = paragraph.slice(start, end).trim();
    if (passage.length >= SHORTEST) yield passage;
    start = end;
  }
}

function isProse(unit) {
  const prose = unit.match(/[a-z ]/gi)?.length ?? 0;
  return prose >= LEAST_PROSE * unit.length && unit.split(' ').length >= LEAST_WORDS;
}

function isNew(unit, seen) {
  const words = unit.toLowerCase().match(/[a-z]+/g) ?? [];
  const bits = words.slice(4).map((_, at) => hashOf(words, at));
  const old = bits.filter((bit) => (seen[bit >>> 3] & (1 << (bit & 7))) !== 0).length;
  if (old > MOST_SEEN * bits.length) return false;
  for (const bit of bits) seen[bit >>> 3] |= 1 << (bit & 7);
  return true;
}

/** FNV-1a of five words, as many bits as there are. */
function hashOf(words, from) {
  let hash = 0x811c9dc5;
  for (let at = from; at < from + 5; at++) {
    for (let i = 0; i < words[at].length; i++) hash = Math.imul(hash ^ words[at].charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 32, 0x01000193);
  }
  return (hash ^ (hash >>> 13)) & (SEEN_BITS - 1);
}

/** Words of letters that occur in several passages, sorted. */
function vocabularyOf(units) {
  const counts = new Map();
  for (const unit of units) for (const word of new Set(unit.match(/\b[a-z]{3,12}\b/g) ?? [])) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= 5).map(([word]) => word).sort();
}
