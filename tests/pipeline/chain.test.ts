import { describe, expect, it } from 'vitest';
import { columnOf, documentText, utf8Column, type DocumentBatch } from '#src/core/document-batch.js';
import type { Annotator, Filter, Modifier } from '#src/core/stage.js';
import { assertConserved } from '#src/core/ledger.js';
import { Chain, linkNames } from '#src/pipeline/chain.js';
import { DocumentAmounts } from '#src/pipeline/document-amounts.js';

const batch = (): DocumentBatch => ({
  length: 4, text: Buffer.from('aabbbcd'), offsets: Uint32Array.of(0, 2, 5, 6, 7), columns: new Map([['id', utf8Column(['0', '1', '2', '3'])]]),
});
const drops = (rows: readonly number[], reasons: readonly string[]): Filter => ({
  kind: 'filter', name: 'drops', reads: [], reasons,
  judge: (_, kept, verdicts) => kept.forEach((row) => { verdicts[row] = rows.includes(row) ? reasons.length : 0; }),
});
const score: Annotator = {
  kind: 'annotator', name: 'score', reads: [], writes: [{ name: 'score', kind: 'float32' }],
  annotate: (of) => new Map([['score', { kind: 'float32', values: new Float32Array(of.length).fill(0.5) }]]),
};
const amounts = () => new DocumentAmounts(batch(), 4);

describe('a chain', () => {
  it('gives every dropped row the code of its stage and reason, and keeps the others', () => {
    const chain = new Chain([{ name: 'one', stages: [drops([1], ['x', 'y'])] }, { name: 'two', stages: [drops([3], ['z'])] }], ['lost']);
    const codes = new Uint32Array(4);
    expect([...chain.run(batch(), amounts(), codes).rows]).toEqual([0, 2]);
    expect([...codes].map((code) => chain.verdicts[code - 1] ?? 'kept')).toEqual(['kept', { stage: 'one', reason: 'y' }, 'kept', { stage: 'two', reason: 'z' }]);
    expect(chain.verdicts[chain.faultCode('lost') - 1]).toEqual({ stage: 'read', reason: 'lost' });
    expect(() => chain.faultCode('unknown')).toThrow('not among the reasons');
  });

  it('writes a ledger that conserves documents, bytes and tokens', () => {
    const chain = new Chain([{ name: 'one', stages: [drops([1, 2], ['x'])] }, { name: 'two', stages: [drops([], ['z'])] }], []);
    chain.run(batch(), amounts(), new Uint32Array(4));
    expect(chain.ledgers).toEqual([
      { stage: 'one', in: { documents: 4, bytes: 7, tokens: 4 }, out: { documents: 2, bytes: 3, tokens: 2 }, dropped: { x: { documents: 2, bytes: 4, tokens: 2 } } },
      { stage: 'two', in: { documents: 2, bytes: 3, tokens: 2 }, out: { documents: 2, bytes: 3, tokens: 2 }, dropped: {} },
    ]);
  });

  it('leaves a score absent in rows that were dropped before it was taken', () => {
    const of = batch();
    new Chain([{ name: 'one', stages: [drops([1], ['x'])] }, { name: 'two', stages: [score] }], []).run(of, amounts(), new Uint32Array(4));
    expect([...columnOf(of, 'score', 'float32').values]).toEqual([0.5, NaN, 0.5, 0.5]);
  });

  it('gives the stages behind a modifier its text, counts what edits took away, and drops what is left without text', () => {
    // cuts every document to its second half; drops the row of two bytes; the last row, of one byte, is left with white space
    const cut: Modifier = {
      kind: 'modifier', name: 'cut', reads: [], reasons: ['two-bytes'],
      modify: (of, rows, verdicts, edits) => rows.forEach((row) => {
        const [start, end] = [of.offsets[row]!, of.offsets[row + 1]!];
        if (end - start === 2) verdicts[row] = 1;
        if (row === 2) return;
        edits.begin(row);
        if (row === 3) edits.put(Buffer.from(' \n'));
        else edits.copy(start + 1, end);
        edits.end();
      }),
    };
    const seen: string[] = [];
    const look: Filter = {
      kind: 'filter', name: 'look', reads: [], reasons: ['none'],
      judge: (of, rows) => rows.forEach((row) => seen.push(documentText(of, row))),
    };
    const dropped: [string, string][] = [];
    const chain: Chain = new Chain([{ name: 'cut', stages: [cut] }, { name: 'look', stages: [look] }], ['lost'], (of, row, code) => dropped.push([documentText(of, row), chain.verdicts[code - 1]!.reason]));
    const sizes = new DocumentAmounts(batch(), 1);
    const codes = new Uint32Array(4);
    const result = chain.run(batch(), sizes, codes);
    expect([...result.rows]).toEqual([1, 2]);
    expect(seen).toEqual(['bb', 'c']);
    expect(documentText(result.batch, 1)).toBe('bb');
    expect(dropped).toEqual([['aa', 'two-bytes'], ['d', 'no-text-left']]); // with the text that was judged
    expect([...sizes.bytes]).toEqual([2, 2, 1, 1]);
    expect(chain.ledgers[0]).toEqual({
      stage: 'cut', in: { documents: 4, bytes: 7, tokens: 7 }, out: { documents: 2, bytes: 3, tokens: 3 }, edited: { documents: 1, bytes: 1, tokens: 1 },
      dropped: { 'two-bytes': { documents: 1, bytes: 2, tokens: 2 }, 'no-text-left': { documents: 1, bytes: 1, tokens: 1 } },
    });
    assertConserved({ sources: [{ source: 's', stages: [...chain.ledgers], repaired: {} }] });
  });

  it('numbers stages of one name from the second on', () => {
    expect(linkNames(['quality', 'language', 'quality'])).toEqual(['quality', 'language', 'quality-2']);
  });
});
