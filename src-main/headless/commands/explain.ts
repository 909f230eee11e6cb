// `lanceur explain <path>`: what a file is, or each unit of a folder, and why it is taken for that, argument by argument.
// Needs no data of the program, but for the settings of the launcher it is asked about.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EnvelopeDocument } from '#contract/model/envelope';
import type { UnitExplanation } from '#contract/model/explanation';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { fileFault } from '../file-fault.ts';
import { usageError } from '../usage-error.ts';
import { tableLines } from '../terminal/table.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';

/** Exit code 0: everything was recognised; 1: something was refused, with its reason. */
export const explain: Command = async (context) => {
  const { terminal, texts, signal, json } = context;
  const [wanted = ''] = context.arguments.positionals;
  const path = resolve(context.workingDir, wanted);
  await expectThere(path);
  const launcher = context.arguments.text('launcher');
  const session = await (launcher === undefined ? context.scratch() : context.session());
  const of =
    launcher === undefined
      ? {}
      : { launcherId: (await findLauncher(session, launcher, texts.language)).id };
  const units = await session.call('envelopes.explain', { path, ...of }, { signal });
  const refused = units.filter((one) => one.kind === null).length;
  if (json) printJson(terminal, units);
  else {
    for (const unit of units) {
      for (const line of unitLines(unit, texts)) terminal.result(line);
    }
    const params = { count: units.length, recognised: units.length - refused, refused };
    terminal.note(
      units.length === 0
        ? texts.say('cli.explain.nothing', { path })
        : texts.say('cli.explain.total', params),
    );
  }
  return refused === 0 ? exitCodes.ok : exitCodes.warnings;
};

/** A path with a slip of the pen, told as such. */
async function expectThere(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (thrown) {
    throw usageError('usage.unreadableFile', { path, reason: fileFault(thrown) });
  }
}

function unitLines(unit: UnitExplanation, texts: Texts): string[] {
  const { kind, layer, reason, why, warnings, documents } = unit;
  const verdict =
    kind === null || layer === null
      ? texts.say('cli.explain.notEnvelope')
      : texts.say('cli.explain.envelope', {
          kind: texts.say(`envelope.kind.${kind}`),
          layer: texts.say(`envelope.layer.${layer}`),
        });
  return [
    `■ ${unit.unit}`,
    `  ${verdict}${reason === null ? '' : ` ${sayReason(texts, reason)}`}`,
    ...section(
      texts.say('cli.explain.why'),
      why.map((one) => sayReason(texts, one)),
    ),
    ...section(
      texts.say('cli.explain.warnings'),
      warnings.map((one) => sayReason(texts, one)),
    ),
    ...section(texts.say('cli.explain.files'), fileLines(unit, texts)),
    ...documents.flatMap((one) => section(texts.say('cli.explain.index'), indexLines(one))),
    '',
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
}

function fileLines({ files, documents }: UnitExplanation, texts: Texts): string[] {
  const own = files.map(({ role, name, sizeBytes }) => [
    texts.say(`envelope.role.${role}`),
    name,
    texts.formats.size(sizeBytes),
  ]);
  const carried = documents.flatMap(({ attachments }) =>
    attachments.map(({ role, name, carrier }) => [
      texts.say(`envelope.role.${role}`),
      name,
      texts.say('cli.explain.carried', { carrier }),
    ]),
  );
  return tableLines([...own, ...carried], { align: ['left', 'left', 'left'] });
}

function indexLines({ index }: EnvelopeDocument): string[] {
  return Object.entries(index).flatMap(([key, value]) => {
    const text = typeof value === 'string' ? value : value.join(' ; ');
    return text === '' ? [] : [`${key}: ${text}`];
  });
}
