// Figures over time, for charts.
import { z } from 'zod';

export const DayFigures = z.object({
  /** Local day: `2026-11-22`. */
  day: z.string(),
  documents: z.number().int(),
  bytes: z.number().int(),
});
export type DayFigures = z.infer<typeof DayFigures>;
