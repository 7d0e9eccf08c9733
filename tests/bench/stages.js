// What each stage costs, one after another on batches in memory: every stage sees every document, so the sum is the worst case of a chain.
import { columnOf, documentBytes, utf8Bytes } from '#src/core/document-batch.js';
import { documentKeys } from '#src/core/document-key.js';
import { ColumnWriter } from '#src/formats/column-writer.js';
import { appendSurvivorRecord } from '#src/formats/survivor-record.js';
import { TextWriter } from '#src/formats/text-file.js';
import { chainOf } from '#src/pipeline/chain-of.js';
import { KEPT_COLUMNS, ROW_COLUMNS } from '#src/pipeline/phases/curate.js';
import { signatureParameters } from '#src/pipeline/signature-layout.js';
import { SignatureWriter } from '#src/pipeline/signature-writer.js';
import { kernelsOf } from '#src/pipeline/stage-context.js';
import { Stopwatch } from './measure.js';

const NO_ROWS = new Uint32Array(0);

/** CPU seconds of one pass over the batches, by row of the table. `run` is one whose chain keeps all. */
export function measureStages(run, batches) {
  const { links, annotations } = chainOf(run, 'web');
  const kernels = kernelsOf(run);
  const parameters = signatureParameters(run.plan.recipe.dedup);
  const files = {
    rows: new ColumnWriter(run.workPath('curate', 0, 'rows'), [...ROW_COLUMNS, ...annotations]),
    kept: new ColumnWriter(run.workPath('curate', 0, 'kept'), KEPT_COLUMNS),
    text: new TextWriter(run.workPath('curate', 0, 'text')),
    signatures: new SignatureWriter(run, 0, run.plan.recipe.dedup),
  };
  const watch = new Stopwatch();
  globalThis.gc?.();
  for (const given of batches) {
    const batch = { ...given, columns: new Map(given.columns) }; // another object: the kernels have not seen it
    const rows = Uint32Array.from({ length: batch.length }, (_, row) => row);
    watch.measure('tokenise', () => kernels.gopherQuality(batch, NO_ROWS));
    for (const { name, stages } of links) watch.measure(name, () => runStages(stages, batch, rows));
    watch.measure('signatures', () => kernels.signatures(batch, rows, parameters));
    watch.measure('signaturesAndFiles', () => files.signatures.add(batch, rows));
    watch.measure('columns', () => addColumns(batch));
    watch.measure('files', () => writeFiles(files, batch, rows));
  }
  watch.measure('signaturesAndFiles', () => files.signatures.commit());
  watch.measure('files', () => [files.rows, files.kept, files.text].forEach((file) => file.commit()));
  return watch.seconds;
}

function runStages(stages, batch, rows) {
  for (const stage of stages) {
    if (stage.kind === 'filter') stage.judge(batch, rows, new Uint8Array(batch.length));
    else for (const [name, column] of stage.annotate(batch, rows)) batch.columns.set(name, column);
  }
}

/** The columns that the curate phase adds to every batch. */
function addColumns(batch) {
  const bytes = batch.offsets.subarray(1).map((end, row) => end - batch.offsets[row]);
  batch.columns.set('key', documentKeys('web', batch)).set('bytes', { kind: 'uint32', values: bytes });
  batch.columns.set('tokens', { kind: 'uint32', values: bytes.map((size) => Math.max(1, Math.round(size / 4))) });
  batch.columns.set('verdict', { kind: 'uint32', values: new Uint32Array(batch.length) });
}

/** Rows, kept and text of a batch of which every document survives. */
function writeFiles({ rows: rowFile, kept, text }, batch, rows) {
  const { columns } = batch;
  rowFile.append(columns);
  const [id, url, language] = ['id', 'url', 'language'].map((name) => columnOf(batch, name, 'utf8'));
  const quality = columnOf(batch, 'quality', 'float32').values;
  const positions = new Float64Array(batch.length);
  const lengths = new Uint32Array(batch.length);
  for (const row of rows) {
    positions[row] = text.bytes;
    const fields = { id: utf8Bytes(id, row), url: utf8Bytes(url, row), language: utf8Bytes(language, row) };
    lengths[row] = appendSurvivorRecord(text, { ...fields, quality: quality[row], text: documentBytes(batch, row) });
  }
  columns.set('recordAt', { kind: 'float64', values: positions }).set('recordBytes', { kind: 'uint32', values: lengths });
  kept.append(columns, rows);
}

/** Shares of the text's bytes by language, largest first, from a batch list that was annotated on the way. */
export function languageShares(run, batches) {
  const annotator = chainOf(run, 'web').links.flatMap(({ stages }) => stages).find(({ name, kind }) => name === 'language' && kind === 'annotator');
  const bytesOf = new Map();
  let total = 0;
  for (const batch of batches) {
    const column = annotator.annotate(batch, Uint32Array.from({ length: batch.length }, (_, row) => row)).get('language');
    for (let row = 0; row < batch.length; row++) {
      const name = new TextDecoder().decode(utf8Bytes(column, row));
      const bytes = batch.offsets[row + 1] - batch.offsets[row];
      bytesOf.set(name, (bytesOf.get(name) ?? 0) + bytes);
      total += bytes;
    }
  }
  return [...bytesOf].map(([language, bytes]) => ({ language, share: bytes / total })).sort((a, b) => b.share - a.share);
}
