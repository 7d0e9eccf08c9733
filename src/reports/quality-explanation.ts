/** An explanation of a score (quality/explain.ts) for a terminal, and as plain JSON of a stated size. Words and lines are foreign text: made harmless. */
import type { Explanation, WordContribution } from '../quality/explain.js';
import { describeCount, plainTable, plainText } from './table.js';

/** Where the text came from. */
export interface ExplainedDocument {
  readonly document: string;
  readonly source?: string;
  readonly place?: string;
  /** The score in the run's decision record. */
  readonly recorded?: number;
}

/** Contributions without the listed words; with these and the bias they add up to the logit where the method is exact. */
export interface ExplanationSummary extends ExplainedDocument, Omit<Explanation, 'words'> {
  readonly distinctWords: number;
  /** Strongest first. */
  readonly positive: readonly WordContribution[];
  readonly negative: readonly WordContribution[];
  readonly rest: { readonly words: number; readonly contribution: number };
}

/** A record's score is a float32 of the text at its stage; a difference beyond this is another text or another model. */
const SAME_SCORE = 1e-4;
/** Columns of the terminal. */
const WIDTH = 100;

/** The `top` strongest words of either sign. */
export function summariseExplanation(explanation: Explanation, top: number, about: ExplainedDocument): ExplanationSummary {
  const { words, ...figures } = explanation;
  const positive = words.filter(({ contribution }) => contribution > 0).slice(0, top);
  const negative = words.filter(({ contribution }) => contribution < 0).slice(0, top);
  const listed = new Set([...positive, ...negative]);
  const rest = words.filter((word) => !listed.has(word));
  const { recorded } = about;
  const differs = recorded !== undefined && Math.abs(recorded - explanation.score) > SAME_SCORE;
  const other = differs ? [`The run recorded a score of ${recorded.toFixed(4)}: of this text as earlier stages had changed it, or of several models.`] : [];
  return {
    ...about, ...figures, notes: [...figures.notes, ...other], distinctWords: words.length, positive, negative,
    rest: { words: rest.length, contribution: rest.reduce((sum, { contribution }) => sum + contribution, 0) },
  };
}

/** At most WIDTH columns wide, but for single words. */
export function renderExplanation(explanation: Explanation, top: number, about: ExplainedDocument): string {
  const { model, score, logit, bias, distinctWords, positive, negative, rest, lines, notes } = summariseExplanation(explanation, top, about);
  const { document, source, place, recorded } = about;
  const head: (readonly [string, string] | undefined)[] = [
    ['document', plainText(document, WIDTH)],
    source === undefined ? undefined : ['source', plainText(source, WIDTH)],
    place === undefined ? undefined : ['place', plainText(place, WIDTH)],
    ['model', plainText(model, WIDTH)],
    ['score', `${score.toFixed(4)}${recorded === undefined ? '' : ` (recorded in the run: ${recorded.toFixed(4)})`}`],
    ['logit', `${signed(logit)}${bias === null || bias === 0 ? '' : `, of which bias ${signed(bias)}`}`],
    ['words', `${describeCount(distinctWords)} different`],
  ];
  return [
    head.flatMap((row) => (row === undefined ? [] : [row[0].padEnd(10) + row[1]])).join('\n'),
    `Raised the score:\n${wordTable(positive)}`,
    `Lowered the score:\n${wordTable(negative)}`,
    ...(rest.words === 0 ? [] : [`${describeCount(rest.words)} other words together: ${signed(rest.contribution)}`]),
    ...(lines.length === 0 ? [] : [`Lines that moved it most; ++ and -- mark the strongest words, + and - weaker ones:\n${lines.map(lineText).join('\n')}`]),
    notes.map((note) => wrapped(note.split(' '), '')).join('\n'),
  ].join('\n\n') + '\n';
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;

function wordTable(words: readonly WordContribution[]): string {
  if (words.length === 0) return 'none';
  return plainTable(
    [{ title: 'contribution', right: true }, { title: 'count', right: true }, { title: 'word' }],
    words.map(({ word, count, contribution }) => [signed(contribution), describeCount(count), wordName(word)]),
  );
}

const wordName = (word: string): string => (word === '</s>' ? '</s> (end of text)' : plainText(word, 60));

function lineText({ line, contribution, before, behind, words }: Explanation['lines'][number]): string {
  const shown = words.map(({ text, mark }) => (mark === '' ? plainText(text, 60) : `[${mark}${plainText(text, 60)}]`));
  const all = [...(before > 0 ? ['...'] : []), ...shown, ...(behind > 0 ? ['...'] : [])];
  return `line ${line} (${signed(contribution)})\n${wrapped(all, '  ')}`;
}

function wrapped(words: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    if (line.length > indent.length && line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}
