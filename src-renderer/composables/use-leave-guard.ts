// Nobody loses what was typed: leaving a page with unsaved changes asks first; closing the tab too.
import { onBeforeUnmount, onMounted, type Ref } from 'vue';
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router';
import { useTexts } from '../i18n/texts.ts';
import { pageKey } from '../page-key.ts';
import { useConfirm } from './use-confirm.ts';

export function useLeaveGuard(isChanged: Readonly<Ref<boolean>>): void {
  const confirm = useConfirm();
  const { say } = useTexts();

  const mayLeave = async (): Promise<boolean> =>
    !isChanged.value ||
    confirm.ask({
      title: say('window.leave.title'),
      text: say('window.leave.text'),
      yes: say('window.leave.yes'),
      no: say('window.leave.no'),
      isDangerous: true,
    });
  onBeforeRouteLeave(mayLeave);
  onBeforeRouteUpdate(async (to, from) => pageKey(to) === pageKey(from) || mayLeave());

  const warn = (event: BeforeUnloadEvent): void => {
    if (isChanged.value) event.preventDefault();
  };
  onMounted(() => {
    window.addEventListener('beforeunload', warn);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('beforeunload', warn);
  });
}
