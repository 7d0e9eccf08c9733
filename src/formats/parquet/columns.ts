/** Which columns of a Parquet file hold what a recipe asks for. */
import { ShardError } from '../../core/errors.js';
import { leavesOf, nodeAt, type SchemaNode } from './schema.js';

export interface ParquetFields {
  /** A column of byte arrays, its path joined by dots; not inside a list. */
  readonly text: string;
  /** Text, whole numbers or UUIDs; where the file has no such column, or it is null, the place is made the id. */
  readonly id: string;
  readonly url: string;
  /** Columns, groups and lists that documents bring along, as a JSON object with these names; those that the file lacks are left out. */
  readonly metadata?: readonly string[] | undefined;
  /** Whether the text is every string at `text` and below it, a STRING_END between them; an empty path is the whole row. Default: the one string there. */
  readonly strings?: boolean | undefined;
}

export interface ParquetColumns {
  readonly text: SchemaNode | undefined;
  /** In the place of `text`: what strings are taken of. */
  readonly strings: readonly SchemaNode[];
  readonly id: SchemaNode | undefined;
  readonly url: SchemaNode | undefined;
  readonly metadata: readonly { readonly name: string; readonly node: SchemaNode }[];
}

/** What cell-json.ts makes an id of. */
const ID_KINDS: readonly string[] = ['text', 'int', 'uint', 'uuid'];
/** Names in a message. */
const MOST_NAMES = 20;
const MOST_NAME_LENGTH = 100;

/** Throws ShardError where the file has no column for the text. */
export function columnsOf(file: string, schema: SchemaNode, { text, id, url, metadata = [], strings = false }: ParquetFields): ParquetColumns {
  const refuse = (expected: string): ShardError => {
    const names = schema.children.slice(0, MOST_NAMES).map(({ name }) => name.slice(0, MOST_NAME_LENGTH)).join(', ');
    return new ShardError(`${file}: found ${describe(nodeAt(schema, text))} "${text}", expected ${expected}: it has ${names}`);
  };
  const found = nodeAt(schema, text);
  const isText = (node: SchemaNode | undefined): node is SchemaNode => node?.leaf?.kind.kind === 'text' && node.maxRepetition === 0;
  if (strings && text !== '' && found === undefined) throw refuse('a column');
  if (!strings && !isText(found)) throw refuse('a column of texts');
  const ids = nodeAt(schema, id);
  const urls = nodeAt(schema, url);
  return {
    text: strings ? undefined : found,
    strings: !strings ? [] : found === undefined ? schema.children : [found],
    id: ids?.leaf !== undefined && ids.maxRepetition === 0 && ID_KINDS.includes(ids.leaf.kind.kind) ? ids : undefined,
    url: isText(urls) ? urls : undefined,
    metadata: metadata.flatMap((name) => {
      const node = nodeAt(schema, name);
      return node === undefined ? [] : [{ name, node }];
    }),
  };
}

/** The leaves of the columns that are put together as JSON. */
export const assembledLeaves = ({ strings, metadata }: ParquetColumns): readonly SchemaNode[] => (
  [...new Set([...strings, ...metadata.map(({ node }) => node)].flatMap(leavesOf))]
);

/** Numbers of all leaves that are read. */
export function leafNumbers(columns: ParquetColumns): ReadonlySet<number> {
  const { text, id, url } = columns;
  return new Set([text, id, url, ...assembledLeaves(columns)].flatMap((node) => (node?.leaf === undefined ? [] : [node.leaf.index])));
}

function describe(node: SchemaNode | undefined): string {
  if (node === undefined) return 'no column';
  return node.leaf === undefined || node.maxRepetition > 0 ? 'a group or list' : `values of kind ${node.leaf.kind.kind} in`;
}
