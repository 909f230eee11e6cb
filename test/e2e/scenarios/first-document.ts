// From an empty program to its first delivered document, by keyboard alone; the same whichever shell shows the window.
import type { Page } from 'playwright-core';
import { keyboardOf } from '../keyboard.ts';

/** `scans` holds two documents; ends on the page of the launcher that has delivered them. Tells what it took a person. */
export async function deliverFirstDocument(
  page: Page,
  {
    scans,
    input,
    first,
  }: { readonly scans: string; readonly input: string; readonly first: string },
): Promise<{ readonly keys: number; readonly decisions: number }> {
  const { fill, press, keys } = keyboardOf(page);
  let decisions = 0;
  const decide = async (done: Promise<void>): Promise<void> => {
    decisions += 1;
    await done;
  };
  await page.getByRole('heading', { name: 'Premiers pas' }).waitFor();
  await decide(fill('Description', 'Scanner'));
  await decide(fill("Chemin d'origine", scans));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Où vont-ils' }).waitFor();
  await decide(fill('Nom du travail', 'cold factures'));
  await decide(fill("Dossier d'entrée du travail", input));
  await page.keyboard.press('Enter');
  await page.getByTitle(first).waitFor();
  await decide(press('Continuer'));
  await page.getByRole('heading', { name: 'À quel rythme' }).waitFor();
  await decide(press('Activer et lancer'));
  await page.getByRole('heading', { name: 'Scanner', level: 1 }).waitFor();
  await page.getByText('2 livrés').first().waitFor();
  return { keys: keys(), decisions };
}
