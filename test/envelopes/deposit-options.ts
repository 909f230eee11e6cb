// Every way in which a Pastell may be told to deposit a document, as plain data, and all combinations of it.

export type DepositKind = 'acte_nature' | 'helios' | 'chorus_fact';

export type DepositOptions = {
  readonly kind: DepositKind;
  readonly container: 'folder' | 'zip' | 'zip with folder' | 'root';
  readonly metadata: 'none' | 'xml' | 'json' | 'yaml' | 'manifest';
  /** Standard name, or one built from a key. */
  readonly metadataName: 'standard' | 'custom';
  /** Original names; cleaned ones (`/` → `-`); Pastell names; a pattern of its own; what Windows makes of them. */
  readonly fileNames: 'original' | 'pastell' | 'pattern' | 'windows' | 'decomposed';
  readonly marker: 'none' | 'standard' | 'renamed';
  /** Keys left out by a restriction: none; those that make the kind; all but files. */
  readonly keys: 'all' | 'no strong keys' | 'files only';
  /** Files left out by a restriction. */
  readonly files: 'all' | 'main only';
  /** Documents returned by the platforms: receipt, acknowledgement, stamped act. */
  readonly returns: boolean;
  /** Two fields with the same original name: on disk the second overwrote the first. */
  readonly sameName: boolean;
  /** Clutter of other systems beside the files. */
  readonly clutter: boolean;
};

export const DEPOSIT_VALUES = {
  kind: ['acte_nature', 'helios', 'chorus_fact'],
  container: ['folder', 'zip', 'zip with folder', 'root'],
  metadata: ['none', 'xml', 'json', 'yaml', 'manifest'],
  metadataName: ['standard', 'custom'],
  fileNames: ['original', 'pastell', 'pattern', 'windows', 'decomposed'],
  marker: ['none', 'standard', 'renamed'],
  keys: ['all', 'no strong keys', 'files only'],
  files: ['all', 'main only'],
  returns: [false, true],
  sameName: [false, true],
  clutter: [false, true],
} as const satisfies { [K in keyof DepositOptions]: readonly DepositOptions[K][] };

export const depositDefaults: DepositOptions = {
  kind: 'acte_nature',
  container: 'folder',
  metadata: 'json',
  metadataName: 'standard',
  fileNames: 'original',
  marker: 'none',
  keys: 'all',
  files: 'all',
  returns: true,
  sameName: false,
  clutter: false,
};

/** Each value of each option once, all else as by default: what a person can look through. */
export function oneOptionEach(): DepositOptions[] {
  const varied = Object.entries(DEPOSIT_VALUES).flatMap(([option, values]) =>
    values.map((value) => ({ ...depositDefaults, [option]: value })),
  );
  const kinds = DEPOSIT_VALUES.kind;
  return kinds.flatMap((kind) => varied.map((options) => ({ ...options, kind })));
}
