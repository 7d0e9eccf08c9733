/** What is wrong with a recipe, and where: the form every message about it has, `file:line:column: key: found ..., expected ...`. */
import { distance } from 'fastest-levenshtein';

/** Keys and list positions from the recipe's root. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly path: Path;
  /** Without file, place and path: `found "wat", expected one of wet, jsonl`. */
  readonly message: string;
  /** true: shown at the key instead of its value. */
  readonly atKey?: boolean;
  /** Position in the text, where there is no path to go by (syntax errors). */
  readonly offset?: number;
}

/** Problems shown at once. */
const MOST_PROBLEMS = 20;

/** One line per problem in the order of the text, the first 20, each beginning with `file:line:column`. */
export function messagesOf(
  file: string,
  problems: readonly Problem[],
  placeOf: (problem: Problem) => { readonly line: number; readonly column: number },
): string {
  const placed = problems
    .map((problem) => ({ problem, ...placeOf(problem) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = placed.slice(0, MOST_PROBLEMS).map(({ problem, line, column }) => {
    const key = problem.path.length > 0 ? `${pathText(problem.path)}: ` : '';
    return `${file}:${line}:${column}: ${key}${problem.message}`;
  });
  if (placed.length > MOST_PROBLEMS) lines.push(`${file}: and ${placed.length - MOST_PROBLEMS} more problems`);
  return lines.join('\n');
}

/** `sources.web.stages[1].quality` */
export function pathText(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${part}`)).join('');
}

/** `, expected one of a, b; did you mean "a"?`, the question only where one of them is near. */
export function expectedOneOf(found: unknown, allowed: readonly string[]): string {
  const list = allowed.length === 1 ? `expected ${allowed[0]}` : `expected one of ${allowed.join(', ')}`;
  const near = typeof found === 'string' ? nearest(found, allowed) : undefined;
  return near === undefined ? list : `${list}; did you mean "${near}"?`;
}

/** Names at `path` that are none of the recipe's sources, or stand there twice. */
export function unknownSources(known: readonly string[], path: Path, names: readonly string[]): Problem[] {
  return names.flatMap((name, i) => {
    if (!known.includes(name)) return [{ path: [...path, i], message: `found ${foundText(name)}, ${expectedOneOf(name, known)}` }];
    return names.indexOf(name) < i ? [{ path: [...path, i], message: `found ${foundText(name)} twice, expected it once` }] : [];
  });
}

/** Up to one edit in three letters is a slip; more is another word. */
function nearest(word: string, allowed: readonly string[]): string | undefined {
  if (word.length > 64) return undefined; // edit distance is quadratic
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of allowed) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

/** A value as a message quotes it: JSON, cut to 60 characters. */
export function foundText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
