/**
 * What S3 says when it does not do what it was asked: an XML body with a code and a message, or the status alone (answers to HEAD have no body). Of the body only
 * these two are used: others repeat keys and signatures.
 */
import { UnreachableError } from '../core/errors.js';
import { childText, parseXml } from './xml-element.js';

/** An answer that is no success. The layers above make it an error of the input (UnreachableError, ConfigError) or of the output (OutputError). */
export class S3Error extends UnreachableError {
  readonly status: number;
  /** S3's own, such as NoSuchKey; where there is no body, what the status stands for. */
  readonly code: string;

  constructor(message: string, status: number, code: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface S3Complaint {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Where the bucket is, if the answer says so. */
  readonly region: string | undefined;
}

const MAX_MESSAGE = 300;
const BY_STATUS: Readonly<Record<number, string>> = { 301: 'PermanentRedirect', 400: 'BadRequest', 403: 'AccessDenied', 404: 'NotFound', 412: 'PreconditionFailed', 416: 'InvalidRange', 503: 'ServiceUnavailable' };

/** What an answer of that status complains of. `header`: of the response, undefined where it has none. */
export function s3Complaint(status: number, header: (name: string) => string | undefined, body: string): S3Complaint {
  const root = rootOf(body);
  const error = root?.name === 'Error' ? root : undefined;
  const code = error === undefined ? undefined : childText(error, 'Code');
  const message = error === undefined ? undefined : childText(error, 'Message');
  return {
    status,
    code: code !== undefined && /^[A-Za-z0-9_.]{1,64}$/.test(code) ? code : (BY_STATUS[status] ?? `HTTP${status}`),
    message: (message ?? '').replace(/[\p{Cc}\s]+/gu, ' ').trim().slice(0, MAX_MESSAGE),
    region: regionName(header('x-amz-bucket-region') ?? (error === undefined ? undefined : childText(error, 'Region'))),
  };
}

const regionName = (text: string | undefined): string | undefined => (text !== undefined && /^[a-z0-9-]{1,40}$/.test(text) ? text : undefined);

function rootOf(body: string): ReturnType<typeof parseXml> | undefined {
  try {
    return parseXml(body);
  } catch {
    return undefined; // a proxy's page, or no body
  }
}

/** What to do about it, for the codes that users meet. */
export function s3Advice(code: string, unsigned: string | undefined): string {
  switch (code) {
    case 'RequestTimeTooSkewed': return 'expected this machine\'s clock within 15 minutes of the server\'s: set it (with NTP) and run the same command again';
    case 'ExpiredToken': case 'TokenRefreshRequired': return 'expected credentials that are still good: get new ones and run the same command again, which goes on where it was';
    case 'InvalidAccessKeyId': case 'SignatureDoesNotMatch': case 'InvalidToken': return 'expected credentials that the server knows: look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, or at the profile';
    case 'AccessDenied': case 'AllAccessDisabled': return unsigned === undefined ? 'expected permission for these credentials' : `expected a public object, as the request was not signed (${unsigned})`;
    case 'NoSuchBucket': return 'expected a bucket that is there: look at its name and at the endpoint (AWS_ENDPOINT_URL_S3)';
    default: return 'expected success';
  }
}
