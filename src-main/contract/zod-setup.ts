// zod compiles its schemas to code when they are first used. The page's CSP forbids that, and a short run of the program is done
// before it has paid: a start takes a twentieth less without. Imported before any schema is made.
import { z } from 'zod';

z.config({ jitless: true });
