// JSON Lines read in the plainest way, by JSON.parse: what the reader, which looks at bytes, must come to as well. For plain files.
import { repairUtf8 } from '#src/formats/utf8-repair.js';
import { isBlank } from '#src/formats/white-space.js';

/** `[text, url, n]` of each document, n its metadata's, and the reason of each loss, in the order of the file. */
export function naiveJsonl(bytes, { text: textPath, maxDocumentBytes, maxLineBytes }) {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at) < 0 ? bytes.length : bytes.indexOf(0x0a, at);
    const line = bytes.subarray(at, end);
    at = end + 1;
    const result = line.length > maxLineBytes ? 'oversize-line' : recordOf(repairUtf8(line).text, textPath, maxDocumentBytes);
    if (result !== undefined) found.push(result);
  }
  return found;
}

function recordOf(line, textPath, most) {
  if (isBlank(line)) return undefined;
  let record;
  try {
    record = JSON.parse(Buffer.from(line).toString('utf8'));
  } catch {
    return 'invalid-json';
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'not-an-object';
  const text = at(record, textPath);
  if (text === undefined || text === null) return 'no-text';
  if (typeof text !== 'string') return 'text-not-string';
  const bytes = Buffer.from(text.toWellFormed());
  if (bytes.length > most) return 'oversize-document';
  const repaired = Buffer.from(repairUtf8(bytes).text);
  if (isBlank(repaired)) return 'empty-text';
  const url = at(record, 'url');
  return [repaired.toString(), typeof url === 'string' ? url.toWellFormed() : ''];
}

function at(value, path) {
  let found = value;
  for (const part of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = found[part];
  }
  return found;
}
