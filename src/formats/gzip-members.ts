/**
 * Stored blocks to inflated runs with exact places, for gzip files of one member or of many (a crawl's: one a record), for files that
 * are not compressed, and for Zstandard (zstd-frames.ts). Many members are inflated in one native call, their bounds found by search and proved by their trailers;
 * when anything does not fit, members are tried one by one, so that damage costs the damaged members only, and each
 * damaged stretch is one fault. Every limit is on memory: a member may be of any size, and one larger than the window is
 * streamed (gzip-large-member.ts).
 */
import type { Fault } from '../core/stage.js';
import { BlockInput } from './block-input.js';
import { MAX_LATER_TRIALS, MAX_RUN_BYTES, compressionOf } from './compression-kind.js';
import { type BombLimit, type LargeMemberEnd, inflateLargeMember } from './gzip-large-member.js';
import { MIN_MEMBER_BYTES, findMemberStart, hasTrailer, isHeader, isPossibleSize, looksLikeMember, trailerSize, tryMember, tryRun } from './gzip-trial.js';
import type { ByteRun, MemberStart } from './record-place.js';
import { inflateZstd } from './zstd-frames.js';

/**
 * The reasons of faults in compressed files. `damaged-gzip`: a member that does not inflate or whose checksum differs;
 * `garbage-between-members`: bytes that are no member; `truncated-gzip`: the file ends inside a member, what it holds was delivered;
 * `gzip-bomb`: see `BombLimit`; `gzip-checksum` (not lost): a streamed member was delivered before its checksum proved wrong.
 */
export const GZIP_REASONS = ['damaged-gzip', 'garbage-between-members', 'truncated-gzip', 'gzip-bomb', 'gzip-checksum'] as const;

/** A fault ends the continuity of the runs: bytes left over from before it belong to nothing after it. */
export type InflatedItem = ByteRun | { readonly kind: 'fault'; readonly fault: Fault };

export interface InflateOptions {
  /** Position of the first block in the stored file. */
  readonly start?: number | undefined;
  /**
   * Members that inflate to more than 16 MiB and to more than so many times their stored bytes are cut off as `gzip-bomb`. Default 200: text packs at
   * 3:1 to 30:1, and deflate cannot exceed 1032:1; smaller members are bounded by that alone.
   */
  readonly maxRatio?: number | undefined;
  /** How records begin in files of this format: tells a file that is compressed from one that holds what is (compression-kind.ts). */
  readonly mark?: Uint8Array | undefined;
}

/** Stored bytes looked at ahead, and inflated in one call. A member that is longer is streamed. */
const WINDOW_BYTES = 1024 * 1024;
const DEFAULT_MAX_RATIO = 200;
/** Failed trials may cost so many times the bytes read so far, and so many besides, before the search takes larger steps. */
const PATIENCE_RATIO = 8;
const PATIENCE_BYTES = 64 * 1024 * 1024;
const IMPATIENT_STEP = 64 * 1024;

/** Yields the runs and faults of a file from its blocks. Memory: 3 windows, a run of 16 MiB, or a streamed piece of 32 MiB. */
export async function* inflateMembers(blocks: AsyncIterable<Uint8Array>, { start = 0, maxRatio = DEFAULT_MAX_RATIO, mark }: InflateOptions = {}): AsyncGenerator<InflatedItem> {
  const iterator = blocks[Symbol.asyncIterator]();
  const bombLimit: BombLimit = { bytes: MAX_RUN_BYTES, ratio: maxRatio };
  try {
    const input = new BlockInput(iterator, start);
    await input.fill(WINDOW_BYTES);
    const kind = await compressionOf(input, Math.min(input.end, input.start + WINDOW_BYTES), mark);
    if (kind === 'gzip') yield* new MemberReader(input, bombLimit).read();
    else yield* kind === 'zstd' ? inflateZstd(input, bombLimit) : plainRuns(input);
  } finally {
    await iterator.return?.();
  }
}

