/**
 * The file the engine trains from: one example a line, its label first. Text is made safe here, so that no document can pose as a label or
 * end a line.
 */
import { closeSync, copyFileSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { AtomicFile } from './atomic-file.js';
import { END_OF_LINE, LABEL_PREFIX } from './fasttext-model.js';
import { makeFolder } from './make-folder.js';
import { errorCode } from './output-error.js';

/** One text to learn from. */
export interface TrainingExample {
  /** Without the prefix; no white space in it. */
  readonly label: string;
  readonly text: string;
}

/** fastText's white space. */
const SEPARATORS = /[ \n\r\t\v\f\0]+/;

/**
 * The line of one example, newline included. Tokens are joined by single spaces, which the engine cannot tell from the original's; tokens that
 * begin like a label, and the engine's own end-of-line token, are left out. Scoring passes over the former just the same.
 */
export function trainingLine({ label, text }: TrainingExample): string {
  const tokens = text.split(SEPARATORS).filter((token) => token !== '' && token !== END_OF_LINE && !token.startsWith(LABEL_PREFIX));
  return `${LABEL_PREFIX}${label} ${tokens.join(' ')}\n`;
}

/** Writes the lines of all examples, in their order, to a file that appears whole; the number of lines. Errors: OutputError. */
export async function writeTrainingFile(path: string, examples: AsyncIterable<TrainingExample> | Iterable<TrainingExample>): Promise<number> {
  const file = AtomicFile.create(path);
  let lines = 0;
  try {
    for await (const example of examples) {
      file.write(Buffer.from(trainingLine(example)));
      lines++;
    }
    file.commit();
  } finally {
    file.abort();
  }
  return lines;
}

/** Moves a finished file to its place, by a copy where that is on another device. */
export function moveFile(from: string, to: string): void {
  makeFolder(dirname(to));
  let at = from;
  try {
    sync(from);
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    at = `${to}.moving`;
    copyFileSync(from, at);
    sync(at);
    renameSync(at, to);
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
