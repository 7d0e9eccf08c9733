/**
 * S3 in this process, as far as it is used here, on loopback: path style, signatures checked (sigv4.ts), multipart uploads, lists in small pages, and faults where
 * a test asks for them. What it stores is in `buckets`; what it was asked is in `requests`.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureProblem, type Keys } from './sigv4.js';

export interface Asked {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Of requests of this method and target so far, from 1. */
  readonly time: number;
}

/** What goes wrong with a request. */
export type Fault =
  | { readonly status: number; readonly code: string; readonly message?: string; readonly headers?: Readonly<Record<string, string>>; readonly more?: string }
  /** The connection ends after so many bytes of the body, or before the head. */
  | { readonly cutAfter: number }
  | { readonly reset: true }
  /** The server does as asked, and then forgets to say so. */
  | { readonly forgets: true }
  /** One byte is another before it is stored. */
  | { readonly corrupts: true }
  | { readonly etag: string };

export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
}

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly parts: Map<number, StoredObject>;
}

export class S3Server {
  readonly buckets = new Map<string, Map<string, StoredObject>>();
  readonly uploads = new Map<string, Upload>();
  readonly requests: Asked[] = [];
  /** undefined: nobody's signature is looked at, and one is not expected. */
  keys: Keys | undefined;
  region = 'us-east-1';
  pageSize = 1000;
  fault: (asked: Asked) => Fault | undefined = () => undefined;
  /** Answers wait for what it gives. */
  hold: (asked: Asked) => Promise<void> | undefined = () => undefined;
  readonly #server: Server;
  readonly #times = new Map<string, number>();
  #lastUpload = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(...buckets: string[]): Promise<S3Server> {
    const server = new S3Server();
    for (const bucket of buckets) server.buckets.set(bucket, new Map());
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on a port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  put(bucket: string, key: string, body: string | Uint8Array): void {
    const bytes = Buffer.from(body);
    this.buckets.get(bucket)!.set(key, { body: bytes, etag: md5(bytes) }); // tests name their buckets
  }

