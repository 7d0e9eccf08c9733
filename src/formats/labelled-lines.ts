/**
 * Reads files in fastText's own form for supervised learning: a line an example, any number of labels (`__label__NAME`) among its tokens. The engine
 * reads such a file by itself to train; this reads it to check it and to test a model with it, by the engine's rules.
 */
import { createReadStream } from 'node:fs';
import { ConfigError } from '../core/errors.js';
import { END_OF_LINE, LABEL_PREFIX } from './fasttext-model.js';

export interface LabelledLine {
  /** Without the prefix. */
  readonly labels: readonly string[];
  /** The other tokens, joined by single spaces. */
  readonly text: string;
}

/** fastText's white space, within a line. */
const SEPARATORS = /[ \r\t\v\f\0]+/;
/** 16 Mi UTF-16 units. */
const MOST_CHARACTERS = 1 << 24;

/**
 * The lines in their order; what is not UTF-8 becomes U+FFFD. Memory: a line, at most 16 Mi characters. Errors: ConfigError for a file that cannot be
 * read, or a longer line, with its number.
 */
export async function* readLabelledLines(path: string): AsyncGenerator<LabelledLine> {
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // the engine takes a byte order mark as part of the first word, too
  let rest = '';
  let line = 0;
  try {
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n'); // no encoding was set: chunks are buffers
      rest = lines.pop()!; // split gives at least one
      for (const text of lines) {
        line++;
        yield parseLine(text);
      }
      if (rest.length <= MOST_CHARACTERS) continue;
      throw new ConfigError(`${path}: line ${line + 1}: found more than ${MOST_CHARACTERS} characters, expected a line end before`);
    }
  } catch (cause) {
    if (cause instanceof ConfigError || !(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new ConfigError(`${path}: cannot be read: ${cause.message}`, { cause });
  }
  rest += decoder.decode();
  if (rest !== '') yield parseLine(rest);
}

function parseLine(line: string): LabelledLine {
  const tokens = line.split(SEPARATORS).filter((token) => token !== '');
  const isLabel = (token: string): boolean => token.startsWith(LABEL_PREFIX);
  return {
    labels: tokens.filter(isLabel).map((token) => token.slice(LABEL_PREFIX.length)),
    text: tokens.filter((token) => !isLabel(token) && token !== END_OF_LINE).join(' '),
  };
}
