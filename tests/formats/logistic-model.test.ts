import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { encodeLogisticModel, readLogisticModel, type StoredLogisticModel } from '#src/formats/logistic-model.js';
import { modelKindOf } from '#src/formats/model-kind.js';

const folder = mkdtempSync(join(tmpdir(), 'logistic model '));
afterAll(() => rmSync(folder, { recursive: true }));

const model: StoredLogisticModel = { weights: Float32Array.from({ length: 16 }, (_, i) => (i - 7) / 3), bias: -0.1, binary: true };
const bytes = encodeLogisticModel(model);
const changed = (at: number, ...values: number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
};
const refusalOf = (input: string | Uint8Array): string => {
  try {
    readLogisticModel(input, 'm');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return 'accepted';
};

describe('the stored logistic model', () => {
  test('comes back as it was, from bytes and from a file, and is the same bytes each time', () => {
    const finite = { noNaN: true, noDefaultInfinity: true };
    const weights = fc.array(fc.float(finite), { minLength: 256, maxLength: 256 });
    fc.assert(fc.property(fc.integer({ min: 0, max: 8 }), fc.double(finite), fc.boolean(), weights, (power, bias, binary, values) => {
      const given = { weights: Float32Array.from(values.slice(0, 2 ** power)), bias, binary };
      const stored = encodeLogisticModel(given);
      expect(encodeLogisticModel(given)).toEqual(stored);
      expect(stored.length).toBe(28 + 4 * 2 ** power);
      expect(readLogisticModel(stored)).toEqual(given);
    }), { numRuns: 100 });
    const path = join(folder, 'm.logistic');
    writeFileSync(path, bytes);
    expect(readLogisticModel(path)).toEqual(model);
    expect(modelKindOf(path)).toBe('logistic');
  });

  test.each([
    ['that is empty', new Uint8Array(0), /^m: offset 0: magic of a logistic model: found 0 bytes left, expected 4 bytes/],
    ['of another kind', changed(6, 0x46), /^m: offset 4: magic/],
    ['of a later version', changed(8, 2), /^m: offset 8: version: found 2, expected 1$/],
    ['with a flag that is none', changed(12, 2), /^m: offset 12: binary: found 2, expected 0 to 1$/],
    ['with a number of buckets that is no power of two', changed(16, 15), /^m: offset 16: number of buckets: found 15, expected a power of two$/],
    ['without buckets', changed(16, 0), /^m: offset 16: number of buckets: found 0, expected 1 to /],
    ['with more buckets than any', changed(16, 0, 0, 0, 0x40), /^m: offset 16: number of buckets: found 1073741824/],
    ['with more buckets than bytes', changed(16, 0, 0, 0, 4), /^m: offset 28: weights: found 64 bytes, expected 268435456 bytes for 67108864 buckets$/],
    ['with a bias that is no number', changed(20, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f), /^m: offset 20: bias: found NaN/],
    ['with a weight that is no number', changed(32, 0, 0, 0x80, 0x7f), /^m: offset 32: weights: found Infinity/],
    ['cut short', bytes.subarray(0, 91), /^m: offset 28: weights: found 63 bytes, expected 64 bytes/],
    ['with more behind it', new Uint8Array([...bytes, 0]), /^m: offset 28: weights: found 65 bytes/],
  ])('%s is refused with the place, what was found and what was expected', (_, input, message) => expect(refusalOf(input)).toMatch(message));

  test('cut short at any byte is refused, from a file too', () => {
    const path = join(folder, 'short');
    writeFileSync(path, bytes);
    for (let length = bytes.length - 1; length >= 0; length--) {
      truncateSync(path, length);
      expect(() => readLogisticModel(path)).toThrow(ConfigError);
    }
  });

  test('is never written in a form that could not be read', () => {
    expect(() => encodeLogisticModel({ ...model, weights: new Float32Array(3) })).toThrow(/power of two/);
    expect(() => encodeLogisticModel({ ...model, bias: NaN })).toThrow(/finite/);
  });
});

test('a file of no known kind is refused by its first bytes, and so is a missing one', () => {
  const path = join(folder, 'text.bin');
  writeFileSync(path, 'once upon a time');
  expect(() => modelKindOf(path)).toThrow(/text\.bin: offset 0: magic of a model: found 0x65636e6f, expected a fastText model/);
  writeFileSync(path, 'slu');
  expect(() => modelKindOf(path)).toThrow(/found 3 bytes left, expected 4 bytes/);
  expect(() => modelKindOf(join(folder, 'none'))).toThrow(ConfigError);
});
