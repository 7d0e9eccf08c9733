/** What a source hands to a batch builder: one document, with its fields as values of their own or as places in one buffer. */

/** One document as a source found it. Strings and bytes are copied; byte fields hold UTF-8. Empty fields mean absent. */
export interface FoundDocument {
  /** Empty where the input has none: the builder then makes it of the shard's name and the place. */
  readonly id: string | Uint8Array;
  readonly url: string | Uint8Array;
  readonly date: string | Uint8Array;
  readonly declaredLanguage: string | Uint8Array;
  readonly offset: number;
  readonly inner: number;
  readonly text: Uint8Array;
  /** The rest of the record (json-frame.ts), where the source was asked for whole records. */
  readonly frame?: Uint8Array;
  /** A JSON object of the fields that the source was asked to carry along, as bytes; absent or empty where it was asked for none. */
  readonly metadata?: Uint8Array;
}

/**
 * The same without an object for each field: all of it lies in `bytes`, from a start to an end; where both are equal, a field is absent.
 * A source keeps one and writes the next document over the last: everything is copied during the call that gets it.
 */
export class FoundSpans {
  bytes: Uint8Array = new Uint8Array(0);
  idStart = 0;
  idEnd = 0;
  urlStart = 0;
  urlEnd = 0;
  dateStart = 0;
  dateEnd = 0;
  languageStart = 0;
  languageEnd = 0;
  textStart = 0;
  textEnd = 0;
  /** Whether the source was asked for metadata; where not, it has none. */
  carries = false;
  metadataStart = 0;
  metadataEnd = 0;
  /** Whether the text is known to be UTF-8; where not, it is looked at. */
  valid = false;
  offset = 0;
  inner = 0;
}
