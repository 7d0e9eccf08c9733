/** WARC files against warcio, which archives use: it writes files that are read here, and reads what is read here; records, ids, places and payloads agree. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ensureSamples } from '#src/cli/samples/index.js';
import { columnOf, documentBytes, utf8At } from '#src/core/document-batch.js';
import type { Source } from '#src/core/stage.js';
import { warcSource } from '#src/stages/sources/warc.js';
import { wetSource } from '#src/stages/sources/wet.js';
import { PythonOracle } from '../../python-oracle.js';

const oracle = new PythonOracle();
afterAll(() => oracle.remove());

const WRITE = `
import gzip, io, json, random, sys, zlib
from warcio.warcwriter import WARCWriter
from warcio.statusandheaders import StatusAndHeaders
folder = json.load(open(sys.argv[1]))['folder']
random.seed(7)
words = ['w%d' % i for i in range(2000)] + ['caf\\u00e9', '\\u65e5\\u672c', '\\U0001f600', '\\n', '\\r\\n']
def text(): return ' '.join(random.choices(words, k=random.choice([1, 20, 300, 5000]))) + ' end'
def chunked(body):
  out, at = b'', 0
  while at < len(body):
    size = random.randint(1, 5000)
    out += b'%x\\r\\n' % len(body[at:at + size]) + body[at:at + size] + b'\\r\\n'
    at += size
  return out + b'0\\r\\n\\r\\n' # without trailers, which warcio takes for text
def raw_deflate(body):
  packer = zlib.compressobj(wbits=-15)
  return packer.compress(body) + packer.flush()
def write(path, packed, version):
  with open(path, 'wb') as out:
    writer = WARCWriter(out, gzip=packed, warc_version=version)
    writer.write_record(writer.create_warcinfo_record('x.warc', {'software': 'oracle'}))
    for i in range(250):
      uri, body = 'http://example.invalid/%d' % i, text().encode()
      kind = random.choice(['response'] * 6 + ['resource', 'conversion', 'metadata', 'revisit', 'request'])
      if kind in ('resource', 'conversion'):
        writer.write_record(writer.create_warc_record(uri, kind, payload=io.BytesIO(body), warc_content_type=random.choice(['text/plain', 'text/plain; charset=utf-8', 'image/gif'])))
      elif kind == 'metadata':
        writer.write_record(writer.create_warc_record(uri, kind, payload=io.BytesIO(b'a: b'), warc_content_type='application/warc-fields'))
      elif kind == 'revisit':
        writer.write_record(writer.create_revisit_record(uri, 'sha1:B6QJ6BNJ3R4B23XXMRKZKHLPGJY2VE4O', 'http://example.invalid/', '2020-01-01T00:00:00Z'))
      elif kind == 'request':
        writer.write_record(writer.create_warc_record(uri, kind, http_headers=StatusAndHeaders('GET / HTTP/1.1', [('Host', 'x')], is_http_request=True)))
      else:
        headers = [('Content-Type', random.choice(['text/plain', 'text/plain; charset=UTF-8', 'text/html', 'image/png']))]
        coding = random.choice(['', '', 'gzip', 'deflate', 'raw'])
        if coding: headers.append(('Content-Encoding', 'deflate' if coding == 'raw' else coding))
        body = {'': lambda b: b, 'gzip': gzip.compress, 'deflate': zlib.compress, 'raw': raw_deflate}[coding](body)
        if random.random() < .4:
          headers.append(('Transfer-Encoding', 'chunked'))
          body = chunked(body)
        status = random.choice(['200 OK'] * 4 + ['404 Not Found'])
        writer.write_record(writer.create_warc_record(uri, kind, payload=io.BytesIO(body), http_headers=StatusAndHeaders(status, headers, protocol='HTTP/1.1')))
write(folder + '/packed.warc.gz', True, 'WARC/1.0')
write(folder + '/plain.warc', False, 'WARC/1.1')
with open(folder + '/one.warc.gz', 'wb') as out: out.write(gzip.compress(open(folder + '/plain.warc', 'rb').read()))
print('null')
`;

const READ = `
import hashlib, json, sys
from warcio.archiveiterator import ArchiveIterator
found = {}
for path in json.load(open(sys.argv[1]))['paths']:
  rows = found[path] = []
  with open(path, 'rb') as file:
    iterator = ArchiveIterator(file)
    for record in iterator:
      http = record.http_headers if record.rec_type == 'response' else None
      declared = http.get_header('Content-Type') if http else record.content_type
      body = record.content_stream().read()
      offset = iterator.get_record_offset() # reads to the record's end
      rows.append([record.rec_type, record.rec_headers.get_header('WARC-Record-ID'), record.rec_headers.get_header('WARC-Target-URI') or '', offset,
        (declared or '').split(';')[0].lower(), http.get_statuscode() if http else '200', len(body.strip()) > 0, hashlib.sha256(body).hexdigest()])
print(json.dumps(found))
`;

type Row = readonly [type: string, id: string, url: string, offset: number, contentType: string, status: string, filled: boolean, sha256: string];

/** Documents as [id, url, place, text's SHA-256]. */
async function read(path: string, source: Source): Promise<(readonly [string, string, number, string])[]> {
  const rows: (readonly [string, string, number, string])[] = [];
  for await (const item of source.read({ source: 's', name: basename(path), files: [{ name: basename(path), path, bytes: readFileSync(path).length }] })) {
    if (item.kind === 'faults') continue;
    const { batch } = item;
    for (let row = 0; row < batch.length; row++) {
      const offset = columnOf(batch, 'offset', 'float64').values[row]! + columnOf(batch, 'inner', 'float64').values[row]!;
      rows.push([utf8At(columnOf(batch, 'id', 'utf8'), row), utf8At(columnOf(batch, 'url', 'utf8'), row), offset, createHash('sha256').update(documentBytes(batch, row)).digest('hex')]);
    }
  }
  return rows;
}

