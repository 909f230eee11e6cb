// Tests that may fail on Windows or under Wine, by suite and part of the title, each with its reason. Anything else that fails is a
// fault, and so is a suite that does not end. What is of Windows itself and not to be seen under Wine is listed in docs/windows.md.
const posixPath = 'compares with a POSIX path';
const rights = 'takes rights away by chmod, which Windows does not know';
const links = 'makes a symbolic link, which Wine does not follow';
const names = 'makes a file whose name Windows does not allow';
const volume = 'needs a second volume at /dev/shm';
const fetching =
  'asks by the fetch of Node, which opens no connection under Wine 8, where node:http and node:net do';
const clock =
  'Windows tries the rename again after a while, and the clock of the test stands still';

/** Not Windows' way, only Wine's: on Windows these must pass. */
const ofWine: readonly string[] = [links, fetching];

export const deviations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'test/core/data-folder.test.ts': { 'the data folder': posixPath },
  'test/core/destinations/folder-destination.test.ts': { 'refuses to rename with EACCES': clock },
  'test/core/destinations/name-desk.test.ts': { 'came by different paths': links },
  'test/core/files/full-disk.test.ts': { 'a volume that fills up': volume },
  'test/core/files/move-file.test.ts': { 'replaced while it is copied': volume },
  'test/core/files/staged-writer.test.ts': { EDQUOT: 'Windows has no such number' },
  'test/core/files/take-file.test.ts': { 'symbolic link': links, 'rights are narrower': rights },
  'test/core/journal/export-csv.test.ts': { 'cannot be written': rights },
  'test/core/pipeline/back-pressure.test.ts': { 'for want of rights': rights },
  'test/core/pipeline/real-folder.test.ts': {
    'stopped while it copies':
      'a file that Windows is still closing waits for the run after the next',
  },
  'test/core/sources/folder/check-folder.test.ts': {
    'cannot be read': rights,
    'may not be': rights,
    'another volume': volume,
  },
  'test/core/sources/folder/folder-layout.test.ts': { folderLayout: posixPath },
  'test/core/sources/folder/list-folder.test.ts': {
    'is a link itself': links,
    'wait at a pipe': 'makes a named pipe of POSIX',
    'under its own name': names,
    'is no text': names,
    'too deep': 'builds the deep folder by a POSIX way',
    'what cannot be read': rights,
    'may not be read': rights,
  },
  'test/core/sources/folder/put-away.test.ts': {
    'leads back to the source by a link': links,
    'another volume': volume,
  },
  'test/core/sources/folder/remote-access.test.ts': { 'a share': posixPath },
  'test/core/sources/folder/settle-files.test.ts': {
    'may not be removed': rights,
    'taken away right after': 'replaces a call that Windows does not make there',
  },
  'test/core/sources/folder/watch-file.test.ts': {
    'grows while it is looked at': 'replaces the open of POSIX; Windows opens exclusively instead',
  },
  'test/electron/script-door.test.ts': { 'is shut for': fetching },
};

/** Why a test may fail there; undefined = it may not. */
export function excuse(suite: string, title: string, system: 'wine' | 'windows') {
  const known = Object.entries(deviations[suite] ?? {});
  const why = known.find(([part]) => title.includes(part))?.[1];
  return system === 'windows' && why !== undefined && ofWine.includes(why) ? undefined : why;
}
