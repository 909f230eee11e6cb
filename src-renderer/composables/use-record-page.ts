// What every page of one record does: finds it, saves with a word of confirmation, goes to the new record's own address, tests,
// discards, asks before it deletes or saves over somebody else's changes, and lets nobody leave with unsaved changes unasked.
import { computed, shallowRef, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { CheckReport } from '#contract/model/check';
import { useTexts } from '../i18n/texts.ts';
import { type Action, useAction } from './use-action.ts';
import { useConfirm } from './use-confirm.ts';
import type { RecordDraft } from './use-form-draft.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { useToasts } from './use-toasts.ts';

type Stored = { readonly id: string; readonly changedAt: string };

type Options<Row extends Stored> = {
  /** `job`: the list is at `/jobs`, a new one is made on the page `job-new`, the sentences are those of `window.job`. */
  readonly name: 'launcher' | 'job' | 'service' | 'connector' | 'notice';
  readonly find: (id: string) => Row | undefined;
  readonly isLoaded: () => boolean;
  readonly titleOf: (row: Row) => string;
  /** Shown null, it is a new one. */
  readonly draft: RecordDraft<Row>;
  readonly remove: (id: Row['id']) => Promise<unknown>;
  /** Tries the record as the core holds it; what it answers is shown, if it is a report. */
  readonly test?: (id: Row['id'], signal: AbortSignal) => Promise<CheckReport | undefined>;
};

/** What the frame of such a page shows. */
export type RecordPageState = Omit<
  ReturnType<typeof useRecordPage<Stored>>,
  'row' | 'draft' | 'tested'
> & {
  readonly draft: Pick<RecordDraft<unknown>, 'faults' | 'isChanged' | 'isBusy' | 'error'>;
  readonly tested: Pick<Action<never, CheckReport | undefined>, 'error' | 'isBusy' | 'result'>;
};

export function useRecordPage<Row extends Stored>(options: Options<Row>) {
  const { name, draft, titleOf } = options;
  const route = useRoute();
  const router = useRouter();
  const { say } = useTexts();
  const toasts = useToasts();
  const confirm = useConfirm();
  const isNew = route.name === `${name}-new`;
  const row = computed(() => options.find(String(route.params['id'] ?? '')));
  const isMissing = computed(() => !isNew && options.isLoaded() && row.value === undefined);
  const title = computed(() => (row.value === undefined ? undefined : titleOf(row.value)));
  /** When what the form began with was stored: by this page, or by another window, a script, an import. */
  const basedOn = shallowRef<string>();
  const show = (record: Row | null): void => {
    draft.show(record);
    basedOn.value = record?.changedAt;
  };
  const showStored = (): void => {
    show(row.value ?? null);
  };
  // Nothing of one that was deleted meanwhile can be saved, however long one stays.
  useLeaveGuard(computed(() => draft.isChanged.value && !isMissing.value));
  watch(
    row,
    () => {
      if (!draft.isChanged.value) showStored();
    },
    { immediate: true },
  );

  const maySaveOver = (): Promise<boolean> =>
    confirm.ask({
      title: say('window.saveOver.title'),
      text: say('window.saveOver.text'),
      yes: say('window.saveOver.yes'),
      no: say('window.leave.no'),
      isDangerous: true,
    });
  /** The saved record, or undefined when it was refused. */
  const store = async (): Promise<Row | undefined> => {
    if (row.value?.changedAt !== basedOn.value && !(await maySaveOver())) return undefined;
    const saved = await draft.submit();
    if (saved === undefined) return undefined;
    show(saved);
    toasts.say(say(`window.${name}.saved`, { [name]: titleOf(saved) }));
    if (isNew) await router.replace(`/${name}s/${saved.id}`);
    return saved;
  };
  const discard = async (): Promise<void> => {
    showStored();
    if (isNew) await router.push(`/${name}s`);
  };
  const remove = useAction(async () => {
    const { value: found } = row;
    if (found === undefined) return;
    const isSure = await confirm.ask({
      title: say(`window.${name}.deleteTitle`, { [name]: titleOf(found) }),
      text: say(`window.${name}.deleteText`),
      yes: say('window.do.delete'),
      isDangerous: true,
    });
    if (!isSure) return;
    await options.remove(found.id);
    show(null);
    await router.push(`/${name}s`);
  });
  const attempt = useAction(async (signal, id: Row['id']) => await options.test?.(id, signal));
  /** What is tested is what was saved. */
  const test = async (): Promise<void> => {
    const tested = draft.isChanged.value ? await store() : row.value;
    if (tested !== undefined) await attempt.run(tested.id);
  };
  return {
    ...{ name, row, isNew, isMissing, title, draft, store, discard, remove },
    ...{ test, tested: attempt },
  };
}
