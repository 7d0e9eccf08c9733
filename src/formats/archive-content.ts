/** Tells archives and compressed files by how they begin, so that one inside another is named as such. */

const MAGICS: readonly (readonly [kind: string, at: number, bytes: readonly number[]])[] = [
  ['a zip archive', 0, [0x50, 0x4b, 0x03, 0x04]], ['an empty zip archive', 0, [0x50, 0x4b, 0x05, 0x06]], ['a tar archive', 257, [0x75, 0x73, 0x74, 0x61, 0x72]],
  ['a gzip file', 0, [0x1f, 0x8b, 8]], ['a Zstandard file', 0, [0x28, 0xb5, 0x2f, 0xfd]], ['a bzip2 file', 4, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]],
  ['an xz file', 0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]], ['an lz4 file', 0, [0x04, 0x22, 0x4d, 0x18]], ['a 7-Zip archive', 0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['a RAR archive', 0, [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
];

/** What the bytes are, or undefined where they are none of these. */
export function archiveKind(bytes: Uint8Array): string | undefined {
  return MAGICS.find(([, at, magic]) => magic.every((byte, i) => bytes[at + i] === byte))?.[0];
}
