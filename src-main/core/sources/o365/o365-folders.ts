// Folders of a mailbox: from the names of the configuration to the id that Graph wants, and back for the picker.
import { z } from 'zod';
import { ConfigError } from '../../errors.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import type { SourceFolder } from '../source.ts';

export const MailFolder = z.object({
  id: z.string(),
  displayName: z.string(),
  parentFolderId: z.string().nullish(),
  childFolderCount: z.number().catch(0),
  totalItemCount: z.number().catch(0),
});
export type MailFolder = z.infer<typeof MailFolder>;

const Page = z.object({ value: z.array(MailFolder), '@odata.nextLink': z.string().optional() });

const SELECT = '$select=id,displayName,parentFolderId,childFolderCount,totalItemCount';
/** How deep the picker looks. */
const MAX_DEPTH = 12;

/** Names that mean the same folder in every language (learn.microsoft.com/graph/api/resources/mailfolder). */
const WELL_KNOWN = new Set([
  'archive',
  'clutter',
  'conflicts',
  'conversationhistory',
  'deleteditems',
  'drafts',
  'inbox',
  'junkemail',
  'localfailures',
  'msgfolderroot',
  'outbox',
  'recoverableitemsdeletions',
  'searchfolders',
  'sentitems',
  'serverfailures',
  'syncissues',
]);

const ROLES: readonly (readonly [name: string, role: NonNullable<SourceFolder['role']>])[] = [
  ['inbox', 'inbox'],
  ['archive', 'archive'],
  ['sentitems', 'sent'],
  ['drafts', 'drafts'],
  ['deleteditems', 'trash'],
  ['junkemail', 'junk'],
];

export type FolderSearch = {
  readonly graph: GraphClient;
  readonly signal: AbortSignal;
  /** Form field that names the folder. */
  readonly field: string;
};

/** Throws ConfigError `graph.folderMissing` with the name of the configuration. */
export async function findFolder(search: FolderSearch, path: string): Promise<MailFolder> {
  const found = await walk(search, path, null);
  if (found) return found;
  throw new ConfigError('graph.folderMissing', { folder: path }, { field: search.field });
}

/** Null where there is no such folder. */
export async function lookForFolder(
  search: FolderSearch,
  path: string,
): Promise<MailFolder | null> {
  try {
    return await walk(search, path, null);
  } catch (thrown) {
    if (thrown instanceof ConfigError && thrown.code === 'graph.folderMissing') return null;
    throw thrown;
  }
}

/** The folder with its missing parents made; `made` is told of each. */
export async function ensureFolder(
  search: FolderSearch,
  path: string,
  made: () => void,
): Promise<MailFolder> {
  const create = async (parent: MailFolder | null, displayName: string) => {
    const below = parent ? `/mailFolders/${parent.id}/childFolders` : '/mailFolders';
    const { value } = await search.graph.json(
      {
        method: 'POST',
        path: below,
        about: { about: 'folder', folder: path, field: search.field },
        body: { type: 'application/json', bytes: JSON.stringify({ displayName }) },
        isRepeatable: false,
        signal: search.signal,
      },
      MailFolder,
    );
    made();
    return value;
  };
  const found = await walk(search, path, create);
  if (found) return found;
  throw new ConfigError('graph.folderMissing', { folder: path }, { field: search.field });
}

/** All folders, parents before their children, the inbox first. Names are those of the mailbox, in its language. */
export async function listFolders(
  graph: GraphClient,
  signal: AbortSignal,
): Promise<SourceFolder[]> {
  const roles = new Map<string, (typeof ROLES)[number]>();
  for (const entry of ROLES) {
    const search = { graph, signal, field: 'folder' };
    const folder = await lookForFolder(search, entry[0]);
    if (folder) roles.set(folder.id, entry);
  }
  const found: SourceFolder[] = [];
  const visit = async (parent: Parent, depth: number): Promise<void> => {
    for (const folder of await childrenOf(graph, parent.id, signal)) {
      const known = roles.get(folder.id);
      const name = escapeName(folder.displayName);
      const path = known?.[0] ?? (parent.path === '' ? name : `${parent.path}/${name}`);
      const label = [...parent.labels, folder.displayName];
      found.push({
        path,
        label: label.join(' / '),
        selectable: true,
        ...(known ? { role: known[1] } : {}),
      });
      if (folder.childFolderCount > 0 && depth < MAX_DEPTH) {
        await visit({ id: folder.id, path, labels: label }, depth + 1);
      }
    }
  };
  await visit({ id: null, path: '', labels: [] }, 1);
  const isInbox = ({ path }: SourceFolder) => /^inbox(?:\/|$)/.test(path);
  return [...found.filter(isInbox), ...found.filter((folder) => !isInbox(folder))];
}

type Parent = {
  readonly id: string | null;
  readonly path: string;
  readonly labels: readonly string[];
};

type Create = (parent: MailFolder | null, name: string) => Promise<MailFolder>;

async function walk(
  search: FolderSearch,
  path: string,
  create: Create | null,
): Promise<MailFolder | null> {
  const { graph, signal, field } = search;
  const about = { about: 'folder', folder: path, field } as const;
  const get = async (id: string) =>
    (
      await graph.json(
        { path: `/mailFolders/${encodeURIComponent(id)}?${SELECT}`, about, signal },
        MailFolder,
      )
    ).value;
  if (path.startsWith('id:')) return await get(path.slice(3));
  const [first = '', ...rest] = splitPath(path);
  let folder: MailFolder | null = null;
  const names = [...rest];
  if (WELL_KNOWN.has(first.toLowerCase())) folder = await get(first.toLowerCase());
  else names.unshift(first);
  for (const name of names) {
    const children = await childrenOf(graph, folder?.id ?? null, signal);
    const child: MailFolder | undefined =
      children.find((one) => one.displayName === name) ??
      children.find((one) => plain(one.displayName) === plain(name));
    if (!child && !create) return null;
    folder = child ?? (create ? await create(folder, name) : null);
  }
  return folder;
}

async function childrenOf(
  graph: GraphClient,
  id: string | null,
  signal: AbortSignal,
): Promise<MailFolder[]> {
  const below =
    id === null ? '/mailFolders' : `/mailFolders/${encodeURIComponent(id)}/childFolders`;
  const found: MailFolder[] = [];
  let next: string | undefined = `${below}?${SELECT}&$top=100`;
  while (next !== undefined) {
    const reply: { readonly value: z.infer<typeof Page> } = await graph.json(
      { path: next, about: { about: 'mailbox' }, signal },
      Page,
    );
    found.push(...reply.value.value);
    next = reply.value['@odata.nextLink'];
  }
  return found;
}

/** `\/` is a slash inside a name, `\\` a backslash. */
export function splitPath(path: string): string[] {
  const parts = path.match(/(?:\\[^]|[^/\\])+/g) ?? [];
  return parts.map((part) => part.replace(/\\([^])/g, '$1').trim()).filter((part) => part !== '');
}

const escapeName = (name: string) => name.replace(/[\\/]/g, '\\$&');
const plain = (name: string) => name.normalize('NFC').trim().toLowerCase();
