// One call from a window, as it arrives over IPC or HTTP: its name and input to the core, its value or error into a Reply.
import { z } from 'zod';
import { calls } from '#contract/calls';
import type { Reply } from '#contract/envelope';
import { ConfigError, toAppError, toErrorBody } from '../errors.ts';
import type { Logger } from '../ports.ts';
import { type Dispatch, isCallName } from './dispatch.ts';

export type CallOptions = {
  readonly core: { readonly call: Dispatch };
  readonly logger: Logger;
  /** Parse what the core answers too: in development and in tests. */
  readonly checkOutputs: boolean;
};

const Request = z.object({ name: z.string().max(100), input: z.unknown().optional() });

/** Never throws. A bug is logged with its stack, and told without. */
export async function answerCall(
  options: CallOptions,
  body: unknown,
  signal: AbortSignal,
): Promise<Reply> {
  const { core, logger, checkOutputs } = options;
  try {
    const request = Request.safeParse(body);
    if (!request.success) throw new ConfigError('api.badRequest');
    const { name, input } = request.data;
    const value = await core.call(name, input, { signal });
    return { ok: true, value: checkOutputs ? checked(name, value) : value };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'unexpected') {
      logger.log('error', error.code, { message: error.message, stack: stackOf(thrown) });
    }
    return { ok: false, error: toErrorBody(error) };
  }
}

const checked = (name: string, value: unknown): unknown =>
  isCallName(name) ? calls[name].output.parse(value) : value;

const stackOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error ? thrown.stack : undefined;
