/** The files that an audit writes beside what it prints: looked at before anything is read, written when all is known. */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { writeFileAtomic } from '../formats/atomic-file.js';
import type { AuditOptions } from './audit-options.js';
import type { PlannedAudit } from './audit-plan.js';

/** Errors: ConfigError where a report would stand in place of an input, of a folder or of the other report, or where its own folder is missing. */
export function checkReports({ inputs }: Pick<PlannedAudit, 'inputs'>, { json, html }: Pick<AuditOptions, 'json' | 'html'>): void {
  const named = [['--json', json === '-' ? undefined : json], ['--html', html]] as const;
  for (const [option, file] of named) {
    if (file === undefined) continue;
    const path = resolve(file);
    if (file === '' || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new ConfigError(`${option} ${file}: found a folder, expected the name of a file`);
    if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true) throw new ConfigError(`${option} ${file}: found no folder ${dirname(file)}, expected one to write to`);
    if (inputs.has(path)) throw new ConfigError(`${option} ${file}: found it among the files that are audited, which are not changed: expected another name`);
  }
  if (json !== undefined && html !== undefined && resolve(json) === resolve(html)) throw new ConfigError(`--html ${html}: found the name that --json has, expected another`);
}

/** The file appears whole. Throws OutputError. */
export function writeReport(file: string, text: string): void {
  writeFileAtomic(resolve(file), text);
}
