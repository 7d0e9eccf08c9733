/**
 * The WASM side of the kernels: one module and one memory a worker. It loads a batch (one copy of the text, and the pass over its words where one is needed)
 * and lends typed views of memory to the bindings. Memory is bounded by the largest batch seen plus the models.
 */
import { readFileSync } from 'node:fs';
import type { DocumentBatch } from '../core/document-batch.js';
import { unicodeTable } from './unicode-table.js';

/** An exported function of the module: every parameter and result of ours is a 32-bit or floating-point number. */
export type KernelFunction = (...parameters: number[]) => number;

/** Regions that belong to the runtime (assembly/tokens.ts lists who has which). */
const SCRATCH_REGION = 13;
const ROWS_REGION = 14;

let compiled: WebAssembly.Module | undefined;

export class WasmRuntime {
  readonly #memory: WebAssembly.Memory;
  readonly #functions: ReadonlyMap<string, KernelFunction>;
  #loaded: DocumentBatch | undefined;
  #tokenised = false;

  constructor() {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url)));
    const { exports } = new WebAssembly.Instance(compiled, {});
    this.#memory = exports['memory'] as WebAssembly.Memory; // the module exports its memory under this name
    this.#functions = new Map(
      Object.entries(exports).flatMap(([name, value]) => (typeof value === 'function' ? [[name, value as KernelFunction]] : [])),
    );
    this.call('start');
    this.#loadUnicode();
  }

  /** Calls an exported kernel function, whose result is unsigned (pointers go up to 4 GiB); a name that is not there is a build that does not fit. */
  call(name: string, ...parameters: number[]): number {
    const kernel = this.#functions.get(name);
    if (kernel === undefined) throw new Error(`kernels.wasm has no function "${name}": build again (npm run build)`);
    return kernel(...parameters) >>> 0;
  }

  /** Copies the batch's text into memory; nothing to do for the batch loaded last. */
  load(batch: DocumentBatch): void {
    if (this.#loaded === batch) return;
    this.#loaded = undefined;
    const bytes = batch.offsets[batch.length]!;
    this.call('reserveBatch', bytes, batch.length);
    this.u8(this.call('textPointer'), bytes).set(batch.text.subarray(0, bytes));
    this.u32(this.call('docStartPointer'), batch.length + 1).set(batch.offsets.subarray(0, batch.length + 1));
    this.#loaded = batch;
    this.#tokenised = false;
  }

  /** Loads a batch and sees to it that its table of words is there: one pass, at the first kernel that reads words. */
  loadWords(batch: DocumentBatch): void {
    this.load(batch);
    if (this.#tokenised) return;
    this.call('tokenise');
    this.#tokenised = true;
  }

  /** A view of memory as it is now: a later call may grow memory and detach it, so copy what is to be kept. */
  u8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, pointer, length);
  }
  u16(pointer: number, length: number): Uint16Array {
    return new Uint16Array(this.#memory.buffer, pointer, length);
  }
  u32(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, pointer, length);
  }
  u64(pointer: number, length: number): BigUint64Array {
    return new BigUint64Array(this.#memory.buffer, pointer, length);
  }
  f32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, pointer, length);
  }

  /** A region for the arguments and results of one kernel call, valid until the next `scratch`. */
  scratch(bytes: number): number {
    return this.call('ensure', SCRATCH_REGION, bytes);
  }

  /** Memory that lasts as long as the worker: models. */
  permanent(bytes: number): number {
    return this.call('permanent', bytes);
  }

  /** The rows a kernel is to visit, copied to a region of their own. */
  putRows(rows: Uint32Array): number {
    const pointer = this.call('ensure', ROWS_REGION, rows.length * 4);
    this.u32(pointer, rows.length).set(rows);
    return pointer;
  }

  #loadUnicode(): void {
    const { pages, classes, lowerFrom, lowerTo } = unicodeTable();
    this.call('reserveUnicode', pages.length, classes.length, lowerFrom.length);
    this.u8(this.call('pagesPointer'), pages.length).set(pages);
    this.u8(this.call('classesPointer'), classes.length).set(classes);
    this.u32(this.call('lowerFromPointer'), lowerFrom.length).set(lowerFrom);
    this.u32(this.call('lowerToPointer'), lowerTo.length).set(lowerTo);
    this.call('finishUnicode');
  }
}
