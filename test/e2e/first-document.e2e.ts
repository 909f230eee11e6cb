// From an empty program to the first delivered document, with the keyboard alone.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { openTab } from './browser.ts';
import { deliverFirstDocument } from './scenarios/first-document.ts';
import { describeWindow, useStage } from './stage.ts';
import { scan } from './town.ts';

describeWindow('an empty program', () => {
  const stage = useStage({ empty: true });

  it('delivers its first document after four steps, by keyboard alone', async () => {
    const { browser, serve, town } = stage();
    scan(town, 2, 'PREMIER');
    const { page, complaints, context } = await openTab(browser, serve.url);
    const first = 'SCAN_PREMIER_001.pdf';
    await deliverFirstDocument(page, { scans: town.scanner, input: town.jobs.invoices, first });

    await eventually(() => readdirSync(town.jobs.invoices).includes(first));
    expect(complaints).toEqual([]);
    await context.close();
  });
});
