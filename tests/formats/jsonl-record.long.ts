import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
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
