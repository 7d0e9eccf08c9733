/** What every source bounds, so that input of any kind takes bounded memory: the recipe may raise it. */

export interface SourceLimits {
  /** A larger document is dropped as `oversize-document` without being held. Default 16 MiB (formats/batch-builder.ts). */
  readonly maxDocumentBytes?: number | undefined;
  /** What inflates to more than 16 MiB and to more than this times its stored bytes is dropped as a bomb. Default 200. */
  readonly maxRatio?: number | undefined;
}
