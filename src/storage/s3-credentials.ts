/**
 * Credentials of a thread: static ones as they are, a role's from its metadata service (role-credentials.ts), kept until five minutes before they
 * expire. When renewing fails while the old ones are still good, they are used on.
 */
import { performance } from 'node:perf_hooks';
import { ConfigError } from '../core/errors.js';
import { containerKeys, instanceKeys, type RoleKeys } from './role-credentials.js';
import type { S3CredentialSource, S3Keys } from './s3-options.js';

/** Long enough before the end that a large part signed with them arrives in time. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** Keys that say no end, and how long the lack of a role is believed. */
const BELIEVED_MS = 60 * 60_000;

interface Held {
  readonly keys: S3Keys | undefined;
  readonly renewAt: number;
  readonly goodUntil: number;
}

export class S3Credentials {
  readonly #source: S3CredentialSource;
  readonly #now: () => number;
  #held: Held | undefined;
  #renewing: Promise<Held> | undefined;

  /** `now`: milliseconds of a clock that only goes forward; default this process's. */
  constructor(source: S3CredentialSource, now: () => number = () => performance.now()) {
    this.#source = source;
    this.#now = now;
  }

  /** Keys to sign with; undefined: do not sign. Throws ConfigError where what was set up cannot be used, UnreachableError where a role's cannot be had. */
  async current(): Promise<S3Keys | undefined> {
    switch (this.#source.kind) {
      case 'none': return undefined;
      case 'keys': return this.#source.keys;
      case 'unusable': throw new ConfigError(this.#source.message);
      case 'container': case 'instance': return (await this.#roleKeys()).keys;
    }
  }

  /** After a server called them expired. true: there may be others now, so ask again. */
  expired(): boolean {
    this.#held = undefined;
    return this.#source.kind === 'container' || this.#source.kind === 'instance';
  }

  /** What a request without a signature says of it when it was denied. */
  get whyUnsigned(): string {
    return this.#source.kind === 'none' ? this.#source.why : 'this machine has no role';
  }

  /** `text` without any of the keys: servers repeat in their messages what was sent to them. */
  scrub(text: string): string {
    const keys = this.#source.kind === 'keys' ? this.#source.keys : this.#held?.keys;
    const secrets = keys === undefined ? [] : [keys.secretAccessKey, keys.sessionToken ?? '', keys.accessKeyId];
    return secrets.filter((secret) => secret.length >= 4).reduce((rest, secret) => rest.replaceAll(secret, '[credential]'), text);
  }

  async #roleKeys(): Promise<Held> {
    const held = this.#held;
    if (held !== undefined && this.#now() < held.renewAt) return held;
    try {
      return await (this.#renewing ??= this.#renew());
    } catch (error) {
      if (held !== undefined && this.#now() < held.goodUntil) return held;
      throw error;
    }
  }

  async #renew(): Promise<Held> {
    try {
      const found = await this.#ask();
      const now = this.#now();
      const lifetime = found?.lifetimeMs ?? BELIEVED_MS;
      this.#held = { keys: found?.keys, goodUntil: now + lifetime, renewAt: now + Math.max(lifetime / 2, lifetime - RENEW_BEFORE_MS) };
      return this.#held;
    } finally {
      this.#renewing = undefined;
    }
  }

  #ask(): Promise<RoleKeys | undefined> {
    const source = this.#source;
    if (source.kind === 'container') return containerKeys(source);
    if (source.kind === 'instance') return instanceKeys(source);
    throw new Error(`credentials of kind ${source.kind} are not renewed`);
  }
}
