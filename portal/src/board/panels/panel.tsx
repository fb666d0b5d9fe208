// The frame of a chart: its title, the switch to its table, and its downloads.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Button, Segments } from '../../design/controls/button.tsx';
import { useTexts } from '../../page/page-context.ts';
import { boardTexts } from '../../texts/board.ts';
import type { View } from '../state/board-state.ts';
import type { Board } from '../view/board.ts';

interface Download {
  /** `CSV` or `PNG`. */
  format: string;
  run: () => void;
}

interface PanelProps {
  title: string;
  note?: ComponentChildren;
  /** With it, there is a chart and a table to choose from. */
  view?: { name: View; board: Board };
  downloads?: readonly Download[];
  /** Whether figures of the present choice are under way. */
  isStale?: boolean;
  class?: string;
  children: ComponentChildren;
}

export function Panel({ title, note, view, downloads = [], isStale, children, ...rest }: PanelProps) {
  const texts = useTexts(boardTexts);
  const id = useId();
  return (
    <section
      class={`panel board-panel ${rest.class ?? ''}`}
      aria-labelledby={id}
      aria-busy={isStale || undefined}
      data-stale={isStale || undefined}
    >
      <div class="board-panel-head">
        <h3 id={id}>{title}</h3>
        <div class="row no-print">
          {view && <ViewSwitch title={title} {...view} />}
          {downloads.map(({ format, run }) => (
            <Button
              key={format}
              kind="quiet"
              size="small"
              title={texts.downloadAs(title, format)}
              onClick={run}
            >
              <span class="visually-hidden">{texts.download(title)}</span> {format}
            </Button>
          ))}
        </div>
      </div>
      {note && <p class="board-note">{note}</p>}
      {children}
    </section>
  );
}

function ViewSwitch({ title, name, board }: { title: string; name: View; board: Board }) {
  const texts = useTexts(boardTexts);
  const { tables } = board.state.value;
  return (
    <Segments
      label={texts.viewOf(title)}
      value={tables.includes(name) ? 'table' : 'chart'}
      options={[
        { value: 'chart', label: texts.chart },
        { value: 'table', label: texts.table },
      ]}
      onChange={(chosen) => {
        const others = tables.filter((each) => each !== name);
        board.choose({ tables: chosen === 'table' ? [...others, name] : others }, { replaces: true });
      }}
    />
  );
}