async function* plainRuns(input: BlockInput): AsyncGenerator<InflatedItem> {
  let starts: readonly MemberStart[] = [{ at: 0, offset: input.position }];
  while (input.length > 0) {
    const bytes = input.bytes.slice(input.start, input.end);
    input.consume(bytes.length);
    await input.fill(1);
    yield { kind: 'bytes', bytes, starts, ended: input.length === 0, plain: true };
    starts = [];
  }
}

/** Reads members from an input that stands at the first of them. */
class MemberReader {
  readonly #input: BlockInput;
  readonly #bombLimit: BombLimit;
  /** Members before this position are tried one by one: a run that ended there did not fit. */
  #walkUntil = 0;
  #failedBytes = 0;

  constructor(input: BlockInput, bombLimit: BombLimit) {
    this.#input = input;
    this.#bombLimit = bombLimit;
  }

  async *read(): AsyncGenerator<InflatedItem> {
    const input = this.#input;
    for (;;) {
      await input.fill(WINDOW_BYTES);
      if (input.length === 0) return;
      const run = input.position < this.#walkUntil ? undefined : this.#nextRun();
      if (run === undefined) yield* this.#nextMember();
      else yield run;
    }
  }

  /** End of the window, and whether the file ends there too. */
  get #to(): number {
    return Math.min(this.#input.end, this.#input.start + WINDOW_BYTES);
  }

