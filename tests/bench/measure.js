// Clocks of the benchmark. CPU time is of the whole process, user and system, so work that zlib or the garbage collector does beside the main
// thread counts as well.
export function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** CPU seconds of `work`, the garbage that others left collected before; `warm` runs after that and before the clock starts. */
export async function cpuOf(work, warm) {
  globalThis.gc?.();
  await warm?.();
  const start = cpuSeconds();
  await work();
  return cpuSeconds() - start;
}

/** Sums CPU seconds by name over one pass, a piece of work at a time. */
export class Stopwatch {
  seconds = {};

  measure(name, work) {
    const start = cpuSeconds();
    const result = work();
    this.seconds[name] = (this.seconds[name] ?? 0) + cpuSeconds() - start;
    return result;
  }
}
