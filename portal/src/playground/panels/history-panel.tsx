// What was run in this browser.
import { Button } from '../../design/controls/button.tsx';
import { dateTime } from '../../design/format/dates.ts';
import { useTexts } from '../../page/page-context.ts';
import { playgroundTexts } from '../../texts/playground.ts';
import { forgetHistory, history, type PastRun, replaceDraft } from '../workspace.ts';

export function HistoryPanel() {
  const texts = useTexts(playgroundTexts);
  if (history.value.length === 0) return <p class="muted">{texts.emptyHistory}</p>;
  const states = { ok: texts.ok, errors: texts.withErrors, failed: texts.failed };
  return (
    <div class="stack-tight">
      <ul class="tool-list">
        {history.value.map((past) => (
          <li key={past.at}>
            <button type="button" class="tool-item" onClick={() => replaceDraft(past)}>
              <span>{nameOf(past)}</span>
              <span class="muted number">
                {dateTime(new Date(past.at).toISOString())} · {states[past.status]} · {past.ms} ms
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div>
        <Button size="small" onClick={forgetHistory}>
          {texts.forget}
        </Button>
      </div>
    </div>
  );
}

/** The name of the operation, else how it begins. */
const nameOf = ({ query }: PastRun): string =>
  /\b(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? query.replace(/\s+/g, ' ').slice(0, 60);
