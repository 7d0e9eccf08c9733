/** A finished file under another name, in the folder of those who use it: linked, so that it takes no room and outlives its first name, or else copied. */
import { linkSync, realpathSync } from 'node:fs';
import { AtomicFile, type WrittenFile } from './atomic-file.js';
import { asOutputError, errorCode } from './output-error.js';
import { PositionedFile } from './positioned-file.js';
import { removeFile } from './temporary-file.js';

/** Why a file system refuses a link that it could do as a copy. */
const NO_LINK: readonly (string | undefined)[] = ['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EMLINK'];

/**
 * Makes `target` a second name of a finished file, or a copy; what was there before goes. The name is not synced: whoever vouches for it does that.
 * Throws OutputError. Memory: 1 MiB.
 */
export function placeFile(file: WrittenFile, target: string): void {
  removeFile(target);
  try {
    linkSync(realpathSync(file.path), target); // of a symbolic link, a link of its own could point elsewhere
  } catch (error) {
    if (!NO_LINK.includes(errorCode(error))) throw asOutputError(error, target, 0);
    copyFile(file, target);
  }
}

const COPY_BYTES = 1 << 20;

function copyFile({ path, crc32 }: WrittenFile, target: string): void {
  const from = new PositionedFile(path);
  const to = AtomicFile.create(target);
  try {
    for (let at = 0; at < from.bytes; at += COPY_BYTES) to.write(from.read(at, Math.min(COPY_BYTES, from.bytes - at)));
    const written = to.commit();
    if (written.crc32 !== crc32) throw new Error(`${path}: CRC-32 is ${written.crc32}, expected ${crc32}: it changed while it was copied`);
  } finally {
    to.abort();
    from.close();
  }
}
