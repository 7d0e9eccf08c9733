/**
 * What the exact hash sees of a text: runs of letters and digits, lower-cased, in order. They are taken from the text and not from the tokenise pass, whose
 * division into words depends on case (`don't` is two words, `DON'T` one) and so would tell a text from its copy in capitals.
 *
 *   white space   ends a run: that of Unicode, and NUL.
 *   signs         are not seen, and what touches both sides of one is one run: `don't` is `dont`, `well-known` is `wellknown`. Signs are the symbols of
 *                 Gopher's filters and what comes off the ends of words.
 *   digits        with a sign between them are two runs: 1.5 is not 15.
 *   alone         stands each code point of a script without spaces, so that line breaks among them are not seen, and each picture.
 *   all else      is seen as letters are: combining marks, joiners, ½, ≤.
 */
import { classOf, lowerCase, unicodeTable, UnicodeClass } from '../unicode-table.js';

const ALONE = UnicodeClass.unspaced | UnicodeClass.icon;
/** Stands for a sign below; as NUL ends a run, it is in no run itself. */
const A_SIGN = '\0';

/** The runs of a text; none where nothing of it is seen. */
export function exactRuns(text: string): string[] {
  return Array.from(text, seen).join('').split(' ').flatMap(joinedAcrossSigns);
}

const classes = (character: string): number => classOf(unicodeTable(), character.codePointAt(0)!); // of a code point, so not empty

/** A code point as a run has it, between spaces where it ends one. */
function seen(character: string): string {
  const bits = classes(character);
  if (character === '\0' || (bits & UnicodeClass.space) !== 0) return ' ';
  if ((bits & UnicodeClass.symbol) !== 0) return A_SIGN; // pictures too that are in Gopher's list, as ©
  const folded = String.fromCodePoint(lowerCase(unicodeTable(), character.codePointAt(0)!));
  if ((bits & ALONE) !== 0) return ` ${folded} `;
  return (bits & UnicodeClass.stripped) !== 0 ? A_SIGN : folded;
}

/** The runs of what no white space divides. */
function joinedAcrossSigns(piece: string): string[] {
  const runs: string[] = [];
  for (const part of piece.split(A_SIGN).filter((between) => between !== '')) {
    const last = runs.at(-1);
    if (last === undefined || (isDigit(Array.from(last).at(-1)!) && isDigit(part))) runs.push(part); // no run is empty
    else runs[runs.length - 1] = last + part;
  }
  return runs;
}

/** Whether a text begins with a digit. */
function isDigit(text: string): boolean {
  return (classes(text) & UnicodeClass.digit) !== 0;
}
