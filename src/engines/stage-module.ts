/**
 * Runs a file of stages as a module and gives its default export. A file is the whole of its code: it may import Node's own modules (`node:...`) and
 * nothing else at run time, so that its checksum stands for all of it and a changed file is other work; what it reads, or imports by an absolute
 * address, is its own affair. TypeScript has its types taken out, since Node 20 cannot do that. Code runs here, so callers hand over only paths that
 * a person named on the command line.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { ConfigError } from '../core/errors.js';

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];
const MAX_BYTES = 1 << 20;

export interface StageModule {
  /** Of the file's content, in hexadecimal. */
  readonly sha256: string;
  readonly exported: unknown;
}

/**
 * Imports the file under its path as it is named in messages. Throws ConfigError where it cannot be read, parsed, or run to its end, and, before it
 * runs, where its checksum is not the expected one.
 */
export async function importStageFile(path: string, expected?: string): Promise<StageModule> {
  const { source, sha256 } = readSource(path);
  if (expected !== undefined && sha256 !== expected) {
    throw new ConfigError(`${path}: found SHA-256 ${sha256.slice(0, 16)}, expected ${expected.slice(0, 16)}: the file has changed since the run began`);
  }
  const code = /^\.m?ts$/.test(extname(path)) ? withoutTypes(source, path) : source;
  try {
    // A module of its own text has no folder to import from. The last line names it in stack traces; lines keep their numbers.
    const bytes = Buffer.from(`${code}\n//# sourceURL=${encodeURI(path)}`);
    const module = await import(`data:text/javascript;base64,${bytes.toString('base64')}`) as { readonly default?: unknown };
    return { sha256, exported: module.default };
  } catch (error) {
    throw new ConfigError(whyNot(error, source, path), { cause: error });
  }
}

function readSource(path: string): { readonly source: string; readonly sha256: string } {
  const extension = extname(path);
  if (!EXTENSIONS.includes(extension)) {
    throw new ConfigError(`${path}: found ${extension === '' ? 'no extension' : extension}, expected a file of stages: one of ${EXTENSIONS.join(', ')}`);
  }
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new Error(`has ${size} bytes, expected at most ${MAX_BYTES}`);
    bytes = readFileSync(path);
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  try {
    return { source: new TextDecoder('utf-8', { fatal: true }).decode(bytes), sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    throw new ConfigError(`${path}: found bytes that are not UTF-8, expected source code`, { cause: error });
  }
}

/** What the stripper throws: no Error, a plain object. Lines count from 1, columns from 0. */
interface StripFailure {
  readonly message: string;
  readonly startLine: number;
  readonly startColumn: number;
}

interface Stripper {
  transformSync(source: string, options: { readonly mode: 'strip-only'; readonly module: true; readonly filename: string }): { readonly code: string };
}

/** The code with types as blanks. Throws ConfigError for syntax errors and for what is more than types (enums, namespaces, parameter properties). */
function withoutTypes(source: string, path: string): string {
  const failure = stripFailure(source, path);
  if (typeof failure === 'string') return failure;
  throw new ConfigError(failureText(failure, path));
}

const failureText = ({ message, startLine, startColumn }: StripFailure, path: string): string => `${path}:${startLine}:${startColumn + 1}: ${message}`;

function stripFailure(source: string, path: string): string | StripFailure {
  const stripper = createRequire(import.meta.url)('@swc/wasm-typescript') as Stripper; // loaded only for those who need it: 3 MB of WASM
  try {
    return stripper.transformSync(source, { mode: 'strip-only', module: true, filename: path }).code;
  } catch (error) {
    return error as StripFailure; // the package's documented form of a failure
  }
}

function whyNot(error: unknown, source: string, path: string): string {
  if (!(error instanceof Error)) return `${path}: threw ${String(error)}, expected a module`;
  if ((error as NodeJS.ErrnoException).code === 'ERR_UNSUPPORTED_RESOLVE_REQUEST') {
    const specifier = /module specifier "([^"]*)"/.exec(error.message)?.[1] ?? '';
    return `${path}: found an import of "${specifier}", expected none but of node: modules: ` +
      'a file of stages is one file, and is handed what it needs of Sluice';
  }
  if (error instanceof SyntaxError) {
    const failure = stripFailure(source, path); // V8 does not say where
    return typeof failure === 'string' ? `${path}: ${error.message}` : failureText(failure, path);
  }
  const line = (error.stack ?? '').split('\n').find((text) => text.includes(encodeURI(path)));
  return `${path}: threw ${error.name}: ${error.message}${line === undefined ? '' : ` (${line.trim()})`}`;
}
