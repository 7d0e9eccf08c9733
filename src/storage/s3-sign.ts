/**
 * Signatures of requests to S3 (AWS Signature Version 4, by aws4fetch), made anew for every attempt: they name the time, and S3 refuses those older than 15 minutes.
 * The body's SHA-256 is part of the signature, also over https: so the server checks what arrived. aws4fetch decodes a path and a `+` in it before it
 * encodes them again, so URLs must come from `s3Url`, which leaves neither ambiguous.
 */
import { AwsV4Signer } from 'aws4fetch';
import type { S3Keys } from './s3-options.js';

/** SHA-256 of no bytes. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export interface Unsigned {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hexadecimal. */
  readonly bodySha256: string;
}

/** Derived keys: by secret, day, region. A day's run needs two. */
const derived = new Map<string, ArrayBuffer>();
const MOST_DERIVED = 64;

/** The request's headers and those of its signature. `datetime`: `YYYYMMDDTHHMMSSZ`, for published examples; default now. */
export async function signS3({ method, url, headers, bodySha256 }: Unsigned, keys: S3Keys, region: string, datetime?: string): Promise<Record<string, string>> {
  if (derived.size > MOST_DERIVED) derived.clear();
  const signer = new AwsV4Signer({
    method, url, headers: { ...headers, 'x-amz-content-sha256': bodySha256 }, service: 's3', region, cache: derived,
    accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey,
    ...(keys.sessionToken === undefined ? {} : { sessionToken: keys.sessionToken }),
    ...(datetime === undefined ? {} : { datetime }),
  });
  return Object.fromEntries((await signer.sign()).headers);
}
