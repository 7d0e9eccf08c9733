/** What is done with single objects in S3: looked at, read whole when small, written, removed; and the listing of those below a prefix, page by page. */
import { createHash } from 'node:crypto';
import { UnreachableError } from '../core/errors.js';
import { s3AddressOf, type S3Address } from './s3-address.js';
import { s3Request } from './s3-client.js';
import { S3Error } from './s3-error.js';
import { childText, MAX_XML_BYTES, parseXml, type XmlElement } from './xml-element.js';

/** An object as it is stored. */
export interface S3Object {
  readonly key: string;
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
}

export interface ObjectHead extends S3Object {
  /** Whether the ETag is the MD5 of the bytes: not where a key of the user's or of KMS encrypts them. */
  readonly md5: boolean;
}

/** undefined where there is no such object. Errors: those of s3Request. */
export async function headObject(address: S3Address, signal?: AbortSignal): Promise<ObjectHead | undefined> {
  try {
    const { headers } = await s3Request({ ...address, method: 'HEAD', signal });
    const bytes = headers['content-length'] ?? '';
    if (!/^\d{1,15}$/.test(bytes)) throw new UnreachableError(`${s3AddressOf(address)}: found no Content-Length, expected the object's size`);
    return { key: address.key, bytes: Number(bytes), etag: unquoted(headers['etag'] ?? ''), md5: hasMd5(headers) };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    if (error.status === 404) return undefined;
    if (error.status === 400 || error.status === 403) (await s3Request({ ...address, headers: { range: 'bytes=0-0' }, signal })).cancel(); // an answer to HEAD has no body to say why
    throw error;
  }
}

/** The whole object; undefined where there is none. UnreachableError where it has more than `most` bytes. */
export async function getSmallObject(address: S3Address, most: number, signal?: AbortSignal): Promise<Uint8Array | undefined> {
  try {
    return await (await s3Request({ ...address, signal })).bytes(most);
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NoSuchKey') return undefined;
    throw error;
  }
}

export async function deleteObject(address: S3Address, signal?: AbortSignal): Promise<void> {
  (await s3Request({ ...address, method: 'DELETE', signal })).cancel();
}

/** Writes an object by one request. The server checks the body by MD5, and by SHA-256 where the request is signed. Gives its ETag. */
export async function putObject(address: S3Address, body: Uint8Array, signal?: AbortSignal): Promise<Pick<ObjectHead, 'etag' | 'md5'>> {
  const response = await s3Request({ ...address, method: 'PUT', body, headers: { 'content-md5': md5Of(body).toString('base64'), 'content-type': contentType(address.key) }, signal });
  await response.bytes(MAX_XML_BYTES);
  return { etag: unquoted(response.headers['etag'] ?? ''), md5: hasMd5(response.headers) };
}

/** Objects whose keys start with `prefix`, in S3's order (bytes of UTF-8), by ListObjectsV2 with 1,000 to a page. Memory: a page. */
export async function* listObjects({ bucket, key: prefix }: S3Address, signal?: AbortSignal): AsyncGenerator<S3Object, void> {
  let token: string | undefined;
  do {
    const response = await s3Request({
      bucket, key: '', signal, query: { 'list-type': '2', 'encoding-type': 'url', prefix, ...(token === undefined ? {} : { 'continuation-token': token }) },
    });
    const page = xmlAnswer(await response.bytes(MAX_XML_BYTES), 'ListBucketResult', `s3://${bucket}/${prefix}`);
    const decode = decoderOf(page);
    for (const element of page.children) if (element.name === 'Contents') yield objectOf(element, decode, `s3://${bucket}/${prefix}`);
    const before = token;
    token = childText(page, 'IsTruncated')?.trim() === 'true' ? childText(page, 'NextContinuationToken') : undefined;
    if (token !== undefined && token === before) throw new UnreachableError(`s3://${bucket}/${prefix}: found the same continuation token twice, expected the next page of the list`);
  } while (token !== undefined);
}

function objectOf(element: XmlElement, decode: (key: string) => string, where: string): S3Object {
  const [key, size] = [childText(element, 'Key'), childText(element, 'Size')?.trim() ?? ''];
  if (key === undefined || !/^\d{1,15}$/.test(size)) throw new UnreachableError(`${where}: found an entry without key or size in the list, expected both`);
  return { key: decode(key), bytes: Number(size), etag: unquoted(childText(element, 'ETag') ?? '') };
}

/** Keys may hold characters that XML cannot, so they are asked for encoded; stores that do not know the parameter give them as they are. */
export function decoderOf(page: XmlElement): (key: string) => string {
  return childText(page, 'EncodingType')?.trim() === 'url' ? decoded : (key) => key;
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', '%20'));
  } catch (error) {
    throw new UnreachableError(`found the key ${JSON.stringify(key.slice(0, 100))} in a list, expected it encoded as for a URL`, { cause: error });
  }
}

/** The root of an answer. UnreachableError where the answer is no such XML. */
export function xmlAnswer(bytes: Uint8Array, root: string, where: string): XmlElement {
  let element: XmlElement;
  try {
    element = parseXml(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UnreachableError(`${where}: ${error instanceof Error ? error.message : String(error)}, expected S3's answer ${root}`, { cause: error });
  }
  if (element.name !== root) throw new UnreachableError(`${where}: found the answer ${element.name.slice(0, 64)}, expected ${root}`);
  return element;
}

export const unquoted = (etag: string): string => etag.trim().replace(/^"(.*)"$/, '$1');

export const md5Of = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

export function hasMd5(headers: Readonly<Record<string, string>>): boolean {
  return !(headers['x-amz-server-side-encryption'] ?? '').startsWith('aws:kms') && headers['x-amz-server-side-encryption-customer-algorithm'] === undefined;
}

export function contentType(key: string): string {
  if (key.endsWith('.json')) return 'application/json';
  return key.endsWith('.md') ? 'text/markdown; charset=utf-8' : 'application/octet-stream';
}
