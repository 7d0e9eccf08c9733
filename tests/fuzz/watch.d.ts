export interface Finding {
  readonly number: number;
  readonly what: string;
  readonly bytes: Uint8Array;
}

export interface Fuzzed {
  readonly reader: string;
  readonly inputs: number;
  /** Inputs that gave documents or a value. */
  readonly fruitful: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
  readonly peakMb: number;
}

export interface FuzzOptions {
  readonly reader: string;
  readonly seed?: number;
  readonly first?: number;
  readonly count?: number;
  /** These, instead of made ones. */
  readonly inputs?: readonly Uint8Array[];
  readonly limitMs?: number;
  readonly limitMb?: number;
  readonly mostFindings?: number;
}

export function fuzzReader(options: FuzzOptions): Promise<Fuzzed>;
