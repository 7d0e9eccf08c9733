/**
 * An example of a stage of one's own: drops documents that are mostly written in capitals. The whole of it is this file:
 *
 *   sluice run my-recipe.yaml --stages pipelines/stages/shouting.ts
 *
 * where the recipe says `- shouting` or `- shouting: { maxCapitals: 0.4 }` among a source's stages. `sluice stages shouting --stages FILE` shows it
 * with its options. The file may import types and Node's own modules; everything else is handed to the function below. A changed file is other work:
 * the next run curates again. TypeScript has its types taken out, so enums and namespaces are no good here; .js works, too.
 */
import type { StageKit } from 'sluice';

export default function shouting({ defineStage, z, documentBytes }: StageKit) {
  return defineStage({
    name: 'shouting', // the recipe's word for it, and the name in reports
    summary: 'Drops documents whose letters are mostly capitals.',
    options: z.strictObject({
      maxCapitals: z.number().min(0).max(1).default(0.5).describe('Largest share of capitals among the letters A to Z'),
      minLetters: z.number().int().min(1).default(20).describe('With fewer letters a document is kept: there is too little to go by'),
    }),
    build: ({ maxCapitals, minLetters }) => [{
      kind: 'filter',
      name: 'shouting',
      reads: [], // names of columns that annotators before it have written
      reasons: ['mostly-capitals'],
      judge(batch, rows, verdicts) {
        for (const row of rows) {
          let capitals = 0;
          let letters = 0;
          for (const byte of documentBytes(batch, row)) {
            if (byte >= 65 && byte <= 90) capitals++;
            if ((byte | 32) >= 97 && (byte | 32) <= 122) letters++; // bit 32 makes a capital small, and no byte of another alphabet a letter
          }
          // 0 keeps; 1 is the first of the reasons.
          verdicts[row] = letters >= minLetters && capitals > maxCapitals * letters ? 1 : 0;
        }
      },
    }],
  });
}
