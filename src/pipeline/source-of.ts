/** The reader that a recipe's `read` names. */
import type { Source } from '../core/stage.js';
import { jsonlSource } from '../stages/sources/jsonl.js';
import { textSource } from '../stages/sources/text.js';
import { wetSource } from '../stages/sources/wet.js';
import { zipSource } from '../stages/sources/zip.js';
import type { ReadRecipe } from './recipe.js';

export function sourceOf(read: ReadRecipe): Source {
  switch (read.format) {
    case 'wet': return wetSource({});
    case 'jsonl': return jsonlSource({ text: read.text, id: read.id, url: read.url, frames: read.wholeRecords });
    case 'text': return textSource({});
    case 'zip': return zipSource({ include: read.include, exclude: read.exclude });
  }
}
