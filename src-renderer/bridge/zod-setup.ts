// The page's CSP forbids eval: zod must not compile its schemas to code. Imported before any schema is used.
import { z } from 'zod';

z.config({ jitless: true });
