/** A folder that all test files of one run share, for what is dear to make and only read: whoever needs it first makes it. Vitest's global setup. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tests-'));
  process.env['SLUICE_TEST_FOLDER'] = folder; // workers inherit it
  return () => rmSync(folder, { recursive: true, force: true });
}
