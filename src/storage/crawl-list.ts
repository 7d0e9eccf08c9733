/**
 * What Common Crawl publishes of a crawl: a list of its WET shards, `crawl-data/CRAWL/wet.paths.gz`, a path a line, each below the same address as the
 * list. A list is somebody else's text and is believed only in this form. Bounds: 16 MiB stored, 64 MiB and a million lines inflated, 500 bytes a line
 * (a crawl of 90,000 shards lists 12 MB in 150 kB).
 */
import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { ConfigError, ShardError } from '../core/errors.js';
import { errorCode } from '../formats/output-error.js';
import type { InputFile } from './input-file.js';

/** Where Common Crawl serves its data. */
export const CRAWL_BASE = 'https://data.commoncrawl.org/';
export const TERMS_OF_USE = 'https://commoncrawl.org/terms-of-use';

const MOST_STORED = 16 << 20;
const MOST_BYTES = 64 << 20;
const MOST_LINES = 1_000_000;
const MOST_PATH = 500;

/** Upper-case letters first, then groups of letters and digits: CC-MAIN-2024-10. Nothing that means something in a path. */
const NAME = /^CC-[A-Z]+(?:-[A-Za-z0-9]+)*$/;
const MOST_NAME = 64;
/** A shard's path, and each of its parts: letters, digits and a few marks, neither hidden nor a way up; a name that only a gzip file has. */
const PATH = /^[A-Za-z0-9_=+@~-][A-Za-z0-9._=+@~-]*(?:\/[A-Za-z0-9_=+@~-][A-Za-z0-9._=+@~-]*)*\.gz$/;

/** Whether a text may be the name of a crawl. Whether there is such a crawl, only its host knows. */
export const isCrawlName = (text: string): boolean => text.length <= MOST_NAME && NAME.test(text);

/** Path of a crawl's list below the base. Throws ConfigError where the name cannot be one. */
export function crawlListPath(crawl: string): string {
  if (!isCrawlName(crawl)) throw new ConfigError(`crawl: found ${JSON.stringify(crawl.slice(0, 80))}, expected a name such as CC-MAIN-2024-10`);
  return `crawl-data/${crawl}/wet.paths.gz`;
}

/** A base as it is used: with a slash at its end. What is wrong with it instead, in words, where it cannot be one. */
export function crawlBase(text: string): { readonly base: string } | { readonly wrong: string } {
  const [, scheme] = /^(https?|s3):\/\/[^/?#\s]+(?:\/[^?#\s]*)?$/.exec(text) ?? [];
  if (scheme === undefined || !URL.canParse(text)) return { wrong: 'expected an address such as https://data.commoncrawl.org/ or s3://commoncrawl/' };
  const { username, password } = new URL(text);
  if (username !== '' || password !== '') return { wrong: 'expected an address without user and password, which would stand in plans and messages' };
  return { base: text.endsWith('/') ? text : `${text}/` };
}

/** The paths of a list as it is stored, in its order. `name` is for messages. Throws ShardError for what cannot be a list. */
export function parseCrawlList(stored: Uint8Array, name: string): string[] {
  const text = inflateList(stored, name);
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  if (lines.length > MOST_LINES) throw new ShardError(`${name}: found ${lines.length} lines, expected a list of at most ${MOST_LINES} shards`);
  const seen = new Set<string>();
  return lines.map((line, i) => {
    const path = line.endsWith('\r') ? line.slice(0, -1) : line;
    const found = (): string => `${name}: line ${i + 1}: found ${JSON.stringify(path.slice(0, 120))}`;
    if (path.length > MOST_PATH || !PATH.test(path)) throw new ShardError(`${found()}, expected a relative path such as crawl-data/CC-MAIN-2024-10/segments/1/wet/a.warc.wet.gz`);
    if (seen.has(path)) throw new ShardError(`${found()} for the second time, expected each shard once`);
    seen.add(path);
    return path;
  });
}

function inflateList(stored: Uint8Array, name: string): string {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(stored, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const found = errorCode(error) === 'ERR_BUFFER_TOO_LARGE' ? `more than ${MOST_BYTES} bytes` : error instanceof Error ? error.message : String(error);
    throw new ShardError(`${name}: cannot be inflated: found ${found}, expected a gzip file of at most ${MOST_BYTES} bytes that lists shards`, { cause: error });
  }
  if (bytes.length === 0) throw new ShardError(`${name}: found no lines, expected a list of shards`);
  return bytes.toString('latin1'); // a byte that is not ASCII fits no path, whatever it stands for
}

/** All bytes of an open list. Throws ShardError where there are too many. */
export async function readCrawlList(input: InputFile): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  let bytes = 0;
  for await (const block of input.blocks()) {
    bytes += block.length;
    if (bytes > MOST_STORED) throw new ShardError(`${input.name}: found more than ${MOST_STORED} bytes, expected a list of shards`);
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}
