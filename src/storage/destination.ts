/** Where outputs are published: a prefix in S3, or a folder behind HTTP. Names are relative, '/' between parts. */
import { ConfigError } from '../core/errors.js';
import { httpDestination } from './http-destination.js';
import { placeOf } from './place.js';
import { isS3Address, s3AddressProblem } from './s3-address.js';
import { s3Destination } from './s3-destination.js';
import type { UploadSource } from './s3-upload.js';

/** A file that is there. */
export interface RemoteFile {
  readonly bytes: number;
  /** Another for other bytes: the ETag, or where there is none the time of change; empty where the place tells neither. */
  readonly version: string;
}

/** Errors of all methods: ShardError and OutputError with the address, never with credentials; ConfigError; RefusedError; the signal's reason. */
export interface Destination {
  /** Its address, without credentials. */
  readonly name: string;
  /** What is there of the names. */
  look(names: ReadonlySet<string>, signal?: AbortSignal): Promise<ReadonlyMap<string, RemoteFile>>;
  /** A small file; undefined where there is none. */
  read(name: string, mostBytes: number, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Replaces what is there. What is stored then was looked at. */
  put(name: string, source: UploadSource, signal?: AbortSignal): Promise<RemoteFile>;
  /** One that is not there is as good. */
  remove(name: string, signal?: AbortSignal): Promise<void>;
  /** Ends what killed runs left half-stored under the names. Gives what could not be done about it. */
  endLeftovers(names: ReadonlySet<string>, signal?: AbortSignal): Promise<string | undefined>;
}

/** Of an address that was checked by destinationProblem, without credentials: the network knows them. */
export function openDestination(address: string): Destination {
  const place = placeOf(address);
  switch (place.kind) {
    case 's3': return s3Destination(place);
    case 'http': return httpDestination(place.url);
    case 'local': throw new ConfigError(`${address}: found a local path, expected s3:// or http(s)://`);
  }
}

/** What is wrong with an address for outputs; undefined for one that is right, and for a local path. */
export function destinationProblem(address: string): string | undefined {
  if (isS3Address(address)) {
    const problem = s3AddressProblem(address);
    if (problem !== undefined) return problem;
  }
  try {
    const place = placeOf(address);
    if (place.kind === 's3') return /[*?[\]{}]/.test(place.key) ? 'a wildcard' : undefined;
    if (place.kind === 'local') return undefined;
    if (!URL.canParse(place.url)) return 'something that is no address';
    const { search, hash, pathname } = new URL(place.url);
    if (search !== '' || hash !== '') return 'a query';
    return /[*?[\]{}]/.test(decodeURIComponent(pathname)) ? 'a wildcard' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
