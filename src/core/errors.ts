/**
 * Errors by how far they reach (style.md, "Errors"). A message says what, where, found and expected. Low layers throw,
 * `cli/main.ts` alone prints. Bad records are not errors: they are faults, counted in the ledger.
 */

/** The recipe, an option or a named input is wrong; no document was read. Exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** One task cannot be finished; the others go on. Exit code 1 at the end. */
export class ShardError extends Error {
  override readonly name = 'ShardError';
}

/**
 * A file could not be read this time, and may be the next: whoever goes on without a file that cannot be read does not without such a one, because what comes
 * of a run would depend on the network.
 */
export class UnreachableError extends ShardError {}

/** The place where output goes is full or gone: the whole run stops, and a rerun continues. Exit code 1. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** A server refuses the whole run, and going on would make it permanent: the run stops, and a rerun continues. Exit code 1. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
