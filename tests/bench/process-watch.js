// Runs a command and watches it from outside, through /proc: resident memory of the process with all its threads, and of any process that it starts,
// every 100 ms; the kernel's own mark of the largest; CPU time. On systems without /proc only times are known.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 100;
/** Linux on all machines that Node runs on. */
const TICKS_A_SECOND = 100;

/**
 * { code, signal, stdout, stderr, seconds, cpuSeconds, peakBytes, peakMark }: `peakBytes` of the samples' sums, `peakMark` (VmHWM) of the first process.
 * `started` is handed the child, to kill it.
 */
export function watch(command, parameters, { cwd, started = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(command, parameters, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => { said[name] += text; });
    const seen = { peakBytes: 0, peakMark: 0, cpuSeconds: 0 };
    const sample = () => {
      const processes = familyOf(child.pid).map(statusOf);
      seen.peakBytes = Math.max(seen.peakBytes, processes.reduce((sum, { resident }) => sum + resident, 0));
      seen.peakMark = Math.max(seen.peakMark, processes[0].mark);
      seen.cpuSeconds = Math.max(seen.cpuSeconds, processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0));
    };
    const timer = setInterval(sample, EVERY_MS);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(timer);
      resolve({ code, signal, ...said, seconds: (performance.now() - begin) / 1000, ...seen });
    });
    started(child);
  });
}

/** A process and all that come from it. */
function familyOf(pid) {
  const family = [pid];
  for (const one of family) {
    try {
      for (const thread of readdirSync(`/proc/${one}/task`)) family.push(...readFileSync(`/proc/${one}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number));
    } catch {
      // It has ended.
    }
  }
  return family;
}

function statusOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' '); // from the third on: the name may hold spaces
    return { resident: bytes('VmRSS'), mark: bytes('VmHWM'), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND };
  } catch {
    return { resident: 0, mark: 0, cpuSeconds: 0 };
  }
}
