/**
 * Files in S3: an object by its key, or those that match a glob (`*`, `**`, `?`, `{a,b}`; formats/glob-pattern.ts). A glob's keys are asked for by what stands
 * before its first wildcard, so that a bucket of millions of objects is not walked for a few.
 */
import { ConfigError } from '../core/errors.js';
import { globMatcher } from '../formats/glob-pattern.js';
import type { ListedFile } from './list-files.js';
import { keyProblem, s3AddressOf, type S3Address } from './s3-address.js';
import { S3Error } from './s3-error.js';
import { headObject, listObjects, type S3Object } from './s3-objects.js';

/** Objects that one glob may look at: their entries are held, some 300 bytes each. */
const MOST_OBJECTS = 1_000_000;

const WILDCARD = /[*?[\]{}]/;

/**
 * The files of an address. A single object that is not there stays in the list, so that its shard fails by name. Errors: ConfigError where a look or list is
 * refused, a list is too long, or holds a key that no URL can name; UnreachableError; RefusedError.
 */
export async function listS3Files(address: S3Address): Promise<ListedFile[]> {
  const { bucket, key } = address;
  const wildcard = key.search(WILDCARD);
  if (wildcard < 0) return key === '' ? refuseBucket(bucket) : [await single(address)];
  const folder = key.lastIndexOf('/', wildcard) + 1; // what stands before it is literal, whatever characters it has
  const matches = globMatcher(key.slice(folder));
  const found: ListedFile[] = [];
  let seen = 0;
  try {
    for await (const object of listObjects({ bucket, key: key.slice(0, wildcard) })) {
      if (++seen > MOST_OBJECTS) throw new ConfigError(`${s3AddressOf(address)}: found more than ${MOST_OBJECTS} objects below ${key.slice(0, wildcard)}, expected fewer: a longer prefix before the first wildcard`);
      if (object.key.endsWith('/') || !matches(object.key.slice(folder))) continue; // a folder's place-holder is no file
      const problem = keyProblem(object.key);
      if (problem !== undefined) throw new ConfigError(`${s3AddressOf(address)}: found a key with ${problem}, expected one that a URL can name: ${JSON.stringify(object.key.slice(0, 100))}`);
      found.push(listed(bucket, object));
    }
  } catch (error) {
    refused(error);
  }
  return found;
}

async function single(address: S3Address): Promise<ListedFile> {
  const name = s3AddressOf(address);
  const missing = { name, path: name, bytes: 0, identity: `${name}\0-1` };
  const object = await headObject(address).catch(refused);
  return object === undefined ? missing : listed(address.bucket, object);
}

/** S3's refusals are about names and permissions. */
function refused(error: unknown): never {
  throw error instanceof S3Error ? new ConfigError(error.message, { cause: error }) : error;
}

function listed(bucket: string, { key, bytes, etag }: S3Object): ListedFile {
  const name = s3AddressOf({ bucket, key });
  return { name, path: name, bytes, identity: `${name}\0${bytes}\0${etag}` };
}

function refuseBucket(bucket: string): never {
  throw new ConfigError(`s3://${bucket}: found no key, expected an object or a glob such as s3://${bucket}/**/*.jsonl.gz`);
}
