/**
 * Files on local disks by path: literal ones, and globs that are walked here. A literal path that is missing and a folder that cannot be read stay in
 * the list, so that the shard they stand for fails by name instead of vanishing.
 */
import { readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { globMatcher } from '../formats/glob-pattern.js';
import type { ListedFile } from './list-files.js';

const IS_GLOB = /[*?[\]{}]/;

/** The files that `patterns` name under `root`, each once, by name in order of code units. Folders behind symbolic links are not walked. */
export function listLocalFiles(patterns: readonly string[], root: string): ListedFile[] {
  const names = new Set(patterns.flatMap((pattern) => (IS_GLOB.test(pattern) ? expand(pattern, root) : [pattern])));
  return [...names].sort().map((name) => localFile(name, root));
}

/** The file of that very name, whatever characters it has. */
export function localFile(name: string, root: string): ListedFile {
  const path = name.startsWith('/') ? name : join(root, name);
  const status = statusOf(path);
  return { name, path, bytes: status?.isFile() === true ? status.size : 0, identity: `${name}\0${status?.size ?? -1}\0${status?.mtimeMs ?? 0}` };
}

/** undefined where the file is missing, or in a folder that may not be entered: opening it will say which. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function expand(pattern: string, root: string): string[] {
  const matches = globMatcher(pattern);
  const parts = pattern.split('/');
  const fixed = parts.slice(0, parts.findIndex((part) => IS_GLOB.test(part)));
  const start = fixed.join('/');
  const depth = parts.includes('**') ? Infinity : parts.length - fixed.length;
  return walk(start === '' && pattern.startsWith('/') ? '/' : start, root, depth).filter((name) => name.endsWith('/') || matches(name)).map((name) => name.replace(/\/$/, ''));
}

/** Names of files below `folder`; a folder that cannot be read is listed itself, with a slash at the end. */
function walk(folder: string, root: string, depth: number): string[] {
  let entries;
  try {
    entries = readdirSync(folder.startsWith('/') ? folder : join(root, folder), { withFileTypes: true });
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return missing ? [] : [`${folder}/`];
  }
  return entries.flatMap((entry) => {
    const name = folder === '' ? entry.name : `${folder.replace(/\/$/, '')}/${entry.name}`;
    if (entry.isDirectory()) return depth > 1 ? walk(name, root, depth - 1) : [];
    return [name];
  });
}
