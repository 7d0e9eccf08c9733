/**
 * Files on their way to S3. Small ones go by one request, larger ones in parts, one after another; a part or file that did not arrive as it was is sent again. What is
 * stored then is looked at: its size, and its ETag, which is the MD5 of the bytes (of the parts' MD5s for parts) wherever the store does not encrypt with keys
 * of its own. Memory: one part, which is 8 MiB for files of up to 80 GB, and 64 MiB for those of 640 GB, which is the most.
 */
import { createHash } from 'node:crypto';
import { OutputError } from '../core/errors.js';
import type { InputFile } from './input-file.js';
import { s3AddressOf, type S3Address } from './s3-address.js';
import { s3Request } from './s3-client.js';
import { s3Complaint, S3Error } from './s3-error.js';
import { contentType, decoderOf, hasMd5, headObject, md5Of, putObject, unquoted, xmlAnswer } from './s3-objects.js';
import { childText, MAX_XML_BYTES, parseXml, type XmlElement } from './xml-element.js';

const MIB = 1 << 20;
/** What one request may carry: more and S3's retries cost more than parts do. */
const LARGEST_SINGLE = 16 * MIB;
const SMALLEST_PART = 8 * MIB;
const LARGEST_PART = 64 * MIB;
/** S3's bound. */
const MOST_PARTS = 10_000;
/** How often a file or a part is sent that arrives as another. */
const MOST_SENDINGS = 4;
const ABORT_TIMEOUT_MS = 10_000;

export type UploadSource = Pick<InputFile, 'size' | 'read'>;

/** Gives the ETag that the object has. Errors: OutputError where it cannot be stored as it is; those of s3Request; the signal's reason. */
export async function uploadObject(address: S3Address, source: UploadSource, signal?: AbortSignal): Promise<string> {
  for (let sending = 1; ; sending++) {
    const sent = source.size <= LARGEST_SINGLE ? await sendWhole(address, source, signal) : await sendParts(address, source, signal);
    const problem = await problemOf(address, source.size, sent, signal);
    if (problem === undefined) return sent.etag;
    if (sending >= MOST_SENDINGS) throw new OutputError(`${s3AddressOf(address)}: stored ${sending} times, the last time ${problem}`);
  }
}

interface Sent {
  /** As the server said. */
  readonly etag: string;
  /** As it must be, unless the server encrypts. */
  readonly expected: string;
  readonly md5: boolean;
}

async function problemOf(address: S3Address, size: number, { etag, expected, md5 }: Sent, signal?: AbortSignal): Promise<string | undefined> {
  const found = await headObject(address, signal);
  if (found === undefined) return 'found nothing there, expected the object';
  if (found.bytes !== size) return `found ${found.bytes} bytes there, expected ${size}`;
  if (found.etag !== etag) return `found the ETag ${found.etag} there, expected ${etag} as the server said`;
  if (md5 && found.md5 && /^[0-9a-f]{32}(-\d+)?$/.test(etag) && etag !== expected) return `found the ETag ${etag} there, expected ${expected} by the bytes that were sent`;
  return undefined;
}

async function sendWhole(address: S3Address, source: UploadSource, signal?: AbortSignal): Promise<Sent> {
  const body = await readPart(address, source, 0, source.size);
  return { ...await putObject(address, body, signal), expected: md5Of(body).toString('hex') };
}

/** Whole MiB, so that 10,000 parts suffice. */
export function partBytes(size: number): number {
  return Math.max(SMALLEST_PART, Math.ceil(size / MOST_PARTS / MIB) * MIB);
}

async function sendParts(address: S3Address, source: UploadSource, signal?: AbortSignal): Promise<Sent> {
  const part = partBytes(source.size);
  if (part > LARGEST_PART) throw new OutputError(`${s3AddressOf(address)}: found ${source.size} bytes, expected at most ${MOST_PARTS * LARGEST_PART}: make smaller files (output.shardSize)`);
  const uploadId = await begin(address, signal);
  try {
    const digests = createHash('md5');
    const etags: string[] = [];
    let md5 = true;
    for (let at = 0; at < source.size; at += part) {
      const body = await readPart(address, source, at, Math.min(part, source.size - at));
      const sent = await sendPart(address, uploadId, etags.length + 1, body, signal);
      md5 &&= sent.md5;
      digests.update(md5Of(body));
      etags.push(sent.etag);
    }
    const expected = `${digests.digest('hex')}-${etags.length}`;
    return { etag: await complete(address, uploadId, etags, expected, source.size, signal), expected, md5 };
  } catch (error) {
    await abortUpload(address, uploadId).catch(() => undefined); // the next run looks for it
    throw error;
  }
}

async function begin(address: S3Address, signal?: AbortSignal): Promise<string> {
  const response = await s3Request({ ...address, method: 'POST', query: { uploads: '' }, headers: { 'content-type': contentType(address.key) }, signal });
  const uploadId = childText(xmlAnswer(await response.bytes(MAX_XML_BYTES), 'InitiateMultipartUploadResult', s3AddressOf(address)), 'UploadId')?.trim();
  if (uploadId === undefined || uploadId === '') throw new OutputError(`${s3AddressOf(address)}: found no UploadId in the answer, expected one`);
  return uploadId;
}

