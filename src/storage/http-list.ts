/**
 * Files behind HTTP: addresses as they stand, and lists of them in braces, `{a,b}` and `{00..99}`. Servers offer no listing, so other wildcards are refused.
 * Each file is looked at once (HEAD), at most as many at a time as the network allows.
 */
import { ConfigError, ShardError, UnreachableError } from '../core/errors.js';
import { expandBraces } from '../formats/brace-list.js';
import { shownAddress } from './http-address.js';
import { lookAt } from './http-file.js';
import type { ListedFile } from './list-files.js';
import { fullAddress, network, rememberSecret } from './network.js';
import { placeOf } from './place.js';

/** Addresses that one list stands for. */
const MOST_FILES = 100_000;

/**
 * The files of addresses. One that is not there stays in the list, so that its shard fails by name. Errors: ConfigError for a wildcard or an address that is
 * none; UnreachableError, since sizes and identities are of the plan; RefusedError.
 */
export async function listHttpFiles(addresses: readonly string[]): Promise<ListedFile[]> {
  const urls = [...new Set(addresses.flatMap((address) => addressesOf(hideSecrets(address))))];
  const files = new Array<ListedFile>(urls.length);
  const queue = urls.entries();
  const look = async (): Promise<void> => {
    for (const [i, url] of queue) files[i] = await listed(url);
  };
  await Promise.all(Array.from({ length: Math.min(urls.length, network().inFlight) }, look));
  return files;
}

function addressesOf(address: string): string[] {
  const shown = shownAddress(address);
  const urls = expandBraces(address, MOST_FILES);
  if (urls === undefined) throw new ConfigError(`${shown}: found a list of more than ${MOST_FILES} addresses, or braces that are not a list, expected {a,b} or {00..99}`);
  for (const url of urls) {
    if (!URL.canParse(url) || /^https?:\/\/[/\\?#]/i.test(url)) throw new ConfigError(`${shown}: found something that is no address, expected http://HOST/PATH`);
    if (/[*[\]]/.test(new URL(url).pathname)) {
      throw new ConfigError(`${shown}: found a wildcard, expected addresses or lists of them such as {00..99}: a server does not say which files it has (a * that is meant is written %2A)`);
    }
  }
  return urls;
}

/**
 * The form of an address, or of a list of them, that may be written down: it stands for the same files in this process, which keeps the credentials in memory.
 * Text that is no http address is given back. Throws ConfigError as `listHttpFiles` does.
 */
export function hideSecrets(address: string): string {
  if (placeOf(address).kind !== 'http') return address;
  for (const url of addressesOf(address)) {
    const shown = shownAddress(url);
    const before = network().secrets[shown];
    if (before !== undefined && url !== shown && url !== before) throw new ConfigError(`${shown}: found twice, with different credentials or signatures, expected one address a file`);
    if (url !== shown) rememberSecret(shown, url);
  }
  return shownAddress(address);
}

async function listed(url: string): Promise<ListedFile> {
  const shown = shownAddress(url);
  try {
    const { size, etag, lastModified } = await lookAt(fullAddress(shown));
    return { name: shown, path: shown, bytes: size, identity: `${shown}\0${size}\0${etag ?? lastModified ?? ''}` };
  } catch (error) {
    if (!(error instanceof ShardError) || error instanceof UnreachableError) throw error;
    return { name: shown, path: shown, bytes: 0, identity: `${shown}\0-1` };
  }
}
