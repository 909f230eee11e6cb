// All protocols, each loaded when a launcher first needs it: a folder launcher never pays for a mail library.
import type { Protocol, SourceConfig } from '#contract/model/source-config';
import { assertNever } from '../errors.ts';
import type { SettlePlan, Source, SourceContext } from './source.ts';

export type SourceType = {
  readonly protocol: Protocol;
  /** When the fate of the delivered, or of the rejected, is carried out under this configuration. */
  settlePlan(config: SourceConfig, as: 'delivered' | 'rejected'): SettlePlan;
  /** No side effect: the source connects when it is first asked for something. */
  open(context: SourceContext): Source;
};

export type LoadSourceType = (protocol: Protocol) => Promise<SourceType>;

export const loadSourceType: LoadSourceType = async (protocol) => {
  switch (protocol) {
    case 'adullact':
      return (await import('./adullact/adullact-source.ts')).adullactSourceType;
    case 'folder':
      return (await import('./folder/folder-source.ts')).folderSourceType;
    case 'imap':
      return (await import('./imap/imap-source.ts')).imapSourceType;
    case 'o365':
      return (await import('./o365/o365-source.ts')).o365SourceType;
    case 'pop':
      return (await import('./pop/pop-source.ts')).popSourceType;
    default:
      return assertNever(protocol);
  }
};
