import { Buffer } from 'node:buffer';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ensureSamples } from '#src/cli/samples/index.js';
import { mutants } from './json-mutants.js';
import { referenceLine, scannedLine } from './jsonl-reference.js';

const FIELDS = { text: 'text', id: 'id', url: 'meta.url', metadata: ['meta.lang', 'a.b', 'a.b.c', 'n', 'meta', 'source', '__proto__', ''] };

test.each([11, 12, 13, 14])('a quarter of a million changed lines are read as by JSON.parse (seed %i)', async (seed) => {
  let lines = 0;
  const counts = { documents: 0, blank: 0, faults: 0 };
  for (const line of mutants(seed, 250_000)) {
    if (lines++ % 10_000 === 0) await new Promise(setImmediate); // the runner is to hear from its worker
    const reference = referenceLine(line, FIELDS);
    const scanned = scannedLine(line, FIELDS, reference);
    counts[reference === undefined ? 'blank' : 'text' in reference ? 'documents' : 'faults']++;
    if (JSON.stringify(scanned) !== JSON.stringify(reference)) expect({ line: Buffer.from(line).toString('latin1'), scanned }).toEqual({ line: Buffer.from(line).toString('latin1'), scanned: reference });
  }
  expect(counts.documents).toBeGreaterThan(20_000);
  expect(counts.faults).toBeGreaterThan(100_000);
}, 600_000);

test('the lines of the samples, as they are and within another record, are read as by JSON.parse', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-jsonl-'));
  try {
    await ensureSamples(folder);
    let lines = 0;
    for (const name of readdirSync(join(folder, 'wiki')).filter((file) => file.endsWith('.jsonl.gz'))) {
      for (const line of gunzipSync(readFileSync(join(folder, 'wiki', name))).toString().split('\n')) {
        for (const [text, fields] of [
          [line, { text: 'body', id: 'id', url: 'url', metadata: ['title', 'modified', 'language'] }],
          [JSON.stringify({ outer: { inner: line }, text: 'x' }), { text: 'outer.inner', id: 'id', url: 'url' }],
        ] as const) {
          const reference = referenceLine(Buffer.from(text), fields);
          expect(scannedLine(Buffer.from(text), fields, reference)).toEqual(reference);
        }
        lines++;
      }
    }
    expect(lines).toBeGreaterThan(1000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
