// Runs in the sandbox between the page and the shell, built as one CommonJS file without libraries. The page gets seven
// functions and nothing of Electron: no ipcRenderer, no event object, no channel of its choice.
import { contextBridge, ipcRenderer } from 'electron';
import { channels, DESKTOP_BRIDGE, type DesktopBridge } from '../contract/desktop.ts';

function listen(channel: string, hear: (...values: unknown[]) => void): () => void {
  const listener = (_event: unknown, ...values: unknown[]): void => {
    hear(...values);
  };
  ipcRenderer.on(channel, listener);
  return () => {
    ipcRenderer.off(channel, listener);
  };
}

const bridge: DesktopBridge = {
  call: (id, name, input) => ipcRenderer.invoke(channels.call, { id, name, input }),
  cancel: (id) => {
    ipcRenderer.send(channels.cancel, id);
  },
  upload: (id, { name, at, bytes, isLast }) =>
    ipcRenderer.invoke(channels.upload, id, { name, at, bytes, isLast }),
  onEvent: (listener) =>
    listen(channels.event, (name, payload) => {
      listener(String(name), payload);
    }),
  onShow: (listener) =>
    listen(channels.show, (path) => {
      listener(String(path));
    }),
  pickFolder: (from) => ipcRenderer.invoke(channels.pickFolder, from),
  openFolder: (path) => ipcRenderer.invoke(channels.openFolder, path),
};

contextBridge.exposeInMainWorld(DESKTOP_BRIDGE, bridge);
