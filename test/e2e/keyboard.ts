// A person without a mouse: reaches things with Tab and arrows only, and never by the address.
import type { Page } from 'playwright-core';

export type Keyboard = {
  /** Tabs to the field with this label and types; what was in it is replaced. */
  readonly fill: (label: string, text: string) => Promise<void>;
  /** Tabs to the button or link and presses Enter. */
  readonly press: (name: string) => Promise<void>;
  /** Tabs to the list and chooses the entry by its words. */
  readonly choose: (label: string, option: string) => Promise<void>;
  /** Tabs to the tree and opens the page with the arrow keys. */
  readonly open: (page: string) => Promise<void>;
  /** Tabs until the name of what has the focus is this one. */
  readonly reach: (name: string) => Promise<void>;
  /** Keys pressed so far. */
  readonly keys: () => number;
};

export function keyboardOf(page: Page): Keyboard {
  let keys = 0;
  const strike = async (key: string): Promise<void> => {
    keys += 1;
    await page.keyboard.press(key);
  };
  /** Label of a field, entry of the tree, or what a button says. */
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      const labels = element !== null && 'labels' in element ? (element.labels as NodeList) : [];
      const [label] = [...labels].map((one) => one.textContent?.trim() ?? '');
      // An entry of the tree holds its count too.
      const title =
        element?.getAttribute('role') === 'treeitem' ? element.getAttribute('title') : null;
      return label ?? title ?? element?.ariaLabel ?? element?.textContent.trim() ?? '';
    });
  const reach = async (name: string): Promise<void> => {
    for (let presses = 0; presses < 120; presses += 1) {
      if ((await focused()) === name) return;
      await strike('Tab');
    }
    throw new Error(`Not to be reached by keyboard: ${name}`);
  };
  const type = async (text: string): Promise<void> => {
    keys += text.length;
    await page.keyboard.type(text);
  };
  return {
    keys: () => keys,
    reach,
    fill: async (label, text) => {
      await reach(label);
      await strike('Control+a');
      await type(text);
    },
    press: async (name) => {
      await reach(name);
      await strike('Enter');
    },
    choose: async (label, option) => {
      await reach(label);
      // The first letters choose, as in every list of the system.
      await type(option);
      const chosen = await page.evaluate(() => {
        const element = document.activeElement;
        return element instanceof HTMLSelectElement ? element.selectedOptions[0]?.textContent : '';
      });
      if (chosen?.trim() !== option) throw new Error(`Chosen was ${chosen}, not ${option}`);
    },
    open: async (name) => {
      for (let presses = 0; presses < 120; presses += 1) {
        const isTree = await page.evaluate(
          () => document.activeElement?.getAttribute('role') === 'treeitem',
        );
        if (isTree) break;
        await strike('Tab');
      }
      await strike('Home');
      for (let presses = 0; presses < 60; presses += 1) {
        if ((await focused()) === name) break;
        await strike('ArrowDown');
      }
      await strike('Enter');
      await page.getByRole('heading', { level: 1, name }).waitFor();
    },
  };
}
