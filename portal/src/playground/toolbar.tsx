// Run, share, and who asks for what purpose: the token of the pages, which goes with queries and subscriptions alike.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { announce } from '../design/feedback/toasts.tsx';
import { useTexts } from '../page/page-context.ts';
import { session, signIn } from '../session/session.ts';
import { playgroundTexts } from '../texts/playground.ts';
import { run, send, stop } from './run.ts';
import { draft, hashOf } from './workspace.ts';

export function Toolbar({ purposes }: { purposes: readonly string[] }) {
  const texts = useTexts(playgroundTexts);
  const isRunning = run.value?.state === 'running';
  const share = async (): Promise<void> => {
    history.replaceState(null, '', hashOf(draft.value));
    try {
      await navigator.clipboard.writeText(location.href);
      announce(texts.shared);
    } catch {
      announce(texts.notShared);
    }
  };
  return (
    <div class="playground-bar">
      {isRunning ? (
        <Button kind="danger" onClick={stop}>
          {texts.stop}
        </Button>
      ) : (
        <Button
          kind="primary"
          title={texts.runHint}
          onClick={() => void send(draft.value, texts.invalidVariables)}
        >
          {texts.run}
        </Button>
      )}
      <Button onClick={share}>{texts.share}</Button>
      <Viewer purposes={purposes} />
    </div>
  );
}

function Viewer({ purposes }: { purposes: readonly string[] }) {
  const texts = useTexts(playgroundTexts);
  // Who is signed in is known in the browser only.
  const isMounted = useSignal(false);
  useEffect(() => {
    isMounted.value = true;
  }, [isMounted]);
  const viewer = isMounted.value ? session.value : null;
  return (
    <div class="playground-viewer">
      <span class="muted">{viewer?.name ?? texts.signedOut}</span>
      {viewer && (
        <select
          class="input"
          aria-label={texts.purpose}
          onChange={(event) => signIn({ ...viewer, purpose: event.currentTarget.value || null })}
        >
          <option value="">{texts.noPurpose}</option>
          {purposes.map((purpose) => (
            <option key={purpose} value={purpose} selected={viewer.purpose === purpose}>
              {purpose}
            </option>
          ))}
        </select>
      )}
      <a href="/#token">{texts.chooseViewer}</a>
    </div>
  );
}
