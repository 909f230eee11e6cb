// A schema that takes no name it does not know, at any depth: in a file that people write, a word misspelt would be a setting
// silently left out. What the program reads back from its own store stays lenient, for an older program may meet a newer one's.
import { z } from 'zod';

type Schema = z.core.$ZodType;

/** The same schema, each of its objects strict. What a transformation makes (`$ZodPipe`) is left as it is. */
export function strictly<T extends Schema>(schema: T): T {
  if (schema instanceof z.core.$ZodObject) {
    const { def } = schema._zod;
    const entries = Object.entries(def.shape).map(([name, field]): [string, Schema] => [
      name,
      strictly(field),
    ]);
    return z.core.clone(schema, {
      ...def,
      shape: Object.fromEntries(entries),
      catchall: z.never(),
    });
  }
  if (schema instanceof z.core.$ZodArray) {
    const { def } = schema._zod;
    return z.core.clone(schema, { ...def, element: strictly(def.element) });
  }
  if (schema instanceof z.core.$ZodUnion) {
    const { def } = schema._zod;
    return z.core.clone(schema, { ...def, options: def.options.map(strictly) });
  }
  if (schema instanceof z.core.$ZodOptional) return inside(schema);
  if (schema instanceof z.core.$ZodNullable) return inside(schema);
  if (schema instanceof z.core.$ZodDefault) return inside(schema);
  if (schema instanceof z.core.$ZodPrefault) return inside(schema);
  if (schema instanceof z.core.$ZodReadonly) return inside(schema);
  return schema;
}

type Wrapper = Schema & { readonly _zod: { readonly def: { readonly innerType: Schema } } };

const inside = <W extends Wrapper>(schema: W): W =>
  z.core.clone(schema, { ...schema._zod.def, innerType: strictly(schema._zod.def.innerType) });
