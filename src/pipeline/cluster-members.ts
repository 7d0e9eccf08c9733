/**
 * Components out of phase `link`, in pieces that fit in memory: many small ones together, so that what is looked up of their rows is looked up in the order of
 * rows; a large one in blocks. How pieces are put together changes nothing in what is decided.
 */
import { MEMBER_WORDS } from '../dedup/partition.js';
import { RowList } from '../dedup/rows.js';

/** Rows of a component that are resolved at once: larger ones are taken in blocks of so many, in the order of rows. */
export const BLOCK_ROWS = 1 << 18;
/** Rows that are gathered of small components. */
const TOGETHER_ROWS = 1 << 14;

/** Rows of one component: all, or a block of them. */
export interface Piece {
  readonly root: number;
  /** Ascending. */
  readonly rows: Uint32Array;
  /** Whether the component begins, and ends, with them. */
  readonly first: boolean;
  readonly last: boolean;
}

/** The pieces of members [root, row], sorted by both words. Memory: a block. */
export function* piecesOf(members: Iterable<Uint32Array>, blockRows = BLOCK_ROWS): Generator<Piece> {
  let root = -1;
  let first = true;
  let rows = new RowList();
  for (const records of members) {
    for (let at = 0; at < records.length; at += MEMBER_WORDS) {
      const ends = records[at] !== root;
      if (rows.length > 0 && (ends || rows.length === blockRows)) {
        yield { root, rows: rows.toArray(), first, last: ends };
        rows = new RowList();
        first = ends;
      }
      root = records[at]!;
      rows.push(records[at + 1]!);
    }
  }
  if (rows.length > 0) yield { root, rows: rows.toArray(), first, last: true };
}

/** Pieces in lists of some thousand rows, or one larger piece. */
export function* piecesTogether(pieces: Iterable<Piece>): Generator<readonly Piece[]> {
  let together: Piece[] = [];
  let rows = 0;
  for (const piece of pieces) {
    if (rows > 0 && rows + piece.rows.length > TOGETHER_ROWS) {
      yield together;
      together = [];
      rows = 0;
    }
    together.push(piece);
    rows += piece.rows.length;
  }
  if (rows > 0) yield together;
}
