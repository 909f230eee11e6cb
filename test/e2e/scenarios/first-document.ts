// From an empty program to its first delivered document, by keyboard alone; the same whichever shell shows the window.
import type { Page } from 'playwright-core';

/** `scans` holds two documents; ends on the page of the launcher that has delivered them. */
export async function deliverFirstDocument(
  page: Page,
  {
    scans,
    input,
    first,
  }: { readonly scans: string; readonly input: string; readonly first: string },
): Promise<void> {
  await page.getByRole('heading', { name: 'Premiers pas' }).waitFor();
  await fill(page, 'Description', 'Scanner');
  await fill(page, "Chemin d'origine", scans);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Où vont-ils' }).waitFor();
  await fill(page, 'Nom du travail', 'cold factures');
  await fill(page, "Dossier d'entrée du travail", input);
  await page.keyboard.press('Enter');
  await page.getByTitle(first).waitFor();
  await activate(page, 'Continuer');
  await page.getByRole('heading', { name: 'À quel rythme' }).waitFor();
  await activate(page, 'Activer et lancer');
  await page.getByRole('heading', { name: 'Scanner', level: 1 }).waitFor();
  await page.getByText('2 livrés').first().waitFor();
}

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
