/** Numbers from 0 to below 1, one a call, drawn by the key's parts. */
export function draws(...key: readonly (string | number)[]): () => number;
/** One of the items. */
export function oneOf<T>(items: readonly T[], draw: () => number): T;
/** Puts `count` other words, drawn from `vocabulary` (at least two different ones), in the place of words at as many places. White space stays. */
export function replaceWords(text: string, count: number, vocabulary: readonly string[], draw: () => number): string;
