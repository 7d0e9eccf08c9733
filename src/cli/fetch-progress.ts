/** Shows how fetching goes: a bar on a terminal, a line every few seconds elsewhere, on stderr. */
import { SingleBar } from 'cli-progress';
import type { FetchEvents, FetchFailure } from '../storage/fetch-shards.js';

/** Seconds between plain lines, and between two looks at the rate. */
const LINE_EVERY = 10;

class Rate {
  readonly #started = performance.now();
  #bytes = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  get text(): string {
    const seconds = Math.max(0.001, (performance.now() - this.#started) / 1000);
    return `${(this.#bytes / 1e6).toFixed(1)} MB, ${(this.#bytes / 1e6 / seconds).toFixed(1)} MB/s`;
  }
}

export const showFetching = (stream: NodeJS.WriteStream): FetchEvents => (stream.isTTY ? fetchBar(stream) : fetchLines(stream));

const failureLine = ({ path, message }: FetchFailure): string => `failed   ${path}: ${message}\n`;

function fetchLines(stream: NodeJS.WriteStream): FetchEvents {
  const rate = new Rate();
  let files = 0;
  let done = 0;
  let lastLine = performance.now();
  const line = (): void => void stream.write(`fetch    ${done} of ${files}, ${rate.text}\n`);
  return {
    started(all, whole) {
      files = all;
      done = whole;
      if (whole > 0) stream.write(`fetch    ${whole} of ${all} are there already\n`);
    },
    bytes(bytes) {
      rate.add(bytes);
      if (performance.now() - lastLine < LINE_EVERY * 1000) return;
      lastLine = performance.now();
      line();
    },
    ended() {
      done += 1;
      if (done === files) line();
    },
    failed: (failure) => void stream.write(failureLine(failure)),
  };
}

function fetchBar(stream: NodeJS.WriteStream): FetchEvents {
  const rate = new Rate();
  const bar = new SingleBar({ stream, format: 'fetch    [{bar}] {value} of {total}  {rate}', barCompleteChar: '#', barIncompleteChar: '.', barsize: 20, hideCursor: true });
  let open = 0;
  const close = (): void => {
    open -= 1;
    bar.update({ rate: rate.text });
    if (open === 0) bar.stop();
  };
  return {
    started(all, whole) {
      open = all - whole;
      if (open > 0) bar.start(all, whole, { rate: rate.text });
    },
    bytes(bytes) {
      rate.add(bytes);
      bar.update({ rate: rate.text });
    },
    ended() {
      bar.increment();
      close();
    },
    failed(failure) {
      stream.write(`\n${failureLine(failure)}`);
      close();
    },
  };
}
