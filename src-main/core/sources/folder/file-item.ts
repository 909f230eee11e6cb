// A file as an item of the pipeline: one part, its name, where it lies, and what the sidecar may tell of it.
import path from 'node:path';
import type { AppError } from '../../errors.ts';
import type { Readiness, SourceItem } from '../source.ts';
import { type FileLocation, fingerprintOf } from './file-identity.ts';
import { mediaTypeOf } from './media-type.ts';
import type { Trouble } from './scan-tree.ts';

/** The one part that a file has. */
export const FILE_PART = 'file';

export type FileFacts = {
  readonly key: string;
  readonly version: string;
  readonly location: FileLocation;
  /** Null = no identity beyond the key. */
  readonly dev: number | null;
  readonly readiness: Readiness;
  /** Code of something doubtful about a file that is taken all the same. */
  readonly warning?: string;
};

export function fileItem(facts: FileFacts): SourceItem {
  const { key, location, dev } = facts;
  const name = key.slice(key.lastIndexOf('/') + 1);
  return {
    key,
    version: facts.version,
    fingerprint: dev === null ? null : fingerprintOf(dev, location),
    location: JSON.stringify(location),
    title: name,
    sizeBytes: location.sizeBytes,
    receivedAt: isoOf(location.mtimeMs),
    parts: [{ part: FILE_PART, name, mediaType: mediaTypeOf(name), sizeBytes: location.sizeBytes }],
    readiness: facts.readiness,
    facts: {
      // Below the launcher's folder: people file by sub-folder; the rest is the same for every document.
      source_path: key,
      ...(facts.warning === undefined ? {} : { warning: facts.warning }),
    },
  };
}

/** Offered so that it is counted and shown with its reason; there is nothing to fetch. */
export function troubleItem(trouble: Trouble, rootPath: string): SourceItem {
  const location = path.join(rootPath, trouble.key);
  return {
    key: trouble.key,
    version: '',
    fingerprint: null,
    location: JSON.stringify({ path: location, sizeBytes: 0, mtimeMs: 0, ino: '0' }),
    title: trouble.title,
    sizeBytes: 0,
    receivedAt: null,
    parts: [],
    readiness: notReady(trouble.error, ''),
    facts: {},
  };
}

export const notReady = (reason: AppError, observation: string): Readiness => ({
  ready: false,
  reason,
  observation,
});

/** Null for a time that no calendar has: some file systems give garbage. */
function isoOf(mtimeMs: number): string | null {
  const date = new Date(mtimeMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
