/// <reference lib="es2024.sharedmemory" />
/**
 * What all threads of a process agree on before they ask a server anything: at most so many requests are under way, about one retry a second, and nothing
 * at all while the circuit is open. A 403 from a public archive means "too much", and going on makes it permanent: the circuit opens for the whole run,
 * one thread waits (a minute, then two, then four) and asks once more; a fourth refusal ends the run.
 *
 * The state is a few words of shared memory. Whoever holds something is written down by its thread, so that what a dead thread held can be freed.
 */
import { threadId } from 'node:worker_threads';
import { RefusedError } from '../core/errors.js';

export const MOST_IN_FLIGHT = 64;
/** A run ends with the refusal after so many pauses. */
export const MOST_OPENINGS = 3;

const STATE = 0;
const OPENINGS = 1;
const CIRCUIT_OWNER = 2;
const RETRY_LANE = 3;
/** Counts what was given back, for those who wait. */
const RETURNS = 4;
const RETRIES = 5;
const PERMITS = 8;
export const GATE_BYTES = (PERMITS + MOST_IN_FLIGHT) * Int32Array.BYTES_PER_ELEMENT;

const CLOSED = 0;
/** Everybody waits: for the pause, or for what the one request after it finds. */
const OPEN = 1;
const STOPPED = 2;

/** A thread is woken by others; after this it looks by itself. */
const LOOK_MS = 500;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const ME = threadId + 1;

export class RequestGate {
  readonly #words: Int32Array;
  readonly #inFlight: number;

  constructor(shared: SharedArrayBuffer, inFlight: number) {
    this.#words = new Int32Array(shared);
    this.#inFlight = inFlight;
  }

  /** Takes a permit, waiting for one and for the circuit. The function given back returns it, once. Throws RefusedError, and the signal's reason. */
  async enter(signal?: AbortSignal): Promise<() => void> {
    for (;;) {
      await this.closed(signal);
      const returns = Atomics.load(this.#words, RETURNS);
      const permit = this.#freePermit();
      if (permit !== undefined) {
        let held = true;
        return () => {
          if (held) this.#giveBack(permit);
          held = false;
        };
      }
      await this.#wait(RETURNS, returns, signal);
    }
  }

  /** Waits for the retry lane, which is then taken for `ms`. */
  async retryTurn(ms: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const returns = Atomics.load(this.#words, RETURNS);
      if (Atomics.compareExchange(this.#words, RETRY_LANE, 0, ME) === 0) break;
      await this.#wait(RETURNS, returns, signal);
    }
    setTimeout(() => this.#giveBack(RETRY_LANE), ms).unref();
  }

  /** Requests of all threads that had to be made again. */
  get retries(): number {
    return Atomics.load(this.#words, RETRIES);
  }

  countRetry(): void {
    Atomics.add(this.#words, RETRIES, 1);
  }

  /** Waits until the circuit is closed. Throws RefusedError where the run was given up. */
  async closed(signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const state = Atomics.load(this.#words, STATE);
      if (state === STOPPED) throw refusal('the network');
      if (state === CLOSED) return;
      await this.#wait(STATE, state, signal);
    }
  }

  /** Pauses so far: taken before a request, given to `refused` after it. */
  get openings(): number {
    return Atomics.load(this.#words, OPENINGS);
  }

  /**
   * A request that began after `openings` pauses was refused. Where it is the first since then, the circuit opens, this thread waits `pause` ms times 2
   * for each earlier pause, or `least` where that is more, and then makes the one request that says how it goes on: true, and `settle` must follow. Others wait until it closed. Throws
   * RefusedError after the last pause. `probing`: the request was such a one.
   */
  async refused(openings: number, probing: boolean, { pause: ms, least }: { readonly pause: number; readonly least: number }, shown: string, signal?: AbortSignal): Promise<boolean> {
    const words = this.#words;
    if (!probing) {
      if (openings !== this.openings || Atomics.compareExchange(words, STATE, CLOSED, OPEN) !== CLOSED) {
        await this.closed(signal);
        return false;
      }
      if (openings !== this.openings) { // another pause came and went in between
        this.settle();
        return false;
      }
    }
    Atomics.store(words, CIRCUIT_OWNER, ME);
    const before = Atomics.add(words, OPENINGS, 1);
    if (before >= MOST_OPENINGS) {
      Atomics.store(words, STATE, STOPPED);
      Atomics.notify(words, STATE);
      throw refusal(shown);
    }
    try {
      await pause(Math.max(least, ms * 2 ** before), signal);
    } catch (error) {
      this.settle();
      throw error;
    }
    return true;
  }

  /** The request after a pause was answered, or failed in another way: all go on. */
  settle(): void {
    Atomics.compareExchange(this.#words, STATE, OPEN, CLOSED); // a run that was given up stays so
    Atomics.notify(this.#words, STATE);
  }

  /** Gives back what threads held that are none of `alive`: an engine calls it when a worker died. */
  freeThreads(alive: readonly number[]): void {
    const isDead = (holder: number): boolean => holder !== 0 && holder !== ME && !alive.includes(holder - 1);
    for (let at = PERMITS; at < PERMITS + MOST_IN_FLIGHT; at++) if (isDead(Atomics.load(this.#words, at))) this.#giveBack(at);
    if (isDead(Atomics.load(this.#words, RETRY_LANE))) this.#giveBack(RETRY_LANE);
    if (Atomics.load(this.#words, STATE) === OPEN && isDead(Atomics.load(this.#words, CIRCUIT_OWNER))) this.settle();
  }

  #freePermit(): number | undefined {
    for (let at = PERMITS; at < PERMITS + this.#inFlight; at++) if (Atomics.compareExchange(this.#words, at, 0, ME) === 0) return at;
    return undefined;
  }

  #giveBack(at: number): void {
    Atomics.store(this.#words, at, 0);
    Atomics.add(this.#words, RETURNS, 1);
    Atomics.notify(this.#words, RETURNS);
  }

  /** Until the word is another, or a little while: what is awaited here does not keep a thread alive, so a timer does. */
  async #wait(word: number, value: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const waiting = Atomics.waitAsync(this.#words, word, value, LOOK_MS);
    if (!waiting.async) return;
    const alive = setInterval(() => undefined, LONGEST_TIMER_MS);
    try {
      await waiting.value;
    } finally {
      clearInterval(alive);
    }
    signal?.throwIfAborted();
  }
}

/** Waits; throws the signal's reason when it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (ms <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error); // what throwIfAborted would throw
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, Math.min(ms, LONGEST_TIMER_MS));
    signal?.addEventListener('abort', abort, { once: true });
  });
}

const refusal = (where: string): RefusedError => new RefusedError(
  `${where}: found a refusal (HTTP 403) again after ${MOST_OPENINGS} pauses, expected to be let in: nothing more is asked in this run. ` +
  'Either the server limits how much is asked, then wait some hours and run the same command again, which goes on where it was, with fewer requests at once and ' +
  'a contact in the user agent; or the address is wrong or needs credentials',
);
