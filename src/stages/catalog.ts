/** Every stage that a recipe may name, in the order in which `sluice stages` lists them. Adding one: write its file, add its line. */
import { badWords } from './bad-words.js';
import { c4 } from './c4.js';
import { declaredLanguage } from './declared-language.js';
import type { StageDefinition } from './definition.js';
import { fineweb } from './fineweb.js';
import { gopherQuality } from './gopher-quality.js';
import { gopherRepetition } from './gopher-repetition.js';
import { language } from './language.js';
import { length } from './length.js';
import { lineModifiers } from './line-modifiers.js';
import { newlines } from './newlines.js';
import { patternStage } from './pattern.js';
import { pii } from './pii.js';
import { quality } from './quality.js';
import { sample } from './sample.js';
import { url } from './url.js';

export const stageCatalog: readonly StageDefinition[] = [
  url, declaredLanguage, language, length, // by what is known of the document
  gopherRepetition, gopherQuality, c4, fineweb, // published rules
  lineModifiers, newlines, patternStage, badWords, pii, // words and lines
  quality, sample,
];
