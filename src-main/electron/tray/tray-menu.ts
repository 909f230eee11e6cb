// The rows of the tray's menu as Electron wants them.
import type { MenuItemConstructorOptions } from 'electron';
import type { TrayAction, TrayRow, TrayView } from './tray-model.ts';

export function trayTemplate(
  rows: TrayView['rows'],
  act: (action: TrayAction) => void,
): MenuItemConstructorOptions[] {
  return rows.map((row) => (row === null ? { type: 'separator' } : item(row, act)));
}

function item(row: TrayRow, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  const { action, rows, checked } = row;
  if (rows !== undefined) return { label: row.label, submenu: trayTemplate(rows, act) };
  return {
    label: row.label,
    enabled: action !== undefined,
    ...(checked === undefined ? {} : { type: 'checkbox', checked }),
    ...(action === undefined
      ? {}
      : {
          click: () => {
            act(action);
          },
        }),
  };
}
