import type { Random } from './random.js';

export function inputOf(random: Random, seeds: readonly Uint8Array[], tokens: readonly (string | Uint8Array)[]): Uint8Array;
