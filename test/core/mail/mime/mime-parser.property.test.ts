// Whatever a mail is built of and however it is cut into chunks, its leaves are the ones that were put in.
import { MailTake } from '#contract/model/mail-take';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { offerOfLeaf } from '#core/mail/mime/leaf-offers';
import { offersOf } from '#core/mail/offers';
import { anyTree, render } from './mime-tree.ts';
import { parse } from './parse.ts';

const chunks = fc.oneof(
  fc.constant([1_000_000]),
  fc.constant([65_536]),
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 }),
);
const eol = fc.constantFrom('\r\n' as const, '\n' as const);

it('finds the same leaves in a mail however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(anyTree, eol, chunks, async (tree, lineEnd, sizes) => {
      const { raw, leaves } = render(tree, lineEnd, false);
      // Byte by byte only where that takes no seconds.
      const cut = raw.length > 20_000 && Math.max(...sizes) < 1000 ? [997] : sizes;
      const parsed = await parse(raw, { chunks: cut });
      const found = parsed.leaves.map(({ part, name, bytes }) => ({ part, name, bytes }));
      expect(found).toEqual(leaves);
      expect(parsed.summary.problems).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('finds the leaves of enclosed messages when they are opened', async () => {
  await fc.assert(
    fc.asyncProperty(anyTree, eol, chunks, async (tree, lineEnd, sizes) => {
      const { raw, leaves } = render(tree, lineEnd, true);
      const cut = raw.length > 20_000 && Math.max(...sizes) < 1000 ? [997] : sizes;
      const parsed = await parse(raw, {
        chunks: cut,
        choose: (leaf) => (leaf.mayOpen ? 'open' : 'take'),
      });
      const inner = leaves.filter(({ part }) =>
        parsed.leaves.some((leaf) => leaf.part === part && leaf.bytes !== null),
      );
      const found = parsed.leaves.filter(({ bytes }) => bytes !== null);
      expect(parsed.leaves.map(({ part }) => part)).toEqual(leaves.map(({ part }) => part));
      expect(found.map(({ name, bytes }) => ({ name, bytes }))).toEqual(
        inner.map(({ name, bytes }) => ({ name, bytes })),
      );
    }),
    { numRuns: 100 },
  );
});

it('offers a leaf as it begins exactly when the whole mail offers it', async () => {
  const takes = fc
    .record({
      inlineImages: fc.boolean(),
      forwarded: fc.constantFrom('deliver' as const, 'ignore' as const),
      calendar: fc.constantFrom('attached' as const, 'all' as const, 'ignore' as const),
    })
    .map((take) => MailTake.parse(take));
  await fc.assert(
    fc.asyncProperty(anyTree, takes, async (tree, take) => {
      const { raw } = render(tree, '\r\n', false);
      const { summary, leaves } = await parse(raw);
      const { header, root } = summary;
      const whole = offersOf({ header, sizeBytes: raw.length, root }, take);
      const one = leaves.flatMap(({ leaf }) => offerOfLeaf(leaf, take) ?? []);
      const facts = ({ part, name, mediaType }: (typeof whole)[number]) => ({
        part,
        name,
        mediaType,
      });
      expect(one.map(facts)).toEqual(whole.map(facts));
    }),
    { numRuns: 100 },
  );
});
