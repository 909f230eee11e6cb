// The shape of `expected.json`: what a careful person expects of each file of a folder of mails. Its own `about` explains it.
import { z } from 'zod';

const Common = z.object({
  name: z.string().nullable(),
  acceptable_names: z.array(z.string()).optional(),
  size: z.number().nullable(),
  sha256: z.string().nullable(),
  sha256_text: z.string().optional(),
  compare: z.enum(['exact', 'text']).optional(),
  media_type: z.string().nullish(),
  role: z.string(),
  expect: z.enum(['must', 'may']),
  status: z.enum(['agreed', 'bytes-agreed', 'disputed']),
  part: z.string().nullish(),
});

export type ExpectedFile = z.infer<typeof Common> & {
  readonly n?: number | undefined;
  readonly inside?: readonly ExpectedFile[] | undefined;
};

const ExpectedFile: z.ZodType<ExpectedFile> = z.lazy(() =>
  Common.extend({ n: z.number().optional(), inside: z.array(ExpectedFile).optional() }),
);

const Person = z.object({ name: z.string().nullable(), address: z.string().nullable() });

const ExpectedMail = z.object({
  eol: z.string().nullish(),
  subject: z.string().nullish(),
  from: z.array(Person).nullish(),
  to: z.array(Person).nullish(),
  message_id: z.string().nullish(),
  header_status: z.record(z.string(), z.string()).optional(),
  attachments: z.array(ExpectedFile),
});
export type ExpectedMail = z.infer<typeof ExpectedMail>;

export const Expected = z.object({ mails: z.record(z.string(), ExpectedMail) });

export const Hostile = z.object({
  mails: z.record(
    z.string(),
    z.object({
      what: z.string(),
      rule: z.string(),
      attachments: z.array(
        z.object({
          name: z.string().nullable(),
          size: z.number(),
          sha256: z.string(),
          truth: z.enum(['exact', 'lenient', 'any', 'inner']),
        }),
      ),
    }),
  ),
});
