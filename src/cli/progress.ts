/**
 * Shows how a run goes: a bar on a terminal, a line per phase and one every few seconds elsewhere. It talks on stderr, so that stdout stays data,
 * and it is the only place of a run that looks at a clock.
 */
import { SingleBar } from 'cli-progress';
import type { EngineEvents, TaskFailure } from '../engines/engine.js';
import type { PhaseName } from '../pipeline/plan.js';

const LABELS: Readonly<Record<PhaseName, string>> = {
  train: 'train    quality models',
  curate: 'curate   read, annotate, filter, sign',
  compare: 'compare  documents with those drawn',
  decide: 'decide   shares of whole sources',
  exact: 'exact    exact duplicates',
  match: 'match    near-duplicate candidates',
  link: 'link     clusters of similar documents',
  cluster: 'cluster  verified duplicates',
  overlap: 'overlap  what two sets share',
  tally: 'tally    addresses, lengths, paragraphs',
  remove: 'remove   duplicates by shard',
  repeats: 'repeats  paragraphs that recur',
  cut: 'cut      repeated paragraphs',
  benchmark: 'benchmark n-grams of benchmarks',
  scan: 'scan     for n-grams of benchmarks',
  frequent: 'frequent n-grams that are boilerplate',
  clean: 'clean    contaminated documents',
  count: 'count    words or tokens of documents',
  size: 'size     what each source has',
  pool: 'pool     text to tune with',
  target: 'target   held-out text',
  proxy: 'proxy    models of mixtures',
  select: 'select   quotas, copies, order',
  write: 'write    corpus',
  rescan: 'rescan   the corpus, for n-grams of benchmarks',
  record: 'record   decisions',
  index: 'index    of the documents kept, for later runs',
};

/** Seconds between plain lines of one phase. */
const LINE_EVERY = 10;

export function showProgress(stream: NodeJS.WriteStream): EngineEvents {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream);
}

/** Of these phases alone, but for failures. */
export function onlyPhases(events: EngineEvents, phases: readonly PhaseName[]): EngineEvents {
  const shown = (phase: PhaseName): EngineEvents => (phases.includes(phase) ? events : {});
  return {
    ...events,
    phaseStarted: (phase, ...rest) => shown(phase).phaseStarted?.(phase, ...rest),
    taskEnded: (phase, ...rest) => shown(phase).taskEnded?.(phase, ...rest),
    progress: (phase, ...rest) => shown(phase).progress?.(phase, ...rest),
    phaseEnded: (phase) => shown(phase).phaseEnded?.(phase),
  };
}

interface PhaseState {
  readonly started: number;
  tasks: number;
  ended: number;
  /** Complete before this run. */
  skipped: number;
  documents: number;
  bytes: number;
  lastLine: number;
}

const newState = (tasks: number, ended: number): PhaseState => ({ started: performance.now(), tasks, ended, skipped: ended, documents: 0, bytes: 0, lastLine: performance.now() });
const seconds = (state: PhaseState): number => Math.max(0.001, (performance.now() - state.started) / 1000);

function rates(state: PhaseState): string {
  if (state.documents === 0) return '';
  return `  ${state.documents} documents, ${(state.bytes / 1e6).toFixed(1)} MB, ${(state.bytes / 1e6 / seconds(state)).toFixed(1)} MB/s`;
}

function timeLeft(state: PhaseState): string {
  const done = state.ended - state.skipped;
  if (done <= 0 || state.ended >= state.tasks) return '';
  return `, about ${Math.ceil((seconds(state) / done) * (state.tasks - state.ended))} s left`;
}

function failureLine({ phase, task, message }: TaskFailure): string {
  return `failed   ${phase} ${task}: ${message}\n`;
}

function lineProgress(stream: NodeJS.WriteStream): EngineEvents {
  let state = newState(0, 0);
  return {
    phaseStarted(phase, tasks, complete) {
      state = newState(tasks, complete);
      stream.write(`${LABELS[phase]}: ${tasks} task${tasks === 1 ? '' : 's'}${complete > 0 ? `, ${complete} complete already` : ''}\n`);
    },
    taskEnded(_phase, _task, ended) {
      state.ended = ended;
    },
    taskFailed(failure) {
      stream.write(failureLine(failure));
    },
    progress(phase, documents, bytes) {
      Object.assign(state, { documents, bytes });
      if (performance.now() - state.lastLine < LINE_EVERY * 1000) return;
      state.lastLine = performance.now();
      stream.write(`${phase.padEnd(8)} ${state.ended} of ${state.tasks}${rates(state)}${timeLeft(state)}\n`);
    },
    phaseEnded(phase) {
      stream.write(`${phase.padEnd(8)} ${state.ended} of ${state.tasks} in ${seconds(state).toFixed(1)} s${rates(state)}\n`);
    },
  };
}

function barProgress(stream: NodeJS.WriteStream): EngineEvents {
  let state = newState(0, 0);
  let bar: SingleBar | undefined;
  const update = (): void => bar?.update(state.ended, { rates: rates(state), left: timeLeft(state) });
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    phaseStarted(phase, tasks, complete) {
      state = newState(tasks, complete);
      bar = new SingleBar({ stream, format: `${LABELS[phase].padEnd(38)} [{bar}] {value} of {total}{rates}{left}`, barCompleteChar: '#', barIncompleteChar: '.', barsize: 20, hideCursor: true });
      bar.start(tasks, complete, { rates: '', left: '' });
    },
    taskEnded(_phase, _task, ended) {
      state.ended = ended;
      update();
    },
    taskFailed(failure) {
      stop();
      stream.write(failureLine(failure));
    },
    progress(_phase, documents, bytes) {
      Object.assign(state, { documents, bytes });
      update();
    },
    phaseEnded() {
      update();
      stop();
    },
  };
}
