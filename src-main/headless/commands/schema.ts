// `lanceur schema`: the JSON Schema of the configuration file, as `import` reads it.
import { z } from 'zod';
import { Configuration } from '#contract/model/configuration';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from './print-json.ts';

export const schema: Command = ({ terminal, texts }) => {
  const described = z.toJSONSchema(Configuration, { io: 'input', unrepresentable: 'any' });
  printJson(terminal, { ...described, title: texts.say('cli.schema.title') });
  return Promise.resolve(exitCodes.ok);
};
