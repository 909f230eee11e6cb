// From an empty program to the first delivered document, with the keyboard alone.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { eventually } from '../helpers/eventually.ts';
import { openTab } from './browser.ts';
import { describeWindow, useStage } from './stage.ts';
import { scan } from './town.ts';

describeWindow('an empty program', () => {
  const stage = useStage({ empty: true });

  it('delivers its first document after four steps, by keyboard alone', async () => {
    const { browser, serve, town } = stage();
    scan(town, 2, 'PREMIER');
    const { page, complaints, context } = await openTab(browser, serve.url);
    await page.getByRole('heading', { name: 'Premiers pas' }).waitFor();

    await fill(page, 'Description', 'Scanner');
    await fill(page, "Chemin d'origine", town.scanner);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Où vont-ils' }).waitFor();
    await fill(page, 'Nom du travail', 'cold factures');
    await fill(page, "Dossier d'entrée du travail", town.jobs.invoices);
    await page.keyboard.press('Enter');
    await page.getByTitle('SCAN_PREMIER_001.pdf').waitFor();
    await activate(page, 'Continuer');
    await page.getByRole('heading', { name: 'À quel rythme' }).waitFor();
    await activate(page, 'Activer et lancer');

    await page.getByRole('heading', { name: 'Scanner', level: 1 }).waitFor();
    await eventually(() => readdirSync(town.jobs.invoices).includes('SCAN_PREMIER_001.pdf'));
    await page.getByText('2 livrés').first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** Reaches a field with Tab, as nobody's mouse does, and types into it. */
async function fill(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, (element) => element.labels[0] === label);
  await page.keyboard.type(text);
}

async function activate(page: Page, name: string): Promise<void> {
  await tabTo(page, (element) => element.text === name);
  await page.keyboard.press('Enter');
}

type Focused = { readonly labels: readonly string[]; readonly text: string };

async function tabTo(page: Page, isWanted: (focused: Focused) => boolean): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      return {
        labels: labels.map((label) => label.textContent.trim()),
        text: element?.textContent.trim() ?? '',
      };
    });
    if (isWanted(focused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Not to be reached by keyboard.');
}
