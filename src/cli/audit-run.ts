/** Runs an audit from its plan to what it found. The folder is locked or temporary; an interrupt stops at once, and what stays then is a whole task or nothing. */
import { ShardError } from '../core/errors.js';
import type { Audit } from '../dedup/audit.js';
import type { TaskFailure } from '../engines/engine.js';
import { runLocally } from '../engines/local.js';
import { openRun } from '../pipeline/task.js';
import { openAuditFolder } from './audit-folder.js';
import type { AuditOptions } from './audit-options.js';
import type { PlannedAudit } from './audit-plan.js';
import { auditOf } from './audit-result.js';
import { sampledAuditOf } from './audit-sample.js';
import { showProgress } from './progress.js';
import { clearAttempts, planPath, writePlan } from './run-folder.js';

export interface FinishedAudit {
  readonly audit: Audit;
  /** Shards that could not be read: the audit is of the others. */
  readonly failures: readonly TaskFailure[];
}

/** Errors: ShardError where nothing could be read, or the audit was stopped; OutputError where the folder is full. */
export async function runAudit({ planIn }: PlannedAudit, { output, workers }: Pick<AuditOptions, 'output' | 'workers'>): Promise<FinishedAudit> {
  const folder = openAuditFolder(output);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new ShardError(folder.kept ? 'interrupted: run the same command again to continue' : 'interrupted: nothing was kept (--output would)'));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    const plan = await planIn(folder.directory);
    clearAttempts(plan.directory);
    writePlan(plan);
    const failures = await runLocally(plan, planPath(plan.directory), { workers, events: showProgress(process.stderr), signal: stop.signal });
    const unread = failures.filter(({ phase }) => phase === 'curate');
    if (unread.length < failures.length || unread.length === plan.shards.length) {
      throw new ShardError(['the audit stopped before its end:', ...failures.map(({ phase, task, message }) => `  ${phase} ${task}: ${message}`)].join('\n'));
    }
    const run = openRun(plan);
    return { audit: plan.sample === undefined ? auditOf(run) : sampledAuditOf(run), failures };
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
    folder.close();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
