// Folders: the whole program run once, against rsync, which hashes and journals nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { type Candidate, measure } from '../measure.ts';
import { configure, expectFiles, lanceur, oneLauncher } from '../program.ts';
import type { Report } from '../report.ts';
import { rsyncMove } from '../rivals.ts';
import { makeWorkFolder, type WorkFolder } from '../work-folder.ts';
import { seededBytes } from '../../helpers/seeded-bytes.ts';

type FolderCase = {
  readonly title: string;
  readonly files: number;
  readonly bytes: number;
  /** Sources on another volume than the target. */
  readonly across: boolean;
  readonly wallRatio: number;
  readonly rounds: number;
};

export const folderCases: Readonly<Record<string, FolderCase>> = {
  'folder-across': {
    title: 'Folder, 5,000 × 60 KB across volumes',
    files: 5000,
    bytes: 61_440,
    across: true,
    wallRatio: 1,
    rounds: 3,
  },
  'folder-within': {
    title: 'Folder, 5,000 × 60 KB within a volume',
    files: 5000,
    bytes: 61_440,
    across: false,
    wallRatio: 0.5,
    rounds: 3,
  },
  'folder-big': {
    title: 'Folder, 20 × 100 MB across volumes',
    files: 20,
    bytes: 104_857_600,
    across: true,
    wallRatio: 1.2,
    rounds: 3,
  },
};

const OTHER_VOLUME = '/dev/shm';

export async function runFolderCase(one: FolderCase, work: WorkFolder): Promise<Report> {
  const other = makeWorkFolder(OTHER_VOLUME);
  try {
    const place = one.across ? other : work;
    const figures = await measure([ours(one, work, place), rival(one, work, place)], one.rounds);
    const mine = figures.get('lanceur');
    const theirs = figures.get('rsync --fsync');
    return {
      title: one.title,
      rows: [...figures].map(([label, found]) => ({ label, ...found })),
      goals: [
        {
          text: 'wall / rsync',
          value: (mine?.wallS ?? NaN) / (theirs?.wallS ?? NaN),
          limit: one.wallRatio,
          unit: '×',
        },
        { text: 'peak memory', value: mine?.rssMiB ?? NaN, limit: 120, unit: 'MiB' },
      ],
    };
  } finally {
    other.remove();
  }
}

function ours(one: FolderCase, work: WorkFolder, place: WorkFolder): Candidate {
  let dataDir = '';
  let target = '';
  return {
    label: 'lanceur',
    prepare: () => {
      const from = fill(place.fresh('in'), one);
      dataDir = work.fresh('data');
      target = work.fresh('cold');
      const source = { protocol: 'folder', path: from, fate: { kind: 'delete' } };
      configure(dataDir, oneLauncher(target, source));
      spawnSync('sync');
    },
    command: () => lanceur(dataDir, 'run', 'bench', '--once'),
    verify: () => {
      expectFiles(target, one.files);
    },
  };
}

function rival(one: FolderCase, work: WorkFolder, place: WorkFolder): Candidate {
  let from = '';
  let target = '';
  return {
    label: 'rsync --fsync',
    prepare: () => {
      from = fill(place.fresh('in'), one);
      target = work.fresh('cold');
      mkdirSync(target);
      spawnSync('sync');
    },
    command: () => rsyncMove(from, target),
    verify: () => {
      expectFiles(target, one.files);
    },
  };
}

export function fill(folder: string, one: Pick<FolderCase, 'files' | 'bytes'>): string {
  mkdirSync(folder, { recursive: true });
  const content = seededBytes(one.bytes, 1);
  for (let index = 0; index < one.files; index += 1) {
    // No two files alike, and no time lost in making them so.
    content.writeUInt32LE(index, 0);
    writeFileSync(join(folder, `document-${String(index).padStart(6, '0')}.dat`), content);
  }
  return folder;
}
