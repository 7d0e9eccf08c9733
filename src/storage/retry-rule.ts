/**
 * When a request is tried again, and after how long. Full jitter (Brooker, "Exponential Backoff and Jitter", AWS 2015): a retry waits a uniform share of a bound
 * that doubles; the share is a keyed hash of (salt, address, attempt), so nothing here draws random numbers.
 */
import { hashKey, keyedHash } from '../core/keyed-hash.js';
import type { NetworkPauses } from './network.js';

const AGAIN = new Set([408, 429, 500, 502, 503, 504]);

export const isRetried = (status: number): boolean => AGAIN.has(status);

/** A certificate that is wrong is wrong again; so is a request that cannot be sent. */
const FINAL = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|UND_ERR_INVALID_ARG|ERR_INVALID_)/;

/** Whether a failed connection or a cut body is worth another try. */
export function isTransient(error: unknown): boolean {
  return !FINAL.test(errorCode(error));
}

/** A name that nobody knows is often a slip of the pen: it is tried less often. */
const TRIES_OF_UNKNOWN_HOST = 3;
export const mostTries = (error: unknown, tries: number): number => (errorCode(error) === 'ENOTFOUND' ? Math.min(tries, TRIES_OF_UNKNOWN_HOST) : tries);

/** The code of an error or of what caused it; empty where there is none. */
export function errorCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at && typeof at.code === 'string') return at.code;
  return '';
}

/** Milliseconds before try `attempt` + 1, where try `attempt` (from 1) failed: more where the server asks for more. */
export function retryPause(pauses: NetworkPauses, salt: number, address: string, attempt: number, asked = 0): number {
  const bound = Math.min(pauses.longestRetry, pauses.retry * 2 ** Math.min(attempt - 1, 30));
  return asked + jitter(salt, address, attempt) * bound;
}

const encoder = new TextEncoder();
const words = new Uint32Array(2);

/** In [0, 1): the same for the same arguments. Attempt 0 is the start of a thread. */
export function jitter(salt: number, address: string, attempt: number): number {
  keyedHash(hashKey(salt, 'network'), encoder.encode(`${address}\0${attempt}`), words);
  return words[1]! / 2 ** 32;
}

/**
 * Milliseconds that a Retry-After header asks for: seconds, or a date, which is held against the Date of the same response because clocks differ. 0 where
 * there is none, or it cannot be understood (RFC 9110, 10.2.3).
 */
export function askedPause(retryAfter: string | undefined, date: string | undefined): number {
  const text = retryAfter?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const ms = Date.parse(text) - Date.parse(date ?? '');
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
