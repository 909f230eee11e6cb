// Tells the folder fields of a form which saved launcher's server they may list.
import type { InjectionKey, Ref } from 'vue';
import type { LauncherId } from '#contract/ids';

export type ServerFolders = { readonly launcherId: Readonly<Ref<LauncherId | undefined>> };

export const serverFoldersKey: InjectionKey<ServerFolders> = Symbol('server folders');
