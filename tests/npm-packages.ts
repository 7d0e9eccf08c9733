/** Packages that a test alone needs, installed into a temporary folder with npm; programs there can be started, and files that import them be run. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export class NpmPackages {
  readonly folder = mkdtempSync(join(tmpdir(), 'sluice-npm-'));

  /** undefined when all is there; else why not. Nothing of the packages is run by it. */
  async install(...packages: readonly string[]): Promise<string | undefined> {
    writeFileSync(join(this.folder, 'package.json'), '{"private": true, "type": "module"}');
    try {
      await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', ...packages], { cwd: this.folder, timeout: 180_000 });
      return undefined;
    } catch (error) {
      return `${packages.join(', ')} cannot be installed here: ${String(error).split('\n').slice(0, 2).join(' ')}`;
    }
  }

  /** Writes a file beside them; its path. */
  write(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