  get #atEnd(): boolean {
    return this.#input.done && this.#to === this.#input.end;
  }

  /** Inflates the whole members of the window in one call; undefined, with the input unchanged, where they do not fit. */
  #nextRun(): ByteRun | undefined {
    const input = this.#input;
    const { bytes, start } = input;
    const to = this.#to;
    const starts: MemberStart[] = [];
    let size = 0;
    let end = start;
    while (end < to && looksLikeMember(bytes, end, to)) {
      const next = findMemberStart(bytes, end + MIN_MEMBER_BYTES, to);
      if (next < 0 && (!this.#atEnd || to - end < MIN_MEMBER_BYTES)) break;
      const memberEnd = next < 0 ? to : next;
      const memberSize = trailerSize(bytes, memberEnd);
      if (size + memberSize > MAX_RUN_BYTES || !isPossibleSize(memberSize, memberEnd - end)) break;
      starts.push({ at: size, offset: input.position + end - start });
      size += memberSize;
      end = memberEnd;
    }
    if (end === start) return undefined;
    const inflated = tryRun(bytes, start, end, size);
    if (inflated === undefined) {
      this.#walkUntil = input.position + end - start;
      return undefined;
    }
    input.consume(end - start);
    return { kind: 'bytes', bytes: inflated, starts, ended: true, plain: false };
  }

  /** Reads the one member at which the input stands, or passes over what is none. */
  async *#nextMember(): AsyncGenerator<InflatedItem> {
    const input = this.#input;
    const offset = input.position;
    const starts = [{ at: 0, offset }];
    const trial = tryMember(input.bytes, input.start, this.#to, MAX_RUN_BYTES);
    if (trial.kind === 'whole') {
      input.consume(trial.end - input.start);
      yield { kind: 'bytes', bytes: trial.bytes, starts, ended: true, plain: false };
    } else if (trial.kind === 'bad') {
      this.#failedBytes += this.#to - input.start;
      yield await this.#passOver(isHeader(input.bytes, input.start, this.#to) ? 'damaged-gzip' : 'garbage-between-members', trial.found);
    } else if (trial.kind === 'large' || !this.#atEnd) {
      yield* this.#streamMember(offset, starts);
    } else if (this.#isDamaged()) {
      yield await this.#passOver('damaged-gzip', 'a member that does not end');
    } else {
      if (trial.bytes.length > 0) yield { kind: 'bytes', bytes: trial.bytes, starts, ended: false, plain: false };
      const bytes = input.length;
      input.consume(bytes);
      yield lostFault('truncated-gzip', offset, trial.bytes.length, bytes, 'the end of the file inside a gzip member');
    }
  }

  async *#streamMember(offset: number, memberStarts: readonly MemberStart[]): AsyncGenerator<InflatedItem> {
    const input = this.#input;
    const pieces = inflateLargeMember(input, this.#bombLimit);
    let starts = memberStarts;
    let inner = 0;
    let held: Uint8Array | undefined; // the last piece is held back until it is known to be the last
    let end: LargeMemberEnd;
    for (;;) {
      const next = await pieces.next();
      if (next.done === true) {
        end = next.value;
        break;
      }
      if (held !== undefined) {
        yield { kind: 'bytes', bytes: held, starts, ended: false, plain: false };
        starts = [];
      }
      held = next.value;
      inner += held.length;
    }
    const ended = end.kind === 'whole' || end.kind === 'checksum';
    if (held !== undefined) yield { kind: 'bytes', bytes: held, starts, ended, plain: false };
    if (end.kind === 'whole') return;
    if (end.kind === 'truncated') {
      yield lostFault('truncated-gzip', offset, inner, input.position - offset, 'the end of the file inside a gzip member');
    } else if (end.kind === 'checksum') {
      const detail = `found ${end.found}, expected them equal; the documents of this member were kept`;
      yield { kind: 'fault', fault: { reason: 'gzip-checksum', offset, inner, bytes: 0, lost: false, detail } };
    } else {
      yield await this.#passOver(end.kind === 'bomb' ? 'gzip-bomb' : 'damaged-gzip', end.found, offset, inner);
    }
  }

  /** Consumes up to the next member that inflates, or to the end: one fault, however many bytes. */
  async #passOver(reason: string, found: string, offset = this.#input.position, inner = 0): Promise<InflatedItem> {
    const input = this.#input;
    const from = input.position;
    let step = 1;
    for (;;) {
      await input.fill(WINDOW_BYTES + step);
      input.consume(Math.min(step, input.length));
      const at = findMemberStart(input.bytes, input.start, this.#to);
      if (at < 0) {
        if (this.#atEnd) {
          input.consume(input.length);
          break;
        }
        step = WINDOW_BYTES - 9; // a header may begin in the last bytes
        continue;
      }
      input.consume(at - input.start);
      await input.fill(WINDOW_BYTES);
      if (this.#isMember()) break;
      this.#failedBytes += this.#to - input.start;
      step = this.#failedBytes > PATIENCE_BYTES + PATIENCE_RATIO * input.position ? IMPATIENT_STEP : 1;
    }
    return lostFault(reason, offset, inner, input.position - from, found);
  }

  /** Whether the candidate at which the input stands inflates as far as can be seen. */
  #isMember(): boolean {
    const { kind } = tryMember(this.#input.bytes, this.#input.start, this.#to, MAX_RUN_BYTES);
    if (kind === 'open' && this.#atEnd) return !this.#isDamaged();
    return kind !== 'bad';
  }

  /** Whether a member that goes on at the end of the file is damaged there, not cut off: it has a trailer, or a whole member follows. */
  #isDamaged(): boolean {
    return hasTrailer(this.#input.bytes, this.#input.start, this.#to) || this.#hasLaterMember();
  }

  /** Whether a whole member follows in the last window. */
  #hasLaterMember(): boolean {
    const { bytes, start } = this.#input;
    let at = start;
    for (let trials = 0; trials < MAX_LATER_TRIALS; trials++) {
      at = findMemberStart(bytes, at + 1, this.#to);
      if (at < 0) return false;
      if (tryMember(bytes, at, this.#to, MAX_RUN_BYTES).kind === 'whole') return true;
    }
    return false;
  }
}

function lostFault(reason: string, offset: number, inner: number, bytes: number, found: string): InflatedItem {
  return { kind: 'fault', fault: { reason, offset, inner, bytes, lost: true, detail: `found ${found}, expected a gzip member` } };
}
