/**
 * Values of Parquet columns as JSON, by rules that lose nothing JSON can say:
 *
 *   integers of any width, decimals    numbers with all their digits, of a decimal those behind the point too
 *   floating point                     numbers; NaN and the infinities null
 *   byte arrays                        text; what is not UTF-8 becomes U+FFFD. UUID: as usual. Of another fixed length: hexadecimal digits
 *   date, time, timestamp              "2024-02-29", "23:59:59.123", "2024-02-29T23:59:59.123456" with a Z where it is UTC; a fraction of 3, 6 or 9
 *                                      digits, by the column's unit, where it is not zero; INT96 is a timestamp in nanoseconds without Z
 *   list, struct, map                  array, object with all its fields, array of {"key": ..., "value": ...}; nulls are null (record-json.ts)
 */
import { ParquetDamage } from './damage.js';
import type { Leaf, TimeUnit } from './schema.js';
import type { Cell } from './values.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const MOST_DECIMAL_BYTES = 256;
const DAY_SECONDS = 86_400n;
/** Julian day number of 1970-01-01. */
const EPOCH_JULIAN_DAY = 2_440_588n;
/** What Date can hold, in seconds on either side of 1970. */
const MOST_SECONDS = 8_640_000_000_000n;

/** The JSON of a cell that is there. */
export function cellJson({ type, kind }: Leaf, cell: Cell): string {
  switch (kind.kind) {
    case 'boolean': return cell === true ? 'true' : 'false';
    case 'int': return String(cell);
    case 'uint': return String(type === 'INT32' ? (cell as number) >>> 0 : BigInt.asUintN(64, cell as bigint)); // as values.ts gives INT32 and INT64
    case 'float': return numberJson(cell as number); // as values.ts gives FLOAT and DOUBLE
    case 'float16': return numberJson(float16(cell as Uint8Array)); // a fixed length
    case 'decimal': return decimalJson(cell instanceof Uint8Array ? signed(cell) : BigInt(cell as number | bigint), kind.scale); // a decimal is bytes or a whole number
    case 'text': return JSON.stringify(decoder.decode(cell as Uint8Array)); // byte arrays are text
    case 'hex': return `"${hex(cell as Uint8Array)}"`;
    case 'uuid': return `"${hex(cell as Uint8Array).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}"`;
    case 'date': return dateJson(BigInt(cell as number | bigint) * DAY_SECONDS, 'T00:00:00');
    case 'time': return timeJson(BigInt(cell as number | bigint), kind.unit);
    case 'timestamp': return timestampJson(BigInt(cell as number | bigint), kind.unit, kind.utc);
    case 'int96': return int96Json(cell as bigint);
  }
}

/** The id that a cell gives a document: text, a whole number, a UUID; else undefined. */
export function cellId(leaf: Leaf, cell: Cell): string | Uint8Array | undefined {
  const { kind } = leaf.kind;
  if (kind === 'text') return cell as Uint8Array; // byte arrays are text
  if (kind === 'int' || kind === 'uint') return cellJson(leaf, cell);
  return kind === 'uuid' ? cellJson(leaf, cell).slice(1, -1) : undefined;
}

const numberJson = (value: number): string => (Number.isFinite(value) ? JSON.stringify(value) : 'null');

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** Two's complement, the highest byte first. */
function signed(bytes: Uint8Array): bigint {
  if (bytes.length > MOST_DECIMAL_BYTES) throw new ParquetDamage(`found a decimal of ${bytes.length} bytes, expected at most ${MOST_DECIMAL_BYTES}`);
  return bytes.length === 0 ? 0n : BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex(bytes)}`));
}

function decimalJson(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
}

function float16(bytes: Uint8Array): number {
  const bits = bytes[0]! | (bytes[1]! << 8); // two bytes are its length
  const [sign, exponent, fraction] = [bits >>> 15 === 0 ? 1 : -1, (bits >>> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function dateJson(seconds: bigint, cut: string): string {
  if (seconds > MOST_SECONDS || seconds < -MOST_SECONDS) return String(seconds / DAY_SECONDS);
  return `"${new Date(Number(seconds) * 1000).toISOString().replace(/\.000Z$/, '').replace(cut, '')}"`;
}

function timeJson(value: bigint, unit: TimeUnit): string {
  const { whole, fraction } = split(value, unit);
  const pad = (part: bigint): string => String(part).padStart(2, '0');
  return whole < 0n || whole >= DAY_SECONDS ? String(value) : `"${pad(whole / 3600n)}:${pad((whole / 60n) % 60n)}:${pad(whole % 60n)}${fraction}"`;
}

function timestampJson(value: bigint, unit: TimeUnit, utc: boolean): string {
  const { whole, fraction } = split(value, unit);
  if (whole > MOST_SECONDS || whole < -MOST_SECONDS) return String(value);
  return `${dateJson(whole, '').slice(0, -1)}${fraction}${utc ? 'Z' : ''}"`;
}

/** Nanoseconds of the day in the low 64 bits, the Julian day in the high 32. */
function int96Json(value: bigint): string {
  const day = (value >> 64n) - EPOCH_JULIAN_DAY;
  return timestampJson(day * DAY_SECONDS * 1_000_000_000n + BigInt.asUintN(64, value), 9, false);
}

function split(value: bigint, unit: TimeUnit): { readonly whole: bigint; readonly fraction: string } {
  const scale = 10n ** BigInt(unit);
  const rest = ((value % scale) + scale) % scale;
  return { whole: (value - rest) / scale, fraction: rest === 0n ? '' : `.${String(rest).padStart(unit, '0')}` };
}
