/** How a watched command ended, and what it took: memory of the process with all its threads and children, in bytes. */
export interface Watched {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly peakMark: number;
}
/** Runs a command and watches it through /proc. */
export function watch(command: string, parameters: readonly string[], options?: { readonly cwd?: string }): Promise<Watched>;