async function sendPart(address: S3Address, uploadId: string, number: number, body: Uint8Array, signal?: AbortSignal): Promise<{ readonly etag: string; readonly md5: boolean }> {
  const digest = md5Of(body);
  for (let sending = 1; ; sending++) {
    const response = await s3Request({ ...address, method: 'PUT', query: { partNumber: String(number), uploadId }, headers: { 'content-md5': digest.toString('base64') }, body, signal });
    await response.bytes(MAX_XML_BYTES);
    const sent = { etag: unquoted(response.headers['etag'] ?? ''), md5: hasMd5(response.headers) };
    if (!sent.md5 || !/^[0-9a-f]{32}$/.test(sent.etag) || sent.etag === digest.toString('hex')) return sent;
    if (sending >= MOST_SENDINGS) throw new OutputError(`${s3AddressOf(address)}: part ${number} was stored ${sending} times with the ETag ${sent.etag}, expected ${digest.toString('hex')} by the bytes that were sent`);
  }
}

/** The object's ETag. The answer may be lost on the way, and asking again then finds no upload: what is stored decides. */
async function complete(address: S3Address, uploadId: string, etags: readonly string[], expected: string, size: number, signal?: AbortSignal): Promise<string> {
  const parts = etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>"${escapeXml(etag)}"</ETag></Part>`);
  const body = new TextEncoder().encode(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`);
  for (let sending = 1; ; sending++) {
    try {
      const response = await s3Request({ ...address, method: 'POST', query: { uploadId }, headers: { 'content-type': 'application/xml' }, body, signal });
      const answer = await response.bytes(MAX_XML_BYTES);
      const root = rootOf(answer);
      if (root?.name === 'Error') { // S3 answers 200 before it knows
        const { code, message } = s3Complaint(response.status, () => undefined, new TextDecoder().decode(answer));
        throw new S3Error(`${s3AddressOf(address)}: found ${code} (${message}) when its parts were joined, expected success`, 500, code);
      }
      return unquoted(childText(xmlAnswer(answer, 'CompleteMultipartUploadResult', s3AddressOf(address)), 'ETag') ?? '');
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      if (error.code === 'NoSuchUpload') {
        const found = await headObject(address, signal);
        if (found !== undefined && found.bytes === size && (found.etag === expected || !found.md5)) return found.etag;
      }
      if (error.status < 500 || sending >= MOST_SENDINGS) throw error;
    }
  }
}

/** Frees what an upload has stored; one that is gone is as good. */
export async function abortUpload(address: S3Address, uploadId: string): Promise<void> {
  try {
    (await s3Request({ ...address, method: 'DELETE', query: { uploadId }, signal: AbortSignal.timeout(ABORT_TIMEOUT_MS) })).cancel();
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NoSuchUpload')) throw error;
  }
}

/** Uploads in parts that nobody ended, of keys that start with `prefix`. S3Error where the store does not tell. */
export async function* unfinishedUploads({ bucket, key: prefix }: S3Address, signal?: AbortSignal): AsyncGenerator<{ readonly key: string; readonly uploadId: string }, void> {
  let marker: Readonly<Record<string, string>> | undefined = {};
  while (marker !== undefined) {
    const response = await s3Request({ bucket, key: '', query: { uploads: '', 'encoding-type': 'url', prefix, ...marker }, signal });
    const page = rootOf(await response.bytes(MAX_XML_BYTES));
    if (page?.name !== 'ListMultipartUploadsResult') throw new S3Error(`s3://${bucket}/${prefix}: found another answer than ListMultipartUploadsResult, expected the uploads`, response.status, 'NotImplemented'); // some stores list objects
    const decode = decoderOf(page);
    for (const element of page.children) {
      const [key, uploadId] = element.name === 'Upload' ? [childText(element, 'Key'), childText(element, 'UploadId')] : [];
      if (key !== undefined && uploadId !== undefined) yield { key: decode(key), uploadId };
    }
    marker = nextMarker(page, decode, marker);
  }
}

function nextMarker(page: XmlElement, decode: (key: string) => string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const [key, id] = [childText(page, 'NextKeyMarker'), childText(page, 'NextUploadIdMarker')];
  if (childText(page, 'IsTruncated')?.trim() !== 'true' || key === undefined) return undefined;
  const next = { 'key-marker': decode(key), ...(id === undefined ? {} : { 'upload-id-marker': id }) };
  return JSON.stringify(next) === JSON.stringify(before) ? undefined : next;
}

async function readPart(address: S3Address, source: UploadSource, position: number, length: number): Promise<Uint8Array> {
  const bytes = await source.read(position, length);
  if (bytes.length !== length) throw new OutputError(`${s3AddressOf(address)}: the file to be stored there ended at byte ${position + bytes.length}, expected ${source.size}`);
  return bytes;
}

function rootOf(answer: Uint8Array): XmlElement | undefined {
  try {
    return parseXml(new TextDecoder().decode(answer));
  } catch {
    return undefined;
  }
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
