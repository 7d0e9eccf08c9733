/** Input files in S3: looked at by HEAD, then read as any file behind HTTP (http-file.ts), in the version that its ETag pins. */
import { ShardError } from '../core/errors.js';
import { HttpFile } from './http-file.js';
import type { InputFile } from './input-file.js';
import { s3AddressOf, type S3Address } from './s3-address.js';
import { s3Request } from './s3-client.js';
import { headObject } from './s3-objects.js';

/** Throws ShardError where there is no such object; S3Error (an UnreachableError) where it may not be read. */
export async function openS3(address: S3Address): Promise<InputFile> {
  const name = s3AddressOf(address);
  const head = await headObject(address);
  if (head === undefined) throw new ShardError(`${name}: found no such object, expected one to read`);
  const etag = head.etag === '' ? undefined : `"${head.etag}"`;
  return new HttpFile({ name, get: (headers, signal) => s3Request({ ...address, headers, accept: [412, 416], signal }) }, { size: head.bytes, etag });
}
