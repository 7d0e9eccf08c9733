// Kills a run at chosen moments and starts it again, until it has been killed as often as asked; then lets it end. A moment is a share of the work that is
// done, taken from the times at which the tasks of a whole run were complete: so kills fall in every phase, however much each start repeats.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { draws } from '../accuracy/draws.js';
import { watch } from './process-watch.js';

const LOOK_MS = 20;

const isCompletion = (name) => name.endsWith('.done.json');

/** Times in ms, ascending, at which tasks were complete, since `begin`. */
export function completionTimes(output, begin) {
  return completions(output).map((path) => statSync(path).mtimeMs - begin).sort((a, b) => a - b);
}

function completions(output) {
  try {
    return readdirSync(join(output, 'work'), { recursive: true }).filter(isCompletion).map((name) => join(output, 'work', name));
  } catch {
    return []; // no run has begun, or a folder went while it was read
  }
}

/** `times` and `ms`: of a whole run. Returns { kills, ended }, `ended` of the last start. `commandTo` makes the command for a folder. */
export async function killOften({ count, commandTo, output, times, ms, seed = 1, log = () => {} }) {
  rmSync(output, { recursive: true, force: true });
  const draw = draws('kills', seed);
  let kills = 0;
  let attempts = 0;
  for (let moment = 0; moment < count; attempts++) {
    const at = ((moment + draw()) / count) * ms;
    const complete = times.filter((time) => time <= at).length;
    const wait = Math.max(0, at - (times[complete - 1] ?? 0));
    const { signal, code, stderr } = await killedAfter(commandTo(output), output, complete, wait);
    if (signal !== 'SIGKILL') {
      if (code !== 0) throw new Error(`after ${kills} kills the run ended with ${code}:\n${stderr}`);
      if (attempts > 3 * count) throw new Error(`the run ended before it could be killed ${count} times`);
      rmSync(output, { recursive: true, force: true }); // it was faster: from the start, to be killed at this share again
      continue;
    }
    kills += 1;
    moment += 1;
    log(`kill ${kills} of ${count}: ${completions(output).length} of ${times.length} tasks complete`);
  }
  const ended = await watch(...commandTo(output));
  if (ended.code !== 0) throw new Error(`after ${kills} kills the run ended with ${ended.code}:\n${ended.stderr}`);
  return { kills, ended };
}

/** Kills `wait` ms after so many tasks are complete, all starts together. */
async function killedAfter(command, output, complete, wait) {
  let timer;
  const result = await watch(...command, {
    started: (child) => {
      const look = () => {
        timer = completions(output).length >= complete ? setTimeout(() => child.kill('SIGKILL'), wait) : setTimeout(look, LOOK_MS);
      };
      look();
    },
  });
  clearTimeout(timer);
  return result;
}
