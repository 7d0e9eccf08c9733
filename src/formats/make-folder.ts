/** Makes a folder and those above it, one after another: Node's own way of making them at once never ends below /proc, where there can be none. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Does nothing where the folder is there. Throws what node:fs throws where it cannot be made, or something else has its name. */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.push(at); // the root is there
  if (missing.length === 0) missing.push(resolve(path));
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder);
    } catch (error) {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error; // made by another process meanwhile
    }
  }
}