  /** Bytes of all objects by key, below a prefix that is cut off. */
  objects(bucket: string, prefix = ''): Record<string, string> {
    return Object.fromEntries([...this.buckets.get(bucket)!].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { body }]) => [key.slice(prefix.length), body.toString('latin1')]));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const blocks: Buffer[] = [];
    for await (const block of request as AsyncIterable<Buffer>) blocks.push(block);
    const body = Buffer.concat(blocks);
    const target = request.url ?? '/';
    const url = new URL(target, 'http://s3');
    const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)$/s.exec(target.split('?')[0]!) ?? []; // the path as it came, so that nothing is normalised
    const method = request.method ?? 'GET';
    const at = `${method} ${target}`;
    this.#times.set(at, (this.#times.get(at) ?? 0) + 1);
    const asked: Asked = { method, bucket, key: decodeURIComponent(key), query: url.searchParams, headers: request.headers, body, time: this.#times.get(at)! };
    this.requests.push(asked);
    await this.hold(asked);
    const fault = this.fault(asked);
    if (fault !== undefined && 'reset' in fault) return void request.socket.destroy();
    if (fault !== undefined && 'status' in fault) return refuse(response, asked, fault.status, fault.code, fault.message, fault.headers, fault.more);
    if (this.keys !== undefined) {
      const problem = signatureProblem({ method, target, headers: request.headers as Record<string, string>, body }, this.keys, this.region); // no field of these comes twice
      if (problem !== undefined) return refuse(response, asked, problem === 'XAmzContentSHA256Mismatch' || problem === 'AuthorizationHeaderMalformed' ? 400 : 403, problem);
    }
    const sent = request.headers['content-md5'];
    if (sent !== undefined && sent !== createHash('md5').update(body).digest('base64')) return refuse(response, asked, 400, 'BadDigest');
    this.#carryOut(asked, response, fault);
  }

  #carryOut(asked: Asked, response: ServerResponse, fault: Fault | undefined): void {
    const { method, bucket, key, query } = asked;
    const objects = this.buckets.get(bucket);
    if (objects === undefined) return refuse(response, asked, 404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (key === '' && method === 'GET') return query.has('uploads') ? this.#listUploads(asked, response) : this.#list(asked, objects, response);
    const store = (bytes: Buffer): StoredObject => {
      const body = Buffer.from(bytes);
      if (fault !== undefined && 'corrupts' in fault) body[0]! ^= 1;
      return { body, etag: fault !== undefined && 'etag' in fault ? fault.etag : md5(body) };
    };
    const reply = (status: number, headers: Record<string, string>, text = ''): void => {
      if (fault !== undefined && 'forgets' in fault) return void response.destroy();
      response.writeHead(status, headers).end(text);
    };
    const uploadId = query.get('uploadId');
    const upload = uploadId === null ? undefined : this.uploads.get(uploadId);
    if (uploadId !== null && upload === undefined) return refuse(response, asked, 404, 'NoSuchUpload');
    switch (method) {
      case 'PUT': {
        const object = store(asked.body);
        if (upload === undefined) objects.set(key, object);
        else upload.parts.set(Number(query.get('partNumber')), object);
        return reply(200, { etag: `"${object.etag}"` });
      }
      case 'POST': {
        if (upload === undefined) {
          const id = `upload-${++this.#lastUpload}`;
          this.uploads.set(id, { bucket, key, parts: new Map() });
          return reply(200, {}, `<?xml version="1.0"?><InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
        }
        const numbers = [...asked.body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>(?:"|&quot;)([^<]*?)(?:"|&quot;)<\/ETag>/g)].map(([, number, etag]) => ({ number: Number(number), etag }));
        const parts = numbers.map(({ number, etag }) => (upload.parts.get(number)?.etag === etag ? upload.parts.get(number) : undefined));
        if (parts.length === 0 || parts.includes(undefined)) return refuse(response, asked, 400, 'InvalidPart');
        const whole = parts as StoredObject[]; // none is undefined
        if (whole.slice(0, -1).some((part) => part.body.length < 5 << 20)) return refuse(response, asked, 400, 'EntityTooSmall');
        const etag = `${md5(Buffer.concat(whole.map((part) => Buffer.from(part.etag, 'hex'))))}-${whole.length}`;
        objects.set(key, { body: Buffer.concat(whole.map((part) => part.body)), etag });
        this.uploads.delete(uploadId!); // there is an upload, so there is an id
        return reply(200, {}, `<CompleteMultipartUploadResult><ETag>&quot;${etag}&quot;</ETag></CompleteMultipartUploadResult>`);
      }
      case 'DELETE':
        if (uploadId === null) objects.delete(key);
        else this.uploads.delete(uploadId);
        return reply(204, {});
      default: return this.#read(asked, objects.get(key), response, fault);
    }
  }

  #read(asked: Asked, object: StoredObject | undefined, response: ServerResponse, fault: Fault | undefined): void {
    if (object === undefined) return refuse(response, asked, 404, 'NoSuchKey', 'The specified key does not exist.');
    const { headers, method } = asked;
    const etag = fault !== undefined && 'etag' in fault ? fault.etag : object.etag;
    if (headers['if-match'] !== undefined && headers['if-match'] !== `"${etag}"`) return refuse(response, asked, 412, 'PreconditionFailed');
    const range = headers['if-range'] === undefined || headers['if-range'] === `"${etag}"` ? /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') : null;
    const size = object.body.length;
    const first = range === null ? 0 : Number(range[1]);
    const last = range === null || range[2] === '' ? size - 1 : Math.min(size - 1, Number(range[2]));
    if (range !== null && first >= size) return refuse(response, asked, 416, 'InvalidRange');
    const part = object.body.subarray(first, last + 1);
    response.writeHead(range === null ? 200 : 206, {
      etag: `"${etag}"`, 'content-length': part.length, 'accept-ranges': 'bytes', ...(range === null ? {} : { 'content-range': `bytes ${first}-${last}/${size}` }),
    });
    if (method === 'HEAD') return void response.end();
    if (fault === undefined || !('cutAfter' in fault)) return void response.end(part);
    response.write(part.subarray(0, fault.cutAfter), () => response.destroy());
  }

  #list({ query, bucket }: Asked, objects: ReadonlyMap<string, StoredObject>, response: ServerResponse): void {
    const prefix = query.get('prefix') ?? '';
    const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString();
    const keys = [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .filter((key) => key.startsWith(prefix) && (after === '' || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0));
    const page = keys.slice(0, Math.min(this.pageSize, Number(query.get('max-keys') ?? 1000)));
    const encode = (key: string): string => (query.get('encoding-type') === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+') : escaped(key));
    const contents = page.map((key) => {
      const { body, etag } = objects.get(key)!; // it is one of its keys
      return `<Contents><Key>${encode(key)}</Key><LastModified>2024-05-01T00:00:00.000Z</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
    });
    const more = page.length < keys.length;
    response.writeHead(200, { 'content-type': 'application/xml' }).end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><KeyCount>${page.length}</KeyCount>`
      + `${query.get('encoding-type') === 'url' ? '<EncodingType>url</EncodingType>' : ''}<IsTruncated>${more}</IsTruncated>`
      + `${more ? `<NextContinuationToken>${Buffer.from(page.at(-1)!).toString('base64')}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`,
    );
  }

  #listUploads({ query, bucket }: Asked, response: ServerResponse): void {
    const ids = [...this.uploads].filter(([id, upload]) => upload.bucket === bucket && upload.key.startsWith(query.get('prefix') ?? '') && id > (query.get('upload-id-marker') ?? ''))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const page = ids.slice(0, this.pageSize);
    const more = page.length < ids.length;
    response.end(`<ListMultipartUploadsResult><IsTruncated>${more}</IsTruncated>${more ? `<NextKeyMarker>${escaped(page.at(-1)![1].key)}</NextKeyMarker><NextUploadIdMarker>${page.at(-1)![0]}</NextUploadIdMarker>` : ''}`
      + `${page.map(([id, { key }]) => `<Upload><Key>${escaped(key)}</Key><UploadId>${id}</UploadId></Upload>`).join('')}</ListMultipartUploadsResult>`);
  }
}

/** Repeats in the body what S3 repeats: what the request was signed with. */
function refuse(response: ServerResponse, { method, headers }: Asked, status: number, code: string, message = 'Refused', more: Readonly<Record<string, string>> = {}, xml = ''): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message>${xml}`
    + `<AWSAccessKeyId>${/Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? ''}</AWSAccessKeyId><StringToSign>${escaped(headers.authorization ?? '')}</StringToSign></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', ...more }).end(method === 'HEAD' ? undefined : body);
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
