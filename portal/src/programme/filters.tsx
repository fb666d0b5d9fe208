// Place, audience and day. A plain form and plain links; in the browser they change the list in place.
import { useRef } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { Select } from '../design/controls/field.tsx';
import { monthAndDay, weekdayName } from '../design/format/dates.ts';
import { useLanguage, usePage, useTexts } from '../page/page-context.ts';
import { audienceTexts, programmeTexts } from '../texts/programme.ts';
import { addressOf, audiences, cityCode, daysFrom, type View, viewOf } from './view.ts';

interface FiltersProps {
  view: View;
  districts: readonly { code: string; name: string }[];
  onShow: (view: View) => void;
}

export function Filters({ view, districts, onShow }: FiltersProps) {
  const texts = useTexts(programmeTexts);
  const inLanguage = useLanguage();
  const { today } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const known = districts.some(({ code }) => code === view.within) || view.within === cityCode;
  return (
    <form
      class="programme-filters"
      ref={form}
      action="/programme"
      aria-label={texts.filters}
      onSubmit={(event) => {
        event.preventDefault();
        const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]);
        onShow(viewOf(Object.fromEntries(entries), today));
      }}
    >
      <Select
        label={texts.place}
        name="within"
        value={view.within}
        options={[
          { value: cityCode, label: texts.wholeCity },
          ...(known ? [] : [{ value: view.within, label: view.within }]),
          ...districts.map(({ code, name }) => ({ value: code, label: name })),
        ]}
      />
      <Select
        label={texts.audience}
        name="audience"
        value={view.audience ?? ''}
        options={[
          { value: '', label: texts.anyAudience },
          ...audiences.map((name) => ({
            value: name,
            label: inLanguage(audienceTexts[name] ?? { zh: name, en: name }),
          })),
        ]}
      />
      <input type="hidden" name="day" value={view.day} />
      <Button type="submit" kind="primary">
        {texts.show}
      </Button>
    </form>
  );
}

interface DayLinksProps {
  view: View;
  today: string;
  onShow: (view: View) => void;
}

export function DayLinks({ view, today, onShow }: DayLinksProps) {
  const texts = useTexts(programmeTexts);
  const { language } = usePage();
  return (
    <nav aria-label={texts.days}>
      <ul class="programme-days">
        {daysFrom(today).map((day) => (
          <li key={day}>
            <a
              class="programme-day"
              href={addressOf({ ...view, day })}
              aria-current={day === view.day ? 'date' : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                onShow({ ...view, day });
              }}
            >
              <strong>{day === today ? texts.todayMark : weekdayName(day, language)}</strong>
              <span>{monthAndDay(day, language)}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
