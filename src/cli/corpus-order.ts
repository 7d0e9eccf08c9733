/** The index of a corpus's order at the end of a run: what `select` and `write` wrote of it is named and described, so that order/ can be read without work/. */
import { PLACE_BYTES } from '../formats/order-index.js';
import { writeOrderHead } from '../formats/order-index-writer.js';
import { expectConserved } from '../pipeline/conservation.js';
import type { SelectResult } from '../pipeline/phases/select.js';
import type { WriteResult, WrittenPart } from '../pipeline/phases/write.js';
import type { Run } from '../pipeline/run.js';
import { tasksOf } from '../pipeline/tasks.js';
import { corpusDigest, type CorpusOrder } from '../reports/manifest.js';

/** The files of the corpus, in their order. */
export function writtenParts(run: Run): WrittenPart[] {
  return Array.from({ length: tasksOf(run.plan, 'write') }, (_, rank) => run.completed<WriteResult>('write', rank).result.parts).flat().sort((a, b) => a.part - b.part);
}

/** Writes what names the index's files; throws where it has more or fewer documents than the corpus. */
export function writeCorpusOrder(run: Run): CorpusOrder {
  const { directory, recipe, recipeFingerprint } = run.plan;
  const { places, sources } = run.completed<SelectResult>('select', 0).result;
  const parts = writtenParts(run);
  const documents = places.bytes / PLACE_BYTES;
  expectConserved('documents of the order', documents, parts.reduce((sum, part) => sum + part.documents, 0));
  const { head, written } = writeOrderHead(directory, {
    recipe: { name: recipe.name, fingerprint: recipeFingerprint }, digest: corpusDigest(parts.map(({ plainSha256 }) => plainSha256)), documents,
    sources: sources.map(({ source }) => source), placesFile: places,
  }, parts.map(({ path, documents: count, ids }) => ({ path, documents: count, ids: ids.bytes })));
  return { fingerprint: head.fingerprint, documents, files: [...written, { path: 'order/places.bin', ...places }, ...parts.map(({ ids }) => ids)] };
}
