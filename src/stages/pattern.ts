/**
 * Regular expressions of the recipe's own: documents are dropped that match one of `drop` or do not match one of `require`, then `replace` changes what is
 * left. Expressions are RE2's (pattern-program.ts), so that a recipe from a stranger cannot make a run hang.
 */
import { z } from 'zod';
import { documentBytes } from '../core/document-batch.js';
import type { Filter, Modifier, Stage } from '../core/stage.js';
import { defineStage } from './definition.js';
import { PATTERN_FLAGS, compilePattern, type Program } from './pattern-program.js';
import { parseReplacement, replaceAll, type Replacement } from './pattern-replace.js';

/** So many patterns of each kind. */
const MAX_PATTERNS = 100;
/** A text may become so many times as long by its replacements, or so many bytes longer, whichever is more. */
const MAX_GROWTH = 4;
const FREE_GROWTH_BYTES = 256;

const flags = z.string().regex(new RegExp(`^[${PATTERN_FLAGS}]*$`), `expected letters of ${PATTERN_FLAGS}`).default('')
  .describe('i: any case; m: ^ and $ at every line; s: the dot matches line ends too; u: accepted, text is always Unicode');
const pattern = z.string().min(1).describe('Expression in RE2 syntax: no backreferences, no lookaround; \\d \\w \\s \\b are ASCII');

const wanted = z.union([pattern, z.strictObject({ pattern, flags })]).superRefine((given, issues) => note(issues, () => programOf(given)));
const change = z.strictObject({
  pattern, flags,
  with: z.string().max(1000).describe('What stands for a match; $1 .. $99: a group in parentheses, $&: the match, $$: a dollar sign'),
}).superRefine((given, issues) => note(issues, () => parseReplacement(given.with, programOf(given).groups)));

const options = z.strictObject({
  drop: z.array(wanted).max(MAX_PATTERNS).default([]).describe('A document that one of these matches anywhere is dropped, as drop-1, drop-2, ...'),
  require: z.array(wanted).max(MAX_PATTERNS).default([]).describe('A document that one of these does not match is dropped, as require-1, ...'),
  replace: z.array(change).max(MAX_PATTERNS).default([]).describe('Every match becomes something else, one pattern after another'),
}).refine(({ drop, require, replace }) => drop.length + require.length + replace.length > 0, {
  message: 'expected at least one pattern under drop, require or replace',
});
type Options = z.infer<typeof options>;

export const patternStage = defineStage<Options>({
  name: 'pattern',
  summary: 'Drops documents by regular expressions of your own, and replaces what they match.',
  options,
  build({ drop, require, replace }): readonly Stage[] {
    const changes = replace.map((given) => {
      const program = programOf(given);
      return { program, replacement: parseReplacement(given.with, program.groups) };
    });
    return [
      ...(drop.length + require.length > 0 ? [filter(drop.map(programOf), require.map(programOf))] : []),
      ...(changes.length > 0 ? [modifier(changes)] : []),
    ];
  },
});

/** A pattern with its flags, or alone without any. */
function programOf(given: string | { readonly pattern: string; readonly flags: string }): Program {
  return typeof given === 'string' ? compilePattern(given, '') : compilePattern(given.pattern, given.flags);
}

/** The first of `drop` that matches decides, then the first of `require` that does not. */
function filter(drop: readonly Program[], require: readonly Program[]): Filter {
  return {
    kind: 'filter',
    name: 'pattern',
    reads: [],
    reasons: [...drop.map((_, i) => `drop-${i + 1}`), ...require.map((_, i) => `require-${i + 1}`)],
    judge(batch, rows, verdicts): void {
      for (const row of rows) {
        const text = documentBytes(batch, row);
        const dropped = drop.findIndex((program) => program.test(text));
        const missing = dropped < 0 ? require.findIndex((program) => !program.test(text)) : -1;
        verdicts[row] = dropped >= 0 ? 1 + dropped : missing >= 0 ? 1 + drop.length + missing : 0;
      }
    },
  };
}

/** Memory: two texts of one document beside the edits. */
function modifier(changes: readonly { readonly program: Program; readonly replacement: Replacement }[]): Modifier {
  return {
    kind: 'modifier',
    name: 'pattern',
    reads: [],
    reasons: ['replacements-too-long'],
    modify(batch, rows, verdicts, edits): void {
      for (const row of rows) {
        const old = documentBytes(batch, row);
        const maxBytes = Math.max(MAX_GROWTH * old.length, old.length + FREE_GROWTH_BYTES);
        let text: Uint8Array | undefined = old;
        for (const { program, replacement } of changes) if (text !== undefined) text = replaceAll(text, program, replacement, maxBytes);
        if (text === undefined) {
          verdicts[row] = 1;
        } else if (text !== old) {
          edits.begin(row);
          edits.put(text);
          edits.end();
        }
      }
    },
  };
}

/** Turns what a check throws into an issue of the schema, which the recipe's reader gives its line. */
function note(issues: { addIssue(issue: { code: 'custom'; message: string }): void }, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    issues.addIssue({ code: 'custom', message: (error as Error).message }); // the checks throw nothing but errors
  }
}
