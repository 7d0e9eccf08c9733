/**
 * Requests to S3 as one thread makes them: signed anew for each attempt, sent by http-request.ts (its cap, retries and proxies hold here too), and asked again
 * where S3 says how: at the bucket's own region, with renewed credentials, or the same again after a body that did not arrive whole. Refusals have
 * S3's code and say so; a 403 here is about permissions, so it opens no circuit.
 */
import { createHash } from 'node:crypto';
import { UnreachableError } from '../core/errors.js';
import { request, type HttpMethod, type HttpResponse } from './http-request.js';
import { network } from './network.js';
import { s3AddressOf, s3Url, type S3Address } from './s3-address.js';
import { S3Credentials } from './s3-credentials.js';
import { s3Advice, s3Complaint, S3Error, type S3Complaint } from './s3-error.js';
import { defaultS3Options, type S3Options } from './s3-options.js';
import { EMPTY_SHA256, signS3 } from './s3-sign.js';

export interface S3Request extends S3Address {
  /** Default GET. */
  readonly method?: HttpMethod;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses beside 2xx that are answers to the caller. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** Answers that S3 gives by intent: they are looked at here, and not asked for again as they are. */
const S3_ANSWERS: readonly number[] = [301, 307, 400, 401, 403, 404, 405, 409, 411, 412, 416, 501];
/** The body was cut or changed on its way. */
const ARRIVED_BROKEN = ['BadDigest', 'XAmzContentSHA256Mismatch', 'IncompleteBody', 'RequestTimeout'];
const MOST_RESENDS = 4;
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'];
const MAX_ERROR_BYTES = 64 << 10;

interface Client {
  readonly options: S3Options;
  readonly credentials: S3Credentials;
  /** By bucket, where it is another than the options say. */
  readonly regions: Map<string, string>;
}

let client: Client | undefined;

/** This thread's client, by the options of its network. */
function clientOf(): Client {
  const options = network().s3 ?? defaultS3Options;
  if (client?.options !== options) client = { options, credentials: new S3Credentials(options.credentials), regions: new Map() };
  return client;
}

/** Of the object or bucket, where its bucket is known to be by now. */
function s3UrlOf(address: S3Address, query: Readonly<Record<string, string>> = {}): string {
  const { options, regions } = clientOf();
  return s3Url(address, { endpoint: options.endpoint, region: regions.get(address.bucket) ?? options.region }, query);
}

/** What `sign` of http-request.ts is, for requests about a bucket. Nothing is signed for hosts that are none of the store's. */
function s3Signer(bucket: string): (request: { readonly url: string; readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly body?: Uint8Array }) => Promise<Record<string, string>> {
  return async ({ url, method, headers, body }) => {
    const { options, credentials, regions } = clientOf();
    const keys = await credentials.current();
    if (keys === undefined) return {};
    expectOwnHost(url, options.endpoint, bucket);
    const signed = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-') || name === 'content-md5')); // others may be changed on the way
    const bodySha256 = body === undefined || body.length === 0 ? EMPTY_SHA256 : createHash('sha256').update(body).digest('hex');
    const made = await signS3({ method, url, headers: signed, bodySha256 }, keys, regions.get(bucket) ?? options.region);
    return Object.fromEntries(Object.entries(made).filter(([name]) => name === 'authorization' || name.startsWith('x-amz-')));
  };
}

/**
 * The answer to a request, which is a success: read or cancel its body. Errors: S3Error with S3's code for one that is none; UnreachableError where no answer
 * comes; ConfigError where the credentials that were set up cannot be used; the signal's reason. No error holds credentials.
 */
export async function s3Request({ bucket, key, method = 'GET', query = {}, headers = {}, body, accept = [], signal }: S3Request): Promise<HttpResponse> {
  const { options, credentials, regions } = clientOf();
  let renewed = false;
  let moved = false;
  let resends = 0;
  for (;;) {
    const unsigned = (await credentials.current()) === undefined;
    const response = await request(s3UrlOf({ bucket, key }, query), {
      method, headers, accept: S3_ANSWERS, sign: s3Signer(bucket), signal, ...(body === undefined ? {} : { body }),
    });
    if (response.status < 300 || accept.includes(response.status)) return response;
    const complaint = s3Complaint(response.status, (name) => response.headers[name], new TextDecoder().decode(await errorBody(response)));
    if (isElsewhere(complaint, options, regions.get(bucket)) && !moved) {
      moved = true;
      regions.set(bucket, complaint.region!); // isElsewhere looked
    } else if (isExpired(complaint, method) && !renewed && credentials.expired()) {
      renewed = true;
    } else if (!ARRIVED_BROKEN.includes(complaint.code) || ++resends >= MOST_RESENDS) {
      throw s3ErrorOf({ bucket, key }, complaint, unsigned);
    }
  }
}

/** The error that a complaint is, told with the address, without credentials. */
function s3ErrorOf(address: S3Address, { status, code, message }: S3Complaint, unsigned: boolean): S3Error {
  const { credentials } = clientOf();
  const said = message === '' ? `HTTP ${status}` : `HTTP ${status}: ${credentials.scrub(message)}`;
  return new S3Error(`${s3AddressOf(address)}: found ${code} (${said}), ${s3Advice(code, unsigned ? credentials.whyUnsigned : undefined)}`, status, code);
}

const isElsewhere = ({ status, code, region }: S3Complaint, options: S3Options, known: string | undefined): boolean =>
  region !== undefined && region !== (known ?? options.region) && (status === 301 || status === 307 || code === 'AuthorizationHeaderMalformed' || status === 400);

/** An answer to HEAD has no code. */
const isExpired = ({ status, code }: S3Complaint, method: HttpMethod): boolean => EXPIRED.includes(code) || (method === 'HEAD' && status === 400);

async function errorBody(response: HttpResponse): Promise<Uint8Array> {
  try {
    return await response.bytes(MAX_ERROR_BYTES);
  } catch {
    return new Uint8Array(); // cut or too long: the status has to do
  }
}

/** A server can redirect anywhere; what is signed for the store goes there alone. */
function expectOwnHost(url: string, endpoint: string | undefined, bucket: string): void {
  const { host, protocol } = new URL(url);
  const own = endpoint === undefined
    ? protocol === 'https:' && /(^|\.)s3[.-]([a-z0-9-]+\.)*amazonaws\.com(\.cn)?$/.test(host)
    : host === new URL(endpoint).host && protocol === new URL(endpoint).protocol;
  if (!own) throw new UnreachableError(`s3://${bucket}: found a redirect to ${host}, expected an answer: nothing is signed for other hosts`);
}
