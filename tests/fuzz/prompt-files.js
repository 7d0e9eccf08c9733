// Files without waiting: node:fs's asynchronous functions, replaced by their synchronous kin, so that reading a small file costs microseconds and not six turns
// of the thread pool; and memory without asking the system for it. Readings may come in pieces of any size, as the system is free to give them. For a thread that does nothing else.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { openSync, readSync, closeSync, fstatSync, statSync, accessSync } = fs;

/** Most bytes that a reading gives: a stream then comes in such pieces. */
export const pieces = { bytes: Infinity };
/** Pieces of a size of their own for each reading of an input: whole, of some hundred bytes, seldom of one. */
export const pieceOf = (random) => (random.once(2) ? Infinity : random.once(8) ? 1 + random.below(16) : 32 + random.below(1000));
/** Descriptors that were opened here and not closed. */
export const open = new Set();

class Handle {
  constructor(descriptor) {
    this.fd = descriptor;
  }

  async read(bytes, at = 0, length = bytes.length - at, position = null) {
    return { bytesRead: readSync(this.fd, bytes, at, Math.min(length, pieces.bytes), position), buffer: bytes };
  }

  async stat() {
    return fstatSync(this.fd);
  }

  async close() {
    if (!open.delete(this.fd)) return;
    closeSync(this.fd);
  }
}

function opened(path, flags, mode) {
  const descriptor = openSync(path, flags, mode);
  open.add(descriptor);
  return descriptor;
}

function closed(descriptor) {
  open.delete(descriptor);
  closeSync(descriptor);
}

/** A batch's text is kept in a MiB of its own, which for inputs of some KB takes longer than all else. These are given out in turns: an input has fewer batches alive. */
const LENT_BYTES = 1024 * 1024;
const lent = [];
const MOST_LENT = 64;

function lendMemory() {
  const { allocUnsafeSlow } = Buffer;
  let next = 0;
  Buffer.allocUnsafeSlow = (bytes) => {
    if (bytes !== LENT_BYTES) return allocUnsafeSlow(bytes);
    next = (next + 1) % MOST_LENT;
    return (lent[next] ??= allocUnsafeSlow(bytes));
  };
}

/** Replaces them for all modules of this thread, loaded before or later. */
export function makeFilesPrompt() {
  lendMemory();
  fs.promises.open = async (path, flags, mode) => new Handle(opened(path, flags, mode));
  fs.promises.stat = async (path) => statSync(path);
  fs.promises.access = async (path, mode) => accessSync(path, mode);
  fs.openSync = opened;
  fs.closeSync = closed;
  fs.open = calledBack(opened);
  fs.close = calledBack(closed);
  fs.fstat = calledBack(fstatSync);
  fs.stat = calledBack(statSync);
  fs.read = (descriptor, bytes, at, length, position, done) => {
    calledBack(() => readSync(descriptor, bytes, at, Math.min(length, pieces.bytes), position))((error, count) => done(error, count, bytes));
  };
  syncBuiltinESMExports();
}

function calledBack(work) {
  return (...parameters) => {
    const done = typeof parameters.at(-1) === 'function' ? parameters.pop() : () => {};
    let error = null;
    let result;
    try {
      result = work(...parameters);
    } catch (thrown) {
      error = thrown;
    }
    process.nextTick(done, error, result);
  };
}
