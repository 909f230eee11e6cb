// Where the window opens: as it was, if a screen still shows enough of it to be grabbed; else in the middle of the nearest
// thing left, never larger than that screen. Pure.
import { z } from 'zod';

export const Bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});
export type Bounds = z.infer<typeof Bounds>;

export const usualSize = { width: 1180, height: 760 };
export const leastSize = { width: 640, height: 480 };

/** How much of the title bar must be on a screen, in pixels: enough for a hand to move it. */
const GRIP = { width: 120, height: 24 };
const TITLE_BAR = 32;

/** `screens`: work areas, the primary one first. */
export function placeWindow(
  wanted: Bounds | undefined,
  screens: readonly Bounds[],
): Partial<Bounds> & { readonly width: number; readonly height: number } {
  const primary = screens[0];
  if (primary === undefined) return usualSize;
  if (wanted === undefined) return centred(usualSize, primary);
  const [home] = screens
    .filter((screen) => isGrippable(wanted, screen))
    .sort((a, b) => shownOn(wanted, b) - shownOn(wanted, a));
  if (home === undefined) return centred(wanted, primary);
  const width = Math.min(wanted.width, home.width);
  const height = Math.min(wanted.height, home.height);
  return { ...wanted, width, height };
}

function isGrippable(bounds: Bounds, screen: Bounds): boolean {
  const width =
    Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
  const top = Math.max(bounds.y, screen.y);
  const height = Math.min(bounds.y + TITLE_BAR, screen.y + screen.height) - top;
  return width >= GRIP.width && height >= GRIP.height;
}

/** Pixels of the window that the screen shows. */
function shownOn(bounds: Bounds, screen: Bounds): number {
  const span = (from: number, size: number, start: number, length: number): number =>
    Math.max(0, Math.min(from + size, start + length) - Math.max(from, start));
  const width = span(bounds.x, bounds.width, screen.x, screen.width);
  return width * span(bounds.y, bounds.height, screen.y, screen.height);
}

function centred(
  size: { readonly width: number; readonly height: number },
  screen: Bounds,
): Bounds {
  const width = Math.min(size.width, screen.width);
  const height = Math.min(size.height, screen.height);
  return {
    x: Math.round(screen.x + (screen.width - width) / 2),
    y: Math.round(screen.y + (screen.height - height) / 2),
    width,
    height,
  };
}
