// Every kernel's exports; one WASM module, one memory a worker.
export { ensure, permanent, reserveBatch, textPointer, docStartPointer, tablePointer } from './tokens';
export { tokenise } from './tokenise';
export { reserveUnicode, finishUnicode, pagesPointer, classesPointer, lowerFromPointer, lowerToPointer } from './characters';
export { signatures } from './signatures';
export { shingleSet, shingleSetPointer } from './shingle-sets';
export { ngramsOf, ngramsPointer, ngramScan, ngramHitsPointer } from './ngrams';
export { labelScore, languageScore } from './language-score';
export { qualityScore } from './quality-score';
export { logisticScore } from './logistic-score';
export { gopherQuality } from './gopher-quality';
export { gopherRepetition } from './gopher-repetition';
