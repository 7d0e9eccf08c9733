/**
 * zod's issues in words: `found ..., expected ...` with the allowed values and the nearest of them. Unions are the hard part: of the branches
 * that failed, the one that got furthest into the value is the one its author meant.
 */
import type { z } from 'zod';
import { expectedOneOf, foundText, type Path, type Problem } from './recipe-problems.js';

type Issue = z.core.$ZodIssue;

/** Marks wording that is ours to finish; a schema's own message (`expected a share such as 10%`) comes without it. */
const OURS = '\0';

/** Problems from zod's issues about `value`; the parse must have been given `issueText` as its `error`. */
export function problemsOfIssues(issues: readonly Issue[], value: unknown): Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, [], value));
}

/** Keeps what is allowed with the issue: zod drops the schema, which knows, before the issue is returned. */
export function issueText(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const schema = issue.inst as z.core.$ZodObject; // only objects raise this code
    return OURS + Object.keys(schema._zod.def.shape).join(',');
  }
  const options: unknown = issue['options'];
  return OURS + (Array.isArray(options) ? options.join(',') : '');
}

/** The list that `issueText` put into the message. */
function listOf(issue: Issue): string[] {
  return issue.message.slice(OURS.length).split(',').filter((name) => name !== '');
}

/** The key that tells the branches of a union apart (`format`) is missing or names none of them. */
function discriminatorProblems(path: Path, found: unknown, allowed: readonly string[]): Problem[] {
  if (found !== undefined) return [{ path, message: `found ${foundText(found)}, ${expectedOneOf(found, allowed)}` }];
  return [{ path: path.slice(0, -1), atKey: true, message: `has no "${path.at(-1)}", ${expectedOneOf(found, allowed)}` }];
}

function problemsOf(issue: Issue, parents: Path, root: unknown): Problem[] {
  const path: Path = [...parents, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const found = valueAt(root, path);
  const problem = (expected: string): Problem[] => [{ path, message: `found ${foundText(found)}, ${expected}` }];
  if (issue.code === 'custom' && issue.params?.['whole'] === true) return [{ path, atKey: true, message: issue.message }]; // it says all there is to say
  if (!issue.message.startsWith(OURS)) return problem(issue.message);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const allowed = listOf(issue);
        const message = allowed.length === 0 ? 'unknown key, expected none' : `unknown key, ${expectedOneOf(key, allowed)}`;
        return { path: [...path, key], atKey: true, message };
      });
    case 'invalid_key': {
      const inner = issue.issues[0];
      const expected = inner === undefined || inner.message.startsWith(OURS) ? 'expected another key' : inner.message;
      return [{ path, atKey: true, message: `found ${foundText(path.at(-1))}, ${expected}` }];
    }
    case 'invalid_union': {
      if (issue.errors.length === 0) return discriminatorProblems(path, found, listOf(issue));
      return unionProblems(issue.errors, path, root);
    }
    case 'invalid_value': return problem(expectedOneOf(found, issue.values.map(String)));
    case 'invalid_type':
      if (found === undefined && path.length > 0) {
        return [{ path: path.slice(0, -1), atKey: true, message: `has no "${path.at(-1)}", expected ${typeText(issue.expected)}` }];
      }
      return problem(`expected ${typeText(issue.expected)}`);
    case 'too_small':
      return problem(`expected ${issue.origin === 'array' || issue.origin === 'string' ? 'a length of ' : ''}${
        issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`);
    case 'too_big':
      return problem(`expected ${issue.origin === 'array' || issue.origin === 'string' ? 'a length of ' : ''}${
        issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`);
    case 'invalid_format': return problem(`expected text of the form ${issue.pattern ?? issue.format}`);
    case 'not_multiple_of': return problem(`expected a multiple of ${issue.divisor}`);
    default: return problem('expected another value');
  }
}

/** The branch whose first failure lies deepest was the intended one; where all fail at the top, the message names what each wants. */
function unionProblems(branches: readonly (readonly Issue[])[], path: Path, root: unknown): Problem[] {
  const found = valueAt(root, path);
  const inside = branches.filter((issues) => issues.every((issue) => issue.path.length > 0 && hasPath(found, issue.path)));
  if (inside.length > 0) return inside[0]!.flatMap((issue) => problemsOf(issue, path, root));
  const ofType = branches.filter((issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'));
  const keyed = ofType.filter((issues) => issues.some((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0));
  if (keyed.length > 0 && typeof found === 'object' && found !== null) return keyProblems(keyed, path, found, root);
  const values = branches.flat().flatMap((issue) => (issue.code === 'invalid_value' && issue.path.length === 0 && issue.message.startsWith(OURS) ? issue.values.map(String) : []));
  if (typeof found === 'string' && values.length > 0) return [{ path, message: `found ${foundText(found)}, ${expectedOneOf(found, values)}` }];
  if (ofType.length === 1) return ofType[0]!.flatMap((issue) => problemsOf(issue, path, root));
  const types = branches.flat().flatMap((issue) => {
    if (issue.path.length > 0) return [];
    if (issue.code === 'invalid_type') return [typeText(issue.expected)];
    return issue.code === 'invalid_value' ? [issue.values.join(' or ')] : [];
  });
  const expected = [...new Set(types)].join(' or ');
  return [{ path, message: `found ${foundText(found)}, expected ${expected === '' ? 'another value' : expected}` }];
}

/** A mapping that is none of the single-key mappings allowed here: each branch knows its own keys. */
function keyProblems(branches: readonly (readonly Issue[])[], path: Path, found: object, root: unknown): Problem[] {
  const allowed = [...new Set(branches.flat().flatMap((issue) => (
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? listOf(issue) : [])))];
  const keys = Object.keys(found);
  const unknown = keys.filter((key) => !allowed.includes(key));
  if (unknown.length > 0) {
    return unknown.map((key) => ({ path: [...path, key], atKey: true, message: `unknown key, ${expectedOneOf(key, allowed)}` }));
  }
  // Every key is allowed somewhere. Of the branches that want the first one, the fewest complaints come from the intended one.
  const fewest = [...branches].sort((a, b) => a.length - b.length)[0]!;
  const together = keys.length > 1 && branches.every((issues) => issues.some((issue) => issue.code === 'unrecognized_keys'));
  if (together) return [{ path, message: `found ${keys.join(' and ')} together, expected one of them` }];
  return fewest.flatMap((issue) => problemsOf(issue, path, root));
}

function typeText(expected: string): string {
  switch (expected) {
    case 'object': case 'record': return 'a mapping';
    case 'array': return 'a list';
    case 'string': return 'text';
    case 'int': return 'a whole number';
    case 'boolean': return 'true or false';
    case 'number': return 'a number';
    default: return expected;
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part]; // an own property, checked above
  }
  return value;
}

function hasPath(root: unknown, path: readonly PropertyKey[]): boolean {
  return valueAt(root, path.slice(0, 1)) !== undefined;
}
