/**
 * Credentials of a role from the metadata service beside the machine: of a container (ECS, EKS Pod Identity) by a GET, of an instance (EC2) by IMDSv2, where
 * a token is asked for first. The service is never asked through a proxy. Answers are read up to 64 KiB. Nothing of an answer is put into an error.
 * How long keys live is taken from the answer's own date, so a wrong clock here does no harm.
 */
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { UnreachableError } from '../core/errors.js';
import type { S3CredentialSource, S3Keys } from './s3-options.js';

export interface RoleKeys {
  readonly keys: S3Keys;
  /** From now; undefined: the answer says no end. */
  readonly lifetimeMs: number | undefined;
}

type Container = Extract<S3CredentialSource, { kind: 'container' }>;
type Instance = Extract<S3CredentialSource, { kind: 'instance' }>;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const MAX_ANSWER_BYTES = 64 << 10;
const CONTAINER_TIMEOUT_MS = 5000;
const CONTAINER_ATTEMPTS = 3;
const PAUSE_MS = 200;
/** How long an IMDSv2 token is good for: one renewal. */
const TOKEN_SECONDS = 300;
const ROLE_PATH = '/latest/meta-data/iam/security-credentials/';

const answered = z.object({
  AccessKeyId: z.string().min(1), SecretAccessKey: z.string().min(1), Token: z.string().min(1).optional(), Expiration: z.string().optional(),
});

/** Throws UnreachableError where the service does not answer with keys. */
export async function containerKeys({ url, token, tokenFile }: Container): Promise<RoleKeys> {
  const authorization = tokenFile === undefined ? token : (await readToken(tokenFile)).trim();
  const what = `credentials of the container's role: ${url.split('?')[0]!}`;
  if (authorization !== undefined && /[\r\n]/.test(authorization)) throw new UnreachableError(`${what}: found a line break in the authorization token, expected none`);
  const answer = await repeat(CONTAINER_ATTEMPTS, () => ask('GET', url, authorization === undefined ? {} : { authorization }, CONTAINER_TIMEOUT_MS), what);
  if (answer.status !== 200) throw new UnreachableError(`${what}: found status ${answer.status}, expected 200`);
  return keysOf(answer, what);
}

/** undefined: no service answers, or the instance has no role. Throws UnreachableError where there is a role, but no keys come. */
export async function instanceKeys({ endpoint, timeoutMs, attempts }: Instance): Promise<RoleKeys | undefined> {
  const base = endpoint.replace(/\/+$/, '');
  const what = `credentials of the instance's role: ${base}`;
  let token: Answer;
  try {
    token = await repeat(attempts, () => ask('PUT', `${base}/latest/api/token`, { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) }, timeoutMs), what);
  } catch {
    return undefined; // not on such a machine
  }
  if (token.status !== 200) return undefined; // the service is there and switched off
  const headers = { 'x-aws-ec2-metadata-token': token.text };
  const roles = await repeat(attempts, () => ask('GET', `${base}${ROLE_PATH}`, headers, timeoutMs), what);
  if (roles.status === 404) return undefined;
  const role = roles.text.split('\n')[0]!.trim();
  if (roles.status !== 200 || role === '') throw new UnreachableError(`${what}: found status ${roles.status}, expected 200 and the name of a role`);
  const answer = await repeat(attempts, () => ask('GET', `${base}${ROLE_PATH}${encodeURIComponent(role)}`, headers, timeoutMs), what);
  if (answer.status !== 200) throw new UnreachableError(`${what}: found status ${answer.status} for role ${role}, expected 200`);
  return keysOf(answer, what);
}

function keysOf({ text, headers }: Answer, what: string): RoleKeys {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreachableError(`${what}: found no JSON, expected AccessKeyId and SecretAccessKey`); // the cause would quote the answer
  }
  const parsed = answered.safeParse(value);
  if (!parsed.success) throw new UnreachableError(`${what}: found no AccessKeyId and SecretAccessKey in the answer, expected both`);
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = parsed.data;
  return {
    keys: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, ...(Token === undefined ? {} : { sessionToken: Token }) },
    lifetimeMs: lifetimeOf(Expiration, headers.date),
  };
}

/** Where the answer has no date of its own, this machine's clock has to do. */
function lifetimeOf(expiration: string | undefined, date: string | undefined): number | undefined {
  const end = Date.parse(expiration ?? '');
  if (Number.isNaN(end)) return undefined;
  const dated = Date.parse(date ?? '');
  return Math.max(0, end - (Number.isNaN(dated) ? performance.timeOrigin + performance.now() : dated));
}

async function readToken(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UnreachableError(`AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The first answer that is no server's failure; the last answer or error where all are. */
async function repeat(attempts: number, one: () => Promise<Answer>, what: string): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await one();
      if (answer.status < 500 || attempt >= attempts) return answer;
    } catch (error) {
      if (attempt >= attempts) throw new UnreachableError(`${what}: cannot be reached: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    await wait(PAUSE_MS * attempt);
  }
}

function ask(method: string, url: string, headers: Record<string, string>, timeoutMs: number): Promise<Answer> {
  const open = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const asking = open(url, { method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const blocks: Uint8Array[] = [];
      let bytes = 0;
      response.on('data', (block: Uint8Array) => {
        bytes += block.length;
        if (bytes > MAX_ANSWER_BYTES) response.destroy(new Error(`more than ${MAX_ANSWER_BYTES} bytes`));
        else blocks.push(block);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: new TextDecoder().decode(concat(blocks, bytes)) }));
    });
    asking.on('error', reject);
    asking.end();
  });
}

function concat(blocks: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}
