export interface FuzzedReader {
  readonly tokens: readonly (string | Uint8Array)[];
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  check(bytes: Uint8Array, context: unknown): Promise<boolean>;
}

export const READERS: ReadonlyMap<string, FuzzedReader>;
