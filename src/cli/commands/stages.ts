/** `sluice stages`: every stage with its options, from the code; with --schema the JSON Schema by which editors complete and check recipes. */
import { Command } from 'commander';
import { z } from 'zod';
import { loadUserStages } from '../../engines/user-stages.js';
import { catalog } from '../../pipeline/chain-of.js';
import { recipeJsonSchema } from '../../pipeline/recipe-schema.js';
import { stagesOption } from '../options.js';

export function stagesCommand(): Command {
  return new Command('stages')
    .description('list every stage with its options')
    .argument('[name]', 'only this stage')
    .addOption(stagesOption())
    .option('--schema', 'print the JSON Schema of recipes instead')
    .addHelpText('after', '\nExample:\n  $ sluice stages gopher-quality\n  $ sluice stages --schema > pipelines/recipe.schema.json')
    .action(async (name: string | undefined, { schema, stages }: { schema?: true; stages: readonly string[] }, command: Command) => {
      await loadUserStages(stages);
      const all = catalog();
      if (schema === true) {
        process.stdout.write(`${JSON.stringify(recipeJsonSchema(all), null, 2)}\n`);
        return;
      }
      const chosen = all.filter((stage) => name === undefined || stage.name === name);
      if (chosen.length === 0) command.error(`stage: found "${name}", expected one of ${all.map((stage) => stage.name).join(', ')}`);
      process.stdout.write(chosen.map((stage) => `${stage.name}\n  ${stage.summary}\n${optionLines(stage.options)}`).join('\n'));
    });
}

interface OptionSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  /** The forms that a stage with several sets of options has, told apart by one of them. */
  readonly oneOf?: readonly ObjectSchema[];
}

function optionLines(options: z.ZodType): string {
  const schema = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) as ObjectSchema; // options are objects, or a union of them
  if (schema.oneOf === undefined) return propertyLines(schema);
  return schema.oneOf.map((form) => {
    const [name, chosen] = Object.entries(form.properties ?? {}).find(([, { const: value }]) => value !== undefined) ?? ['form', {}];
    return `  with ${name}: ${String(chosen.const)}${chosen.default === undefined ? '' : ' (the default)'}\n${propertyLines(form)}`;
  }).join('');
}

function propertyLines({ properties = {} }: ObjectSchema): string {
  return Object.entries(properties)
    .map(([name, { description, default: value }]) => {
      const preset = value === undefined ? '' : ` (default ${JSON.stringify(value)})`;
      return `    ${name}${preset}\n        ${description ?? ''}\n`;
    })
    .join('');
}
