/**
 * The shared files of AWS tools, `~/.aws/credentials` and `~/.aws/config`: sections of `name = value`. In the latter a profile's section is called
 * `profile NAME`, but for `default`. Of settings with settings of their own (indented lines) only the first line is looked at. A file that is missing is empty.
 */
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../core/errors.js';
import { errorCode } from '../formats/output-error.js';

/** Settings by name in lower case. */
export type AwsProfile = ReadonlyMap<string, string>;

const MAX_FILE_BYTES = 1 << 20;

/** A profile's settings, those of the credentials file before those of the config file; undefined where neither file has it. */
export function readAwsProfile(name: string, files: { readonly credentials: string; readonly config: string }): AwsProfile | undefined {
  const credentials = sectionsOf(files.credentials).get(name);
  const config = sectionsOf(files.config).get(name === 'default' && !sectionsOf(files.config).has('profile default') ? name : `profile ${name}`);
  return credentials === undefined && config === undefined ? undefined : new Map([...(config ?? []), ...(credentials ?? [])]);
}

function sectionsOf(path: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of linesOf(path)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line);
    if (header !== null) {
      const name = header[1]!.replace(/\s+/g, ' ').replace(/"/g, ''); // the group is in every match
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      continue;
    }
    const setting = /^([^\s=][^=]*?)\s*=\s*(.*?)(?:\s+[#;].*)?\s*$/.exec(line); // indented lines belong to the setting before
    if (setting !== null) section?.set(setting[1]!.toLowerCase(), setting[2]!);
  }
  return sections;
}

function linesOf(path: string): string[] {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new Error(`more than ${MAX_FILE_BYTES} bytes`);
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return [];
    throw new ConfigError(`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}, expected a file of AWS profiles`, { cause: error });
  }
}
