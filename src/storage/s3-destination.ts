/** A prefix of a bucket as a place for outputs. */
import type { Destination, RemoteFile } from './destination.js';
import { s3AddressOf, type S3Address } from './s3-address.js';
import { S3Error } from './s3-error.js';
import { deleteObject, getSmallObject, listObjects } from './s3-objects.js';
import { abortUpload, unfinishedUploads, uploadObject } from './s3-upload.js';

export function s3Destination({ bucket, key }: S3Address): Destination {
  const folder = key.replace(/\/+$/, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  const at = (name: string): S3Address => ({ bucket, key: prefix + name });
  return {
    name: s3AddressOf({ bucket, key: folder }),
    async look(names, signal) {
      const found = new Map<string, RemoteFile>();
      for (const folderOfNames of foldersOf(names)) {
        for await (const object of listObjects(at(folderOfNames), signal)) {
          const name = object.key.slice(prefix.length);
          if (names.has(name)) found.set(name, { bytes: object.bytes, version: object.etag });
        }
      }
      return found;
    },
    read: (name, mostBytes, signal) => getSmallObject(at(name), mostBytes, signal),
    put: async (name, source, signal) => ({ bytes: source.size, version: await uploadObject(at(name), source, signal) }),
    remove: (name, signal) => deleteObject(at(name), signal),
    async endLeftovers(names, signal) {
      try {
        for await (const { key: found, uploadId } of unfinishedUploads({ bucket, key: prefix }, signal)) {
          if (found.startsWith(prefix) && names.has(found.slice(prefix.length))) await abortUpload({ bucket, key: found }, uploadId);
        }
        return undefined;
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
        return `parts of uploads that killed runs left cannot be looked for (${error.code}): where a run was killed, let the bucket's lifecycle rule end them`;
      }
    },
  };
}

/** What the names have in common to ask for: their first parts, whole names where they have one part alone. */
function foldersOf(names: ReadonlySet<string>): Set<string> {
  return new Set([...names].map((name) => name.slice(0, name.indexOf('/') + 1) || name));
}
