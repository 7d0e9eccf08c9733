/**
 * Shows how a command goes that has a few steps of its own and no phases: a bar for each step on a terminal; elsewhere a line every few seconds and
 * one at its end. It talks on stderr, so that stdout stays data.
 */
import { SingleBar } from 'cli-progress';

/** Seconds between plain lines of one step. */
const LINE_EVERY = 10;
const NAME_WIDTH = 14;

export interface StepProgress {
  /** Begins a step; the one before has ended. */
  step(name: string): void;
  /** `fraction` from 0 to 1, or undefined where the end is not known; a few words on where it stands. */
  update(fraction: number | undefined, detail: string): void;
  /** Ends the step: it is done. */
  end(): void;
  /** Leaves off a step that is not done; does nothing between steps, so it may stand in a `finally`. */
  stop(): void;
}

export function showSteps(stream: NodeJS.WriteStream): StepProgress {
  return stream.isTTY ? bars(stream) : lines(stream);
}

function lines(stream: NodeJS.WriteStream): StepProgress {
  let current: { name: string; started: number; lastLine: number; detail: string } | undefined;
  const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);
  return {
    step(name) {
      current = { name, started: performance.now(), lastLine: performance.now(), detail: '' };
    },
    update(fraction, detail) {
      if (current === undefined) return;
      current.detail = detail;
      if (performance.now() - current.lastLine < LINE_EVERY * 1000) return;
      current.lastLine = performance.now();
      const percent = fraction === undefined ? [] : [`${Math.floor(fraction * 100)} %`];
      stream.write(`${[current.name.padEnd(NAME_WIDTH), ...percent, detail].join(' ').trimEnd()}\n`);
    },
    end() {
      if (current === undefined) return;
      stream.write(`${current.name.padEnd(NAME_WIDTH)} ${current.detail === '' ? 'done' : current.detail} in ${seconds(current.started)} s\n`);
      current = undefined;
    },
    stop() {
      current = undefined;
    },
  };
}

function bars(stream: NodeJS.WriteStream): StepProgress {
  let bar: SingleBar | undefined;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    step(name) {
      const format = `${name.padEnd(NAME_WIDTH)} [{bar}] {percentage} % {detail}`;
      bar = new SingleBar({ stream, format, barCompleteChar: '#', barIncompleteChar: '.', barsize: 20, hideCursor: true });
      bar.start(1, 0, { detail: '' });
    },
    update(fraction, detail) {
      bar?.update(fraction ?? 0, { detail });
    },
    end() {
      bar?.update(1);
      stop();
    },
    stop,
  };
}
