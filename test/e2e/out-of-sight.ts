// What a page hides from whoever sees it large or narrow: things off to the side, under others, or cut.
import type { Page } from 'playwright-core';

/** One line per fault of what lies within `scope`; empty = everything can be brought into sight and used. */
export function outOfSight(page: Page, scope = 'body'): Promise<string[]> {
  return page.evaluate((within) => {
    const faults: string[] = [];
    const root = document.documentElement;
    const main = document.getElementById('main') ?? root;
    for (const [name, element] of [
      ['document', root],
      ['page', main],
    ] as const) {
      const sideways = element.scrollWidth - element.clientWidth;
      if (sideways > 0) faults.push(`the ${name} scrolls sideways by ${sideways}`);
    }
    const usable = 'a[href], button, input, select, textarea, summary, [role=treeitem], [role=tab]';
    const [all] = [...document.querySelectorAll(within)].slice(-1);
    for (const element of all?.querySelectorAll<HTMLElement>(usable) ?? []) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      // Meant to be seen only when it has the focus, or by screen readers alone.
      if (element.matches('.skip') || element.closest('.sr-only')) continue;
      element.scrollIntoView({ block: 'center', inline: 'center' });
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
      const words = `${element.tagName.toLowerCase()} "${(element.ariaLabel ?? element.textContent).trim().slice(0, 40)}"`;
      if (width === 0) continue;
      const isAside = (left < -1 || right > innerWidth + 1) && width <= innerWidth;
      // A tall picture is scrolled past.
      const isAbove = (top < -1 || bottom > innerHeight + 1) && height <= main.clientHeight;
      if (isAside || isAbove) faults.push(`${words} cannot be brought into sight`);
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const isReached =
        hit !== null &&
        (element.contains(hit) || hit.contains(element) || hit.closest('label') !== null);
      if (!isReached) faults.push(`${words} lies under ${hit?.className ?? 'nothing'}`);
    }
    main.scrollTop = 0;
    return faults;
  }, scope);
}
