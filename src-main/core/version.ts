// The program's version, from package.json.
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };

export const version = z.object({ version: z.string() }).parse(manifest).version;
