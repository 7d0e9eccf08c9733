/**
 * Completions as a worker remembers them: a crawl has 90,000 shards, and what each found, as objects, would take gigabytes. Outputs and short results stay as
 * JSON text, long results are read again from disk when they are asked for. Memory: some 1 KB a task, and 256 completions as objects.
 */
import type { Completion } from './completion.js';

/** Characters of JSON up to which a result is remembered. */
const SHORT_RESULT = 300;
const RECENT = 256;

export class CompletionMemory {
  readonly #read: (at: string) => Completion | undefined;
  /** By task; empty text: it has none. */
  readonly #texts = new Map<string, string>();
  /** Those used last, in the order in which they came. */
  readonly #recent = new Map<string, Completion>();

  /** `read` finds the completion of a task on disk; it is asked once, and once more for each time that a long result is wanted. */
  constructor(read: (at: string) => Completion | undefined) {
    this.#read = read;
  }

  get(at: string): Completion | undefined {
    const recent = this.#recent.get(at);
    if (recent !== undefined) return recent;
    let text = this.#texts.get(at);
    if (text === undefined) this.#texts.set(at, (text = shortened(this.#read(at))));
    if (text === '') return undefined;
    const completion = this.#restored(at, text);
    if (this.#recent.size >= RECENT) this.#recent.delete(this.#recent.keys().next().value!); // it is not empty
    this.#recent.set(at, completion);
    return completion;
  }

  #restored(at: string, text: string): Completion {
    const short = JSON.parse(text) as Completion | Omit<Completion, 'result'>; // written by `shortened`
    if ('result' in short) return short;
    const read = this.#read;
    return {
      ...short,
      get result(): unknown {
        const whole = read(at);
        if (whole === undefined) throw new Error(`completion of ${at} was there, and is gone`);
        return whole.result;
      },
    };
  }
}

function shortened(completion: Completion | undefined): string {
  if (completion === undefined) return '';
  const { result, ...rest } = completion;
  const text = JSON.stringify(result);
  return JSON.stringify(text.length <= SHORT_RESULT ? completion : rest);
}
