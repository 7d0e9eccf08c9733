/** The largest share that each source may have of a mixture, by what a recipe says of epochs and shares. */

export interface ShareLimits {
  /** In the unit of the sizes; `max`: as much as epochs allow, so that epochs cap no share. */
  readonly budget: number | 'max';
  /** By source; one that is not named may be repeated without end. */
  readonly maxEpochs: Readonly<Record<string, number>>;
  /** By source, 0 to 1; one that is not named may have all. */
  readonly maxShare: Readonly<Record<string, number>>;
}

/** By source, 0 to 1. A source of nothing may have nothing. */
export function shareCaps(sizes: Readonly<Record<string, number>>, { budget, maxEpochs, maxShare }: ShareLimits): Record<string, number> {
  return Object.fromEntries(Object.entries(sizes).map(([source, size]) => {
    const epochs = Object.hasOwn(maxEpochs, source) ? maxEpochs[source]! : Infinity;
    const share = Object.hasOwn(maxShare, source) ? maxShare[source]! : 1;
    return [source, size === 0 ? 0 : Math.min(1, share, budget === 'max' ? 1 : (epochs * size) / budget)];
  }));
}
