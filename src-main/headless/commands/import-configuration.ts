// `lanceur import FILE [--dry-run]`: the configuration file replaces or adds what it names, all or nothing.
// Everything that is wrong with it is told with its field before anything is asked or changed.
import { needsSecret } from '#contract/model/account';
import type { Configuration, ImportReport } from '#contract/model/configuration';
import { sayReason } from '#contract/texts/say-reason';
import { toErrorBody } from '../../core/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { usageError } from '../usage-error.ts';
import { printJson } from './print-json.ts';
import { type ReadConfiguration, readConfiguration } from './read-configuration.ts';

export const importConfiguration: Command = async (context) => {
  const { terminal, json, signal } = context;
  const dryRun = context.arguments.flag('dry-run');
  const read = await readConfiguration(context);
  if (!read.ok) {
    tellProblems(context, read);
    return exitCodes.configuration;
  }
  const { configuration } = read;
  const session = await context.session();
  const secrets = await gatherSecrets(context, session, configuration, { mayAsk: !dryRun });
  const input = { configuration, secrets, dryRun };
  const report = await session.call('configuration.import', input, { signal });
  if (json) printJson(terminal, report);
  else tell(context, report, dryRun);
  return report.missingSecrets.length > 0 && !dryRun ? exitCodes.warnings : exitCodes.ok;
};

function tellProblems(
  { terminal, texts, json }: CommandContext,
  { error, problems }: Extract<ReadConfiguration, { readonly ok: false }>,
): void {
  const message = sayReason(texts, error);
  if (json) {
    terminal.problem(JSON.stringify({ error: toErrorBody(error), message, problems }));
    return;
  }
  terminal.problem(message);
  for (const one of problems) terminal.problem(texts.say('cli.import.problem', one));
}

/** From the variable an account names; else typed, where a secret is missing or `--ask-secrets` wants them all. */
async function gatherSecrets(
  { terminal, texts, environment, arguments: { flag } }: CommandContext,
  session: Session,
  { accounts }: Configuration,
  { mayAsk }: { readonly mayAsk: boolean },
): Promise<Record<string, string>> {
  if (mayAsk && flag('ask-secrets') && terminal.askHidden === null) {
    throw usageError('usage.needsTerminal', { option: '--ask-secrets' });
  }
  const stored = await session.call('accounts.list', {});
  const secrets: Record<string, string> = {};
  for (const { id, name, user, method, secretEnv } of accounts) {
    const given = secretEnv === undefined ? undefined : environment[secretEnv];
    const isStored = stored.some((one) => one.id === id && one.hasSecret);
    const isLacking = !isStored && needsSecret(method);
    const shouldAsk = mayAsk && given === undefined && (isLacking || flag('ask-secrets'));
    const question = texts.say('cli.secret.ask', { account: name, user });
    const secret = shouldAsk ? await terminal.askHidden?.(question) : given;
    if (secret !== undefined && secret !== '') secrets[id] = secret;
  }
  return secrets;
}

function tell({ terminal, texts }: CommandContext, report: ImportReport, dryRun: boolean): void {
  const { added, changed, unchanged, missingSecrets } = report;
  const key = dryRun ? 'cli.import.wouldDo' : 'cli.import.done';
  terminal.result(texts.say(key, { added, changed, unchanged }));
  for (const { name } of missingSecrets) {
    terminal.problem(texts.say('cli.import.missingSecret', { account: name }));
  }
}
