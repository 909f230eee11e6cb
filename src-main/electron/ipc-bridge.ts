// The page's door to the core. Every message is asked two things before it is looked at: does it come from the main frame of
// our window, and does that frame show our page. Then it is parsed like any other input; answers are Replies.
import type { IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import { channels } from '#contract/desktop';
import type { Reply } from '#contract/envelope';
import { answerCall } from '../core/api/answer-call.ts';
import type { Dispatch } from '../core/api/dispatch.ts';
import type { Core } from '../core/create-core.ts';
import type { Emitter } from '../core/emitter.ts';
import { AppError, toErrorBody } from '../core/errors.ts';
import type { Clock, Logger } from '../core/ports.ts';
import { isWindowUrl } from './app-protocol.ts';
import type { ElectronParts, WebContentsPart, WindowPart } from './electron-parts.ts';
import { createIpcUploads } from './ipc-uploads.ts';
import { openKnownFolder } from './open-known-folder.ts';

const CallMessage = z.object({
  id: z.string().min(1).max(64),
  name: z.string().max(100),
  input: z.unknown(),
});
const UploadKey = z.string().min(1).max(64);
const FolderPath = z.string().max(4096);

export type IpcBridgeParts = {
  readonly electron: Pick<ElectronParts, 'ipcMain' | 'showOpenDialog' | 'shell'>;
  readonly core: { readonly call: Dispatch; readonly on: Emitter['on'] } & Pick<
    Core,
    'receiveFile'
  >;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The window of now; none while it is being made anew. */
  readonly window: () => WindowPart | undefined;
  readonly checkOutputs: boolean;
};

export function bridgeIpc(parts: IpcBridgeParts): void {
  const { electron, core, clock, logger, window, checkOutputs } = parts;
  const { ipcMain } = electron;
  const underWay = new Map<string, AbortController>();
  const uploads = createIpcUploads({ core, clock, logger });

  const isTrusted = (event: IpcMainEvent | IpcMainInvokeEvent): boolean => {
    const contents: WebContentsPart | undefined = window()?.webContents;
    const frame = event.senderFrame;
    const isOurs =
      event.sender.id === contents?.id &&
      frame !== null &&
      frame === contents.mainFrame &&
      isWindowUrl(frame.url);
    if (!isOurs) logger.log('error', 'ipc.strangerRefused', { url: frame?.url ?? '' });
    return isOurs;
  };

  ipcMain.handle(channels.call, async (event, message: unknown): Promise<Reply> => {
    if (!isTrusted(event)) return refused();
    const parsed = CallMessage.safeParse(message);
    if (!parsed.success) return refused();
    const { id, name, input } = parsed.data;
    // The page's ids are its own; one that came to life again after a crash may use them anew.
    const key = `${event.sender.id}/${event.processId}/${id}`;
    const controller = new AbortController();
    underWay.set(key, controller);
    try {
      return await answerCall({ core, logger, checkOutputs }, { name, input }, controller.signal);
    } finally {
      underWay.delete(key);
    }
  });
  ipcMain.on(channels.cancel, (event, id: unknown) => {
    if (!isTrusted(event)) return;
    const key = `${event.sender.id}/${event.processId}/${String(id)}`;
    underWay.get(key)?.abort();
    uploads.cancel(key);
  });
  ipcMain.handle(channels.upload, async (event, id: unknown, piece: unknown): Promise<Reply> => {
    const key = UploadKey.safeParse(id);
    if (!isTrusted(event) || !key.success) return refused();
    return await uploads.take(`${event.sender.id}/${event.processId}/${key.data}`, piece);
  });
  ipcMain.handle(channels.pickFolder, async (event, from: unknown): Promise<string | null> => {
    if (!isTrusted(event)) return null;
    const defaultPath = FolderPath.safeParse(from).data ?? '';
    const chosen = await electron.showOpenDialog({
      ...(defaultPath === '' ? {} : { defaultPath }),
      properties: ['openDirectory', 'createDirectory', 'dontAddToRecent'],
    });
    return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
  });
  ipcMain.handle(channels.openFolder, async (event, path: unknown): Promise<boolean> => {
    const folder = FolderPath.safeParse(path).data ?? '';
    return isTrusted(event) && (await openKnownFolder({ ...electron, core, logger }, folder));
  });

  core.on((name, payload) => {
    const contents = window()?.webContents;
    if (contents !== undefined && !contents.isDestroyed()) {
      contents.send(channels.event, name, payload);
    }
  });
}

function refused(): Reply {
  return { ok: false, error: toErrorBody(new AppError('unexpected', 'api.badRequest')) };
}
