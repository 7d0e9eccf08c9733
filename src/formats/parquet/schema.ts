/**
 * The schema of a Parquet file as a tree: groups and leaves, how deep they are optional and repeated, and what kind of value a leaf holds. The footer has
 * it as a flat list in depth-first order. https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
import { ParquetDamage } from './damage.js';

export const PHYSICAL = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'] as const;
export type PhysicalType = (typeof PHYSICAL)[number];

/** Digits behind the second. */
export type TimeUnit = 3 | 6 | 9;

/** What the bytes of a leaf mean, as JSON can say it (cell-json.ts). */
export type LeafKind =
  | { readonly kind: 'text' | 'boolean' | 'int' | 'uint' | 'float' | 'float16' | 'date' | 'int96' | 'uuid' | 'hex' }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly utc: boolean };

/** An element as the footer has it. */
export interface SchemaElement {
  readonly name: string;
  readonly children: number;
  readonly repetition: number;
  readonly type: number | undefined;
  readonly typeLength: number;
  readonly converted: number | undefined;
  readonly scale: number;
  readonly logical: LogicalType | undefined;
}

/** The member of the union LogicalType that is set, by its field id, and what this reader needs of it. */
export interface LogicalType {
  readonly id: number;
  readonly scale: number;
  readonly unit: TimeUnit;
  readonly utc: boolean;
  readonly signed: boolean;
}

export interface Leaf {
  /** Among all leaves of the schema, and among the column chunks of a row group. */
  readonly index: number;
  readonly type: PhysicalType;
  /** Of a fixed length; else 0. */
  readonly typeLength: number;
  readonly kind: LeafKind;
}

export interface SchemaNode {
  readonly name: string;
  readonly repetition: 'required' | 'optional' | 'repeated';
  /** Definition level of a value that is there, and repetition level of a further element. */
  readonly maxDefinition: number;
  readonly maxRepetition: number;
  /** Annotated LIST or MAP: its one repeated child holds the elements. */
  readonly isList: boolean;
  readonly children: readonly SchemaNode[];
  /** Absent: a group. */
  readonly leaf?: Leaf;
}

const MOST_DEPTH = 64;
const REPETITIONS = ['required', 'optional', 'repeated'] as const;

/** The tree; its root stands for the record. Throws ParquetDamage where the list is no tree. */
export function schemaTree(elements: readonly SchemaElement[]): SchemaNode {
  let at = 0;
  let leaves = 0;
  const build = (definition: number, repetition: number, depth: number): SchemaNode => {
    const element = elements[at++];
    if (element === undefined) throw new ParquetDamage(`found a schema of ${elements.length} elements, expected more of them`);
    if (depth > MOST_DEPTH) throw new ParquetDamage(`found a schema nested deeper than ${MOST_DEPTH}`);
    const kind = depth === 0 ? 'required' : REPETITIONS[element.repetition];
    if (kind === undefined) throw new ParquetDamage(`found repetition ${element.repetition} of "${element.name}", expected 0, 1 or 2`);
    const maxDefinition = definition + (kind === 'required' ? 0 : 1);
    const maxRepetition = repetition + (kind === 'repeated' ? 1 : 0);
    const node = { name: element.name, repetition: kind, maxDefinition, maxRepetition };
    if (element.type !== undefined && element.children === 0) return { ...node, isList: false, children: [], leaf: leafOf(element, leaves++) };
    if (element.children < 1) throw new ParquetDamage(`found "${element.name}" with neither a type nor fields`);
    const children: SchemaNode[] = [];
    for (let i = 0; i < element.children; i++) children.push(build(maxDefinition, maxRepetition, depth + 1));
    const isList = isListType(element) && children.length === 1 && children[0]!.repetition === 'repeated';
    return { ...node, isList, children };
  };
  return build(0, 0, 0);
}

/** The leaves below a node, in their order. */
export function leavesOf(node: SchemaNode): SchemaNode[] {
  return node.leaf === undefined ? node.children.flatMap(leavesOf) : [node];
}

/**
 * The node at a path of names joined by dots, through groups that are not repeated; a name may itself hold dots, and the longest that fits is tried first.
 * Undefined where there is none.
 */
export function nodeAt(root: SchemaNode, path: string): SchemaNode | undefined {
  const parts = path.split('.');
  for (let taken = parts.length; taken > 0; taken--) {
    const child = root.children.find(({ name }) => name === parts.slice(0, taken).join('.'));
    if (child === undefined) continue;
    if (taken === parts.length) return child;
    if (child.leaf !== undefined || child.isList || child.repetition === 'repeated') continue;
    const found = nodeAt(child, parts.slice(taken).join('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** ConvertedType MAP, MAP_KEY_VALUE and LIST; LogicalType MAP and LIST. */
const isListType = ({ converted = 0, logical }: SchemaElement): boolean => (converted >= 1 && converted <= 3) || logical?.id === 2 || logical?.id === 3;

function leafOf(element: SchemaElement, index: number): Leaf {
  const type = PHYSICAL[element.type!]; // a leaf has one
  if (type === undefined) throw new ParquetDamage(`found type ${element.type} of "${element.name}", expected 0 to ${PHYSICAL.length - 1}`);
  const fixed = type === 'FIXED_LEN_BYTE_ARRAY';
  if (fixed && !(element.typeLength >= 1 && element.typeLength <= 1 << 20)) {
    throw new ParquetDamage(`found a fixed length of ${element.typeLength} of "${element.name}", expected 1 to 2^20`);
  }
  return { index, type, typeLength: fixed ? element.typeLength : 0, kind: kindOf(type, element) };
}

function kindOf(type: PhysicalType, { converted, logical, scale, typeLength }: SchemaElement): LeafKind {
  const isDecimal = converted === 5 || logical?.id === 5;
  const decimal = { kind: 'decimal', scale: logical?.id === 5 ? logical.scale : scale } as const;
  if (isDecimal && !(decimal.scale >= 0 && decimal.scale <= 1000)) {
    throw new ParquetDamage(`found a decimal of scale ${decimal.scale}, expected 0 to 1000`);
  }
  switch (type) {
    case 'BOOLEAN': return { kind: 'boolean' };
    case 'INT96': return { kind: 'int96' };
    case 'FLOAT': case 'DOUBLE': return { kind: 'float' };
    case 'BYTE_ARRAY': return isDecimal ? decimal : { kind: 'text' };
    case 'FIXED_LEN_BYTE_ARRAY':
      if (isDecimal) return decimal;
      if (logical?.id === 14 && typeLength === 16) return { kind: 'uuid' };
      return logical?.id === 15 && typeLength === 2 ? { kind: 'float16' } : { kind: 'hex' };
    case 'INT32': case 'INT64':
      if (isDecimal) return decimal;
      if (logical?.id === 6 || converted === 6) return { kind: 'date' };
      if (logical?.id === 7) return { kind: 'time', unit: logical.unit };
      if (logical?.id === 8) return { kind: 'timestamp', unit: logical.unit, utc: logical.utc };
      if (converted === 7 || converted === 8) return { kind: 'time', unit: converted === 7 ? 3 : 6 };
      if (converted === 9 || converted === 10) return { kind: 'timestamp', unit: converted === 9 ? 3 : 6, utc: true };
      return { kind: (logical?.id === 10 && !logical.signed) || (converted !== undefined && converted >= 11 && converted <= 14) ? 'uint' : 'int' };
  }
}
