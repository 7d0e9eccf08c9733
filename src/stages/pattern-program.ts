/**
 * Regular expressions that a recipe brings, run by re2js, a port of RE2: time is linear in the text whatever the expression, where the engine built into
 * Node can take forever and cannot be stopped. Syntax: https://github.com/google/re2/wiki/Syntax (no backreferences, no lookaround; \d \w \s \b are ASCII).
 */
import { RE2JS } from 're2js';

export const PATTERN_FLAGS = 'imsu';
export const MAX_PATTERN_CHARACTERS = 2000;
/** Instructions of a compiled expression: what one byte of text can cost at most, in steps. A literal has one a character. */
export const MAX_PROGRAM_SIZE = 1000;

const FLAG_BITS: Readonly<Record<string, number>> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL, u: 0 };

export interface Program {
  /** How many groups in parentheses the expression has. */
  readonly groups: number;
  /** Whether it matches anywhere in these bytes of UTF-8. */
  test(text: Uint8Array): boolean;
  /** The first match that begins at `from` or behind: start and end of the whole, then of each group (-1: took no part). Byte positions. */
  find(text: Uint8Array, from: number): readonly number[] | undefined;
}

/** Flags: i any case, m ^ and $ at every line, s the dot matches line ends too, u accepted and always on. Throws an Error that says what is wrong. */
export function compilePattern(pattern: string, flags: string): Program {
  if (pattern.length > MAX_PATTERN_CHARACTERS) throw new Error(`expected at most ${MAX_PATTERN_CHARACTERS} characters, not ${pattern.length}`);
  let bits = 0;
  for (const flag of flags) bits |= FLAG_BITS[flag] ?? 0;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern, bits);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    throw new Error(`expected an expression in RE2 syntax: ${reason}`, { cause: error });
  }
  if (compiled.programSize() > MAX_PROGRAM_SIZE) {
    throw new Error(`expected at most ${MAX_PROGRAM_SIZE} steps, not ${compiled.programSize()}; for long lists of words there is the stage bad-words`);
  }
  const groups = compiled.groupCount();
  return {
    groups,
    test: (text) => compiled.test(text),
    find(text, from) {
      const matcher = compiled.matcher(text);
      if (!matcher.find(from)) return undefined;
      return Array.from({ length: groups + 1 }, (_, group) => [matcher.start(group), matcher.end(group)]).flat();
    },
  };
}