const documentsOf = (rows: readonly Row[]): unknown[] => rows
  .filter(([type, , , , contentType, status, filled]) => filled && status === '200' && contentType === 'text/plain' && ['response', 'resource', 'conversion'].includes(type))
  .map(([, id, url, offset, , , , sha256]) => [id.replace(/^<urn:uuid:|>$/g, ''), url, offset, sha256]);

test('files that warcio writes, and real ones, are read as warcio reads them', async (context) => {
  const missing = await oracle.install(['warcio'], true);
  if (missing !== undefined) context.skip(missing);
  await oracle.ask(WRITE, { folder: oracle.folder });
  const samples = join(oracle.folder, 'samples');
  await ensureSamples(samples);
  const made = ['packed.warc.gz', 'plain.warc', 'one.warc.gz'].map((name) => join(oracle.folder, name));
  const real = [
    join(dirname(createRequire(import.meta.url).resolve('warc/package.json')), 'test/fixtures/CC-MAIN-20140820021334-00006-ip-10-180-136-8.ec2.internal.warc.wet'),
    ...readdirSync(join(samples, 'web')).map((name) => join(samples, 'web', name)),
  ];
  const paths = [...made.slice(0, 2), ...real]; // warcio itself reads one member as one record
  const expected = await oracle.ask(READ, { paths }) as Record<string, readonly Row[]>;
  for (const path of paths) {
    const documents = documentsOf(expected[path]!);
    expect(documents.length, path).toBeGreaterThan(0);
    expect(await read(path, warcSource()), path).toEqual(documents);
    if (real.includes(path)) expect(await read(path, wetSource()), path).toEqual(documents);
  }
  expect(await read(made[2]!, warcSource())).toEqual(documentsOf(expected[made[1]!]!)); // places inside the member are those of the plain file
}, 120_000);
