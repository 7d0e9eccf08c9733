/** Python programs as oracles: installs packages into a temporary folder with pip, and runs a script that reads JSON from a file and writes JSON to stdout. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export class PythonOracle {
  /** Of the packages, and for what a script reads. */
  readonly folder = mkdtempSync(join(tmpdir(), 'sluice-oracle-'));

  /** undefined when all is there; else why not. `withDependencies`: those of the packages too. */
  async install(packages: readonly string[], withDependencies = false): Promise<string | undefined> {
    const options = ['--quiet', '--no-compile', '--only-binary', ':all:', '--upgrade', '--target', this.folder, ...(withDependencies ? [] : ['--no-deps'])];
    try {
      await run('python3', ['-m', 'pip', 'install', ...options, ...packages], { timeout: 120_000 });
      return undefined;
    } catch (error) {
      return `${packages.join(', ')} cannot be installed here: ${firstLines(error)}`;
    }
  }

  /** undefined when there is a Python; else why not. */
  async find(): Promise<string | undefined> {
    try {
      await run('python3', ['--version']);
      return undefined;
    } catch (error) {
      return `no python3 here: ${firstLines(error)}`;
    }
  }

  async ask(script: string, input: unknown): Promise<unknown> {
    const [program, file] = [join(this.folder, 'oracle.py'), join(this.folder, 'input.json')];
    writeFileSync(program, script);
    writeFileSync(file, JSON.stringify(input));
    const env = { ...process.env, PYTHONPATH: this.folder, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' };
    const { stdout } = await run('python3', [program, file], { env, maxBuffer: 1 << 29, timeout: 100_000 });
    return JSON.parse(stdout);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const firstLines = (error: unknown): string => String(error).split('\n').slice(0, 2).join(' ');
