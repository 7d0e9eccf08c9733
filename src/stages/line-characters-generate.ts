/**
 * Writes line-characters.json, the properties of characters by which lines are judged, from the Unicode data of the Node that runs it:
 * `node dist/stages/line-characters-generate.js > src/stages/line-characters.json`. The file is kept in the repository because Node versions carry
 * different Unicode versions, and output must not depend on the Node that made it.
 */
import { fileURLToPath } from 'node:url';
import { CharacterClass } from './line-characters.js';

/** Numeric_Type=Digit (DerivedNumericType.txt), which has no name in regular expressions: superscripts, subscripts, circled and other digits. */
const OTHER_DIGITS = [
  [0xb2, 0xb3], [0xb9, 0xb9], [0x1369, 0x1371], [0x19da, 0x19da], [0x2070, 0x2070], [0x2074, 0x2079], [0x2080, 0x2089], [0x2460, 0x2468], [0x2474, 0x247c],
  [0x2488, 0x2490], [0x24ea, 0x24ea], [0x24f5, 0x24fd], [0x24ff, 0x24ff], [0x2776, 0x277e], [0x2780, 0x2788], [0x278a, 0x2792], [0x10a40, 0x10a43],
  [0x10e60, 0x10e68], [0x11052, 0x1105a], [0x1f100, 0x1f10a],
] as const;

const PROPERTIES = [
  [CharacterClass.upper, /\p{Uppercase}/u],
  [CharacterClass.alphanumeric, /[\p{L}\p{N}]/u],
  [CharacterClass.digit | CharacterClass.decimal, /\p{Nd}/u],
  [CharacterClass.punctuation, /\p{P}/u],
  [CharacterClass.lower, /\p{Ll}/u],
  [CharacterClass.icon, /\p{So}/u],
] as const;

function classOf(codePoint: number): number {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return 0;
  const character = String.fromCodePoint(codePoint);
  let bits = OTHER_DIGITS.some(([first, last]) => codePoint >= first && codePoint <= last) ? CharacterClass.digit : 0;
  for (const [bit, pattern] of PROPERTIES) if (pattern.test(character)) bits |= bit;
  return bits;
}

/** Runs of equal class as [first code point, class]. */
export function generateLineCharacters(): number[][] {
  const runs: number[][] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const bits = classOf(codePoint);
    if (bits !== runs.at(-1)?.[1]) runs.push([codePoint, bits]);
  }
  return runs;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = `Unicode Character Database ${process.versions.unicode}: Uppercase, Numeric_Type, general categories`;
  process.stdout.write(`{"source":${JSON.stringify(source)},\n"runs":${JSON.stringify(generateLineCharacters())}}\n`);
}
