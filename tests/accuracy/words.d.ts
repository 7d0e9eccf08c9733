/** The plain words of a text, lower-cased, in order. */
export function wordsOf(text: string): string[];
/** The set of runs of `length` words (5); empty where there are fewer words. */
export function shinglesOf(words: readonly string[], length?: number): Set<string>;
/** Jaccard similarity of two sets, 0 where both are empty. */
export function jaccardOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number;
