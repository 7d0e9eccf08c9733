/**
 * Addresses of objects: `s3://bucket/key` as people write them, where the key is taken as it stands (no percent signs are decoded, no query is cut off),
 * and the URLs that stand for them. Nothing here talks to a server.
 */
import { ConfigError } from '../core/errors.js';

export interface S3Address {
  readonly bucket: string;
  /** May be empty: the whole bucket. */
  readonly key: string;
}

/** S3's own bound on a key, in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;
/** Wider than Amazon's rule for new buckets: old ones and other stores have capitals, underscores and single letters. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;
/** What may be a host's label in a certificate for `*.s3.REGION.amazonaws.com`: no dots. */
const HOST_LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** A user and password, which S3 has not. */
const USER = /(?<=^s3:\/\/)[^/]*@/;

export function isS3Address(address: string): boolean {
  return address.startsWith('s3://');
}

/** The parts of `s3://bucket/key`. Throws ConfigError where they are none (s3AddressProblem). */
export function parseS3Address(address: string): S3Address {
  const problem = s3AddressProblem(address);
  if (problem !== undefined) throw new ConfigError(`${address.replace(USER, '')}: found ${problem}, expected s3://BUCKET/KEY`);
  return partsOf(address);
}

/**
 * What is wrong with an address: the bucket's name is none, the key is longer than 1,024 bytes or not Unicode, or one of its parts is `.` or `..`: every client of the
 * web takes such a part out of a URL, so that another object would be asked for. Undefined for one that is right.
 */
export function s3AddressProblem(address: string): string | undefined {
  const { bucket, key } = partsOf(address);
  if (bucket.includes('@')) return 'credentials in the address'; // they are not shown
  if (!isS3Address(address) || !BUCKET.test(bucket)) return bucket === '' ? 'no bucket' : `the bucket "${bucket}"`;
  return keyProblem(key);
}

function partsOf(address: string): S3Address {
  const rest = address.slice('s3://'.length);
  const slash = rest.indexOf('/');
  return slash < 0 ? { bucket: rest, key: '' } : { bucket: rest.slice(0, slash), key: rest.slice(slash + 1) };
}

/** What is wrong with a key; undefined for one that can be asked for. */
export function keyProblem(key: string): string | undefined {
  if (/\p{Surrogate}/u.test(key)) return 'half a surrogate pair';
  if (new TextEncoder().encode(key).length > MAX_KEY_BYTES) return `more than ${MAX_KEY_BYTES} bytes`;
  const part = key.split('/').find((one) => one === '.' || one === '..');
  return part === undefined ? undefined : `a part that is "${part}"`;
}

export const s3AddressOf = ({ bucket, key }: S3Address): string => `s3://${bucket}/${key}`;

/**
 * The URL of an object, or of its bucket where the key is empty: path style (`https://host/bucket/key`) below an endpoint and for buckets whose name is no
 * host's label (dots fail the certificate), else virtual-hosted (`https://bucket.s3.REGION.amazonaws.com/key`).
 */
export function s3Url({ bucket, key }: S3Address, { endpoint, region }: { readonly endpoint: string | undefined; readonly region: string }, query: Readonly<Record<string, string>> = {}): string {
  const search = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodePart(value)}`).join('&');
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const virtual = endpoint === undefined && HOST_LABEL.test(bucket);
  const host = endpoint === undefined ? `https://${virtual ? `${bucket}.` : ''}s3.${region}.${domain}` : endpoint.replace(/\/+$/, '');
  return `${host}${virtual ? '' : `/${bucket}`}/${encodeKey(key)}${search === '' ? '' : `?${search}`}`;
}

/** The key with all but unreserved characters (RFC 3986) and slashes as %XX: what signatures are made of, so no client may change it. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodePart).join('/');
}

export function encodePart(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
