// How the folder fields of a form ask for the folders of the launcher's own server, with the launcher as it stands in the form.
import type { InjectionKey } from 'vue';
import type { CallOutput } from '#contract/calls';

export type AskServerFolders = (
  signal: AbortSignal,
) => Promise<CallOutput<'launchers.draftFolders'>>;

export const serverFoldersKey: InjectionKey<AskServerFolders> = Symbol('server folders');
