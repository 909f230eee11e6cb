// What every page of one record does: saves with a word of confirmation, goes to the new record's own address, discards, asks
// before it deletes, and lets nobody leave with unsaved changes unasked.
import { type Ref, watch } from 'vue';
import { useRouter } from 'vue-router';
import { useTexts } from '../i18n/texts.ts';
import { useAction } from './use-action.ts';
import { useConfirm } from './use-confirm.ts';
import type { useFormDraft } from './use-form-draft.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { useToasts } from './use-toasts.ts';

type Options<Row extends { readonly id: string }> = {
  /** The address of the list; a record lies below it under its id. */
  readonly list: string;
  /** What the core holds; undefined while a new one is made. */
  readonly row: Readonly<Ref<Row | undefined>>;
  /** What a new one begins with. */
  readonly begin?: () => object;
  readonly draft: Pick<
    ReturnType<typeof useFormDraft<unknown, Row>>,
    'show' | 'submit' | 'isChanged'
  >;
  readonly saidSaved: (row: Row) => string;
  readonly removal: {
    readonly title: (row: Row) => string;
    readonly text: string;
    readonly run: (row: Row) => Promise<unknown>;
  };
};

export function useRecordPage<Row extends { readonly id: string }>(options: Options<Row>) {
  const { row, draft, removal, list } = options;
  const router = useRouter();
  const { say } = useTexts();
  const toasts = useToasts();
  const confirm = useConfirm();
  useLeaveGuard(draft.isChanged);
  watch(
    row,
    (found) => {
      if (!draft.isChanged.value) draft.show(found ?? options.begin?.() ?? null);
    },
    { immediate: true },
  );

  /** The saved record, or undefined when it was refused. */
  const store = async (): Promise<Row | undefined> => {
    const wasNew = row.value === undefined;
    const saved = await draft.submit();
    if (saved === undefined) return undefined;
    draft.show(saved);
    toasts.say(options.saidSaved(saved));
    if (wasNew) await router.replace(`${list}/${saved.id}`);
    return saved;
  };
  const discard = async (): Promise<void> => {
    draft.show(row.value ?? options.begin?.() ?? null);
    if (row.value === undefined) await router.push(list);
  };
  const remove = useAction(async () => {
    const { value: found } = row;
    if (found === undefined) return;
    const isSure = await confirm.ask({
      title: removal.title(found),
      text: removal.text,
      yes: say('window.do.delete'),
      isDangerous: true,
    });
    if (!isSure) return;
    await removal.run(found);
    draft.show(null);
    await router.push(list);
  });
  return { store, discard, remove };
}
