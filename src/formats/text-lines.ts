/** The lines of a small text file, such as a list of words or domains that a user supplies. */
import { TextDecoder } from 'node:util';
import { ConfigError, ShardError } from '../core/errors.js';
import { PositionedFile } from './positioned-file.js';

/** The largest public block lists have some 100 MB. */
const MOST_BYTES = 256 << 20;

/**
 * Lines without their ends (\n or \r\n) and without a byte order mark; a last empty line is none. Memory: the file, once as bytes and once as strings.
 * Errors: ConfigError for a file that is missing, larger than 256 MiB, not UTF-8, or with a NUL in it (not a text file).
 */
export function readLines(path: string): string[] {
  const bytes = readWhole(path);
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw new ConfigError(`${path}: byte ${nul}: found NUL, expected a text file`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError(`${path}: found bytes that are not UTF-8, expected a text file in UTF-8`, { cause });
  }
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function readWhole(path: string): Uint8Array {
  let file: PositionedFile | undefined;
  try {
    file = new PositionedFile(path);
    if (file.bytes > MOST_BYTES) throw new ConfigError(`${path}: found ${file.bytes} bytes, expected at most ${MOST_BYTES} in a list`);
    return file.read(0, file.bytes);
  } catch (error) {
    if (error instanceof ShardError) throw new ConfigError(error.message, { cause: error });
    throw error;
  } finally {
    file?.close();
  }
}
