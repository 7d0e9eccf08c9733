// What must hold of a source whatever bytes it reads: only reasons that it declares, each with a place in the file and a detail; only ShardError thrown; documents that are
// valid and stand at places of their own; the same documents however the bytes come in pieces; and each found again by its place.
import { isUtf8 } from 'node:buffer';
import { documentBytes, utf8At } from '#src/core/document-batch.js';
import { ConfigError, ShardError } from '#src/core/errors.js';
import { repairUtf8 } from '#src/formats/utf8-repair.js';
import { open, pieceOf, pieces } from './prompt-files.js';

const MAX_DETAIL = 2000;
/** Deflate's limit, with room for U+FFFD; Zstandard's blocks of 128 KiB from four bytes are bounded by the recipe's ratio, beyond 16 MiB. */
const MOST_TEXT_BYTES = 64 << 20;

/**
 * Reads the file by `source`, one in four twice, and checks what comes; a document of every other input is looked for by its place. Places are bytes of the file, or rows, of
 * which a few bytes may hold many. Gives back the documents (id, url, metadata, place, text) and faults, or the message of the ShardError.
 */
export async function checkSource(source, { path, name, bytes }, random, { placesAreRows = false } = {}) {
  const last = placesAreRows ? Number.MAX_SAFE_INTEGER : bytes;
  const shard = { source: 'fuzz', name, files: [{ name, path, bytes }] };
  const result = await readAll(source, shard, last, pieceOf(random));
  if (random.once(4)) {
    const again = await readAll(source, shard, last, pieceOf(random));
    if (result.error !== again.error) fail(`found two answers: ${result.error} and ${again.error}`);
    expectSame('documents', result.documents, again.documents);
    expectSame('faults', result.faults, again.faults);
  }
  if (result.documents.length > 0 && random.once(2)) await findAgain(source, shard, random.one(result.documents));
  if (open.size > 0) fail(`left ${open.size} files open`);
  return result;
}

async function readAll(source, shard, size, most) {
  pieces.bytes = most;
  const documents = [];
  const faults = [];
  let error;
  try {
    for await (const item of source.read(shard)) {
      if (item.kind === 'faults') for (const fault of item.faults) faults.push(checkedFault(source, fault, size));
      else addDocuments(documents, item.batch, size);
    }
  } catch (thrown) {
    error = messageOf(thrown, ShardError);
  } finally {
    pieces.bytes = Infinity;
  }
  const places = new Set(documents.map(({ offset, inner }) => `${offset}+${inner}`));
  if (places.size !== documents.length) fail('two documents have one place');
  if (faults.length > 1032 * Math.min(size, 1e6) + 16) fail(`${faults.length} faults of ${size} bytes`);
  return { documents, faults, error };
}

function checkedFault({ reasons }, fault, size) {
  const { reason, offset, inner, bytes, lost, detail } = fault;
  if (!reasons.includes(reason)) fail(`undeclared reason ${reason}`);
  if (!(Number.isInteger(offset) && offset >= 0 && offset <= size)) fail(`${reason}: at byte ${offset} of ${size}`);
  if (!(Number.isSafeInteger(inner) && inner >= 0)) fail(`${reason}: inner ${inner}`);
  if (!(Number.isSafeInteger(bytes) && bytes >= 0)) fail(`${reason}: of ${bytes} bytes`);
  if (typeof lost !== 'boolean') fail(`${reason}: lost is ${lost}`);
  if (typeof detail !== 'string' || !detail.includes('found ') || detail.length > MAX_DETAIL) fail(`${reason}: detail ${JSON.stringify(detail)?.slice(0, 100)}`);
  return fault;
}

function addDocuments(documents, batch, size) {
  const { length, offsets, text, columns } = batch;
  if (length === 0 || offsets.length !== length + 1 || offsets[0] !== 0 || offsets[length] !== text.length) fail('a batch of another form');
  if (text.length > MOST_TEXT_BYTES) fail(`a batch of ${text.length} bytes`);
  for (let row = 0; row < length; row++) {
    const bytes = Buffer.from(documentBytes(batch, row));
    const [offset, inner] = ['offset', 'inner'].map((name) => columns.get(name).values[row]);
    const document = { id: utf8At(columns.get('id'), row), url: utf8At(columns.get('url'), row), metadata: columns.has('metadata') ? utf8At(columns.get('metadata'), row) : '', offset, inner, text: bytes };
    if (bytes.length === 0 || !isUtf8(bytes)) fail(`document at ${offset}+${inner}: ${bytes.length} bytes, valid: ${isUtf8(bytes)}`);
    if (document.id === '') fail(`document at ${offset}+${inner}: no id`);
    if (!(Number.isInteger(offset) && offset >= 0 && offset < size && Number.isSafeInteger(inner) && inner >= 0)) fail(`document at ${offset}+${inner} of ${size}`);
    documents.push(document);
  }
}

async function findAgain(source, shard, { offset, inner, text }) {
  let found;
  try {
    found = await source.readAt(shard, offset, inner);
  } catch (error) {
    fail(`readAt ${offset}+${inner}: ${error.stack ?? error}`);
  }
  if (!Buffer.from(repairUtf8(found).text).equals(text)) fail(`readAt ${offset}+${inner}: found ${found.length} bytes, expected the ${text.length} that were read there`);
}

function expectSame(what, one, two) {
  if (one.length !== two.length) fail(`${what}: found ${one.length} and ${two.length} with other pieces`);
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [one[i], two[i]].map((value) => JSON.stringify({ ...value, text: value.text?.toString('latin1') }));
    if (a !== b) fail(`${what}: found ${a.slice(0, 300)} and ${b.slice(0, 300)} with other pieces`);
  }
}

/** The message of an error that a reader may throw; every other one is a finding. */
export function messageOf(error, ...kinds) {
  if (!kinds.some((kind) => error instanceof kind)) fail(`threw ${error?.stack ?? error}`);
  if (error.message.length < 10 || error.message.length > 10 * MAX_DETAIL) fail(`threw a message of ${error.message.length} characters`);
  return error.message;
}

/** What a reader of a small file gives back, or the message of the ConfigError or ShardError that it throws. */
export function valueOrMessage(read) {
  try {
    return { value: read() };
  } catch (error) {
    return { message: messageOf(error, ConfigError, ShardError) };
  }
}

/** Ends the check of an input: it is a finding. */
export function fail(what) {
  throw new Error(`finding: ${what}`);
}
