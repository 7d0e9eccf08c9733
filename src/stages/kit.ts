/**
 * What a stage of one's own is made with, and the types of this package: a file named by `--stages` has as its default export a function that is
 * handed this kit (or a definition without options), so it imports nothing when it runs, and only types when it is written:
 * `import type { StageKit } from 'sluice'`.
 */
import { z } from 'zod';
import { columnOf, documentBytes, documentText, utf8At, utf8Bytes, utf8Column } from '../core/document-batch.js';
import { documentKeys } from '../core/document-key.js';
import { hashKey, keyedUniform } from '../core/keyed-hash.js';
import { defineStage, type StageDefinition } from './definition.js';

export type { Column, ColumnKind, DocumentBatch } from '../core/document-batch.js';
export type { Annotator, Filter, Modifier, Stage } from '../core/stage.js';
export type { TextEdits } from '../core/text-edits.js';
export type { StageContext, StageDefinition } from './definition.js';

export interface StageKit {
  /** Keeps the type of the options between schema and `build`. */
  readonly defineStage: typeof defineStage;
  /** zod 4, for the schema of the options. */
  readonly z: typeof z;
  /** A column of a batch, by name and kind. */
  readonly columnOf: typeof columnOf;
  /** A document's text as UTF-8 bytes: fast. */
  readonly documentBytes: typeof documentBytes;
  /** A document's text as a string: simple, at some ten times the cost. */
  readonly documentText: typeof documentText;
  /** A row of a column of texts, as bytes and as a string; a column of texts from strings. */
  readonly utf8Bytes: typeof utf8Bytes;
  readonly utf8At: typeof utf8At;
  readonly utf8Column: typeof utf8Column;
  /** Random choices that are the same on every run: the key of a purpose, the keys of documents, and a number in [0, 1) from both. */
  readonly hashKey: typeof hashKey;
  readonly documentKeys: typeof documentKeys;
  readonly keyedUniform: typeof keyedUniform;
}

/** The default export of a file of stages, where it is a function. */
export type StageFactory = (kit: StageKit) => StageDefinition | readonly StageDefinition[];

export const stageKit: StageKit = {
  defineStage, z, columnOf, documentBytes, documentText, utf8Bytes, utf8At, utf8Column, hashKey, documentKeys, keyedUniform,
};
