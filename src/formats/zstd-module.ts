/** The reference library of Zstandard as WebAssembly, loaded once a thread: loading it again would take its memory from under whoever uses it. */
import { init } from '@bokuweb/zstd-wasm';

export { compress as packZstd, decompress as unpackZstd } from '@bokuweb/zstd-wasm';

let loading: Promise<void> | undefined;

/** What packs or unpacks waits for it first: 7 ms. */
export function loadZstd(): Promise<void> {
  loading ??= init();
  return loading;
}
