/** What code runs: the package's version, and a hash of every built file, so that work done by other code is done again. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export interface CodeVersion {
  readonly version: string;
  /** 16 hexadecimal digits. */
  readonly code: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version; // our own manifest
}

export function codeVersion(): CodeVersion {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|wasm|json)$/.test(name)).sort();
  for (const name of files) hash.update(`${name.replaceAll('\\', '/')}\0`).update(readFileSync(join(root, 'dist', name)));
  return { version: packageVersion(), code: hash.digest('hex').slice(0, 16) };
}
