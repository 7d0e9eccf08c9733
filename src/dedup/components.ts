/**
 * Connected components of verified edges by union-find: for as many rows as memory holds; stars.ts is for more. Only rows that have an edge are held.
 * The root of a component is its smallest row and members ascend, so the result does not depend on the order of edges, and is that of stars.ts.
 */
import type { RowGroups } from './rows.js';
import { positionOf } from './rows.js';

/** Pairs of rows; more columns may stand beside them. */
export interface RowPairs {
  readonly rowA: Uint32Array;
  readonly rowB: Uint32Array;
}

/** Bytes of memory that `connectedComponents` takes at most for a row with an edge (while the list of rows grows), whatever the number of edges. */
export const UNION_FIND_BYTES = 24;

/**
 * The components of two rows or more, in the order of their smallest rows; a pair of a row with itself says nothing. `edges` is gone through twice, so
 * it must give the same pairs each time. Memory: `UNION_FIND_BYTES` a row with an edge.
 */
export function connectedComponents(edges: Iterable<RowPairs>): RowGroups {
  return componentsWithin(edges, Infinity)!; // no number of rows is too large
}

/** The same, for at most `mostRows` rows with an edge; undefined, found in the first pass, where there are more. */
export function componentsWithin(edges: Iterable<RowPairs>, mostRows: number): RowGroups | undefined {
  const rows = touchedRows(edges, mostRows);
  if (rows === undefined) return undefined;
  const parent = new Uint32Array(rows.length);
  for (let position = 0; position < rows.length; position++) parent[position] = position;
  for (const { rowA, rowB } of edges) {
    for (let i = 0; i < rowA.length; i++) {
      if (rowA[i] === rowB[i]) continue;
      const a = rootOf(parent, positionOf(rows, rowA[i]!));
      const b = rootOf(parent, positionOf(rows, rowB[i]!));
      if (a < b) parent[b] = a;
      else parent[a] = b;
    }
  }
  return groupByRoot(rows, parent);
}

const SMALLEST_BUFFER = 1024;

/** Every row with an edge, once, ascending; undefined where they are more than so many. */
function touchedRows(edges: Iterable<RowPairs>, most: number): Uint32Array | undefined {
  let buffer = new Uint32Array(SMALLEST_BUFFER);
  let length = 0;
  const push = (row: number): void => {
    if (length === buffer.length) {
      length = sortUnique(buffer, length);
      if (length > buffer.length / 2) {
        const larger = new Uint32Array(2 * buffer.length);
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
    }
    buffer[length++] = row;
  };
  for (const { rowA, rowB } of edges) {
    for (let i = 0; i < rowA.length; i++) {
      if (rowA[i] === rowB[i]) continue;
      push(rowA[i]!);
      push(rowB[i]!);
    }
    if (length > 2 * most) length = sortUnique(buffer, length);
    if (length > 2 * most) return undefined;
  }
  length = sortUnique(buffer, length);
  return length > most ? undefined : buffer.slice(0, length);
}

/** Sorts the first `length` entries and moves the distinct ones to the front; gives their number. */
function sortUnique(values: Uint32Array, length: number): number {
  values.subarray(0, length).sort();
  let distinct = 0;
  for (let i = 0; i < length; i++) {
    if (distinct === 0 || values[i] !== values[distinct - 1]) values[distinct++] = values[i]!;
  }
  return distinct;
}

function rootOf(parent: Uint32Array, position: number): number {
  while (parent[position] !== position) {
    const next = parent[parent[position]!]!; // path halving
    parent[position] = next;
    position = next;
  }
  return position;
}

/** Counting sort by root; `parent` is overwritten. */
function groupByRoot(rows: Uint32Array, parent: Uint32Array): RowGroups {
  let groups = 0;
  const group = parent; // becomes the number of the row's group: a root stands before all its members
  const sizes: Uint32Array = new Uint32Array(rows.length + 1);
  for (let position = 0; position < rows.length; position++) {
    const root = parent[position] === position ? -1 : parent[position]!;
    group[position] = root < 0 ? groups++ : group[root]!;
    sizes[group[position]! + 1]!++;
  }
  const starts = sizes.slice(0, groups + 1);
  for (let g = 0; g < groups; g++) starts[g + 1]! += starts[g]!;
  const next = starts.slice(0, groups);
  const members = new Uint32Array(rows.length);
  for (let position = 0; position < rows.length; position++) members[next[group[position]!]!++] = rows[position]!;
  return { rows: members, starts };
}
