// Writes the pictures of `npm run screenshots` to docs/screens.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const target = new URL('../../docs/screens/', import.meta.url).pathname;

/** The dialog and little of what lies behind it. */
export async function shootDialog(page: Page, language: string, name: string): Promise<void> {
  await page.waitForTimeout(200);
  const box = await page.getByRole('dialog').last().boundingBox();
  if (box === null) throw new Error(`no dialog for ${name}`);
  const [left, top] = [Math.max(0, box.x - 24), Math.max(0, box.y - 24)];
  const clip = {
    x: left,
    y: top,
    width: Math.min(1280, box.x + box.width + 24) - left,
    height: Math.min(800, box.y + box.height + 24) - top,
  };
  await page.screenshot({ path: pathOf(language, name), clip });
}

export async function shoot(page: Page, language: string, name: string): Promise<void> {
  await page.screenshot({ path: pathOf(language, name) });
}

export function pathOf(language: string, name: string): string {
  const folder = join(target, language);
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}
