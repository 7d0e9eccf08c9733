/** A run has its folder to itself: locked while work goes on in it, rid of what dead attempts left, and told when somebody wants it to stop. */
import { existsSync } from 'node:fs';
import { ShardError } from '../core/errors.js';
import type { Plan } from '../pipeline/plan.js';
import { clearAttempts, expectOwnFolder } from './run-folder.js';
import { lockFolder } from './run-lock.js';

/** What `work` gives. An interrupt aborts the signal: the work stops at its next safe point. Errors: ConfigError where the folder is not a run's, or another run has it. */
export async function inOwnFolder<Result>(plan: Plan, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  expectOwnFolder(plan);
  const unlock = lockFolder(plan.directory);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new ShardError('interrupted: run the same command again to continue'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    clearAttempts(plan.directory);
    return await work(stop.signal);
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    if (existsSync(plan.directory)) unlock();
  }
}
