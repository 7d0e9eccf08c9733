/**
 * AWS Signature Version 4 as a server checks it, written from the algorithm that AWS publishes ("Authenticating Requests: Using the Authorization Header", Amazon S3 API
 * Reference) with node:crypto alone: nothing of it is shared with what signs.
 */
import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, data: string): Buffer => createHmac('sha256', key).update(data, 'utf8').digest();
/** UriEncode of the published algorithm: of the decoded text, byte by byte. */
const uriEncode = (text: string): string => [...Buffer.from(text, 'utf8')].map((byte) => {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}).join('');

/** What is wrong with the signature, as S3 calls it; undefined for a right one. `region`: what it must be signed for. */
export function signatureProblem({ method, target, headers, body }: SignedRequest, keys: Keys, region: string): string | undefined {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(headers['authorization'] ?? '');
  if (match === null) return 'AccessDenied';
  const [, id, day, signedRegion, signedHeaders, signature] = match as unknown as [string, string, string, string, string, string]; // five groups, none optional
  if (id !== keys.accessKeyId) return 'InvalidAccessKeyId';
  if (signedRegion !== region) return 'AuthorizationHeaderMalformed';
  if (headers['x-amz-security-token'] !== keys.sessionToken) return 'InvalidToken';
  const names = signedHeaders.split(';');
  const mustBe = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (!mustBe.every((name) => names.includes(name))) return 'AccessDenied';
  const payload = headers['x-amz-content-sha256'] ?? '';
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const [path, query = ''] = target.split('?', 2) as [string, string?];
  const canonicalQuery = query.split('&').filter((pair) => pair !== '').map((pair) => {
    const [name, value = ''] = pair.split('=', 2) as [string, string?];
    return [uriEncode(decodeURIComponent(name)), uriEncode(decodeURIComponent(value))] as const;
  }).sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1)).map((pair) => pair.join('=')).join('&');
  const canonical = [
    method, path.split('/').map((part) => uriEncode(decodeURIComponent(part))).join('/'), canonicalQuery,
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`), '', signedHeaders, payload,
  ].join('\n');
  const date = headers['x-amz-date'] ?? '';
  if (!date.startsWith(day)) return 'AuthorizationHeaderMalformed';
  const scope = `${day}/${signedRegion}/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${keys.secretAccessKey}`, day), signedRegion), 's3'), 'aws4_request');
  const expected = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  return expected === signature ? undefined : 'SignatureDoesNotMatch';
}
