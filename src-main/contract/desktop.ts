// What the desktop shell's preload gives to the page: one door for calls, one for events, and what only a desktop can do.
// No schema here: the preload is one small file without libraries, and the other side parses what comes.
export const channels = {
  call: 'lanceur:call',
  cancel: 'lanceur:cancel',
  event: 'lanceur:event',
  /** The shell asks the page to show another page of the window. */
  show: 'lanceur:show',
  upload: 'lanceur:upload',
  pickFolder: 'lanceur:pick-folder',
  openFolder: 'lanceur:open-folder',
} as const;

/** Longest piece of a file that crosses at once. */
export const PIECE_BYTES = 1024 * 1024;

/** A piece of a file that is handed over, in their order. */
export type FilePiece = {
  readonly name: string;
  /** Where in the file it begins. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
};

/** Values cross as structured clones; `unknown` is parsed by whoever receives it. */
export type DesktopBridge = {
  /** Answers a Reply, never rejects. `id` is the page's own, for `cancel`. */
  readonly call: (id: string, name: string, input: unknown) => Promise<unknown>;
  readonly cancel: (id: string) => void;
  /** Answers a Reply: null for a piece, an `Upload` for the last one. `id` as for `call`, the same for all pieces. */
  readonly upload: (id: string, piece: FilePiece) => Promise<unknown>;
  /** Returns the way to stop listening. */
  readonly onEvent: (listener: (name: string, payload: unknown) => void) => () => void;
  readonly onShow: (listener: (path: string) => void) => () => void;
  /** The system's own dialog; null = cancelled. */
  readonly pickFolder: (from: string) => Promise<string | null>;
  /** A folder of a COLD job or a launcher, in the system's file manager. */
  readonly openFolder: (path: string) => Promise<boolean>;
};

/** The name in `window`. */
export const DESKTOP_BRIDGE = 'bridge';
