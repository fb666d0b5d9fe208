// The columns of the file, each with its first values and what it becomes.
import { Select } from '../../design/controls/field.tsx';
import { Badge } from '../../design/feedback/states.tsx';
import { usePage, useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import type { ImportColumn, ImportDefinition } from '../api/types.ts';
import type { ColumnState, MappedColumn } from '../state/mapping.ts';
import { columnLabel } from '../state/template.ts';

interface ColumnMappingProps {
  definition: ImportDefinition;
  mapped: readonly MappedColumn[];
  duplicate: readonly ImportColumn[];
  onChange: (title: string, column: string | null) => void;
}

const tones: Readonly<Record<ColumnState, 'good' | 'warning' | 'neutral'>> = {
  recognised: 'good',
  chosen: 'good',
  remembered: 'good',
  ignored: 'neutral',
  unknown: 'warning',
  reject: 'neutral',
};

export function ColumnMapping({ definition, mapped, duplicate, onChange }: ColumnMappingProps) {
  const texts = useTexts(importTexts);
  const { language } = usePage();
  const used = new Set(mapped.map(({ column }) => column));
  const options = [
    { value: '', label: texts.notImported },
    ...definition.columns.map((column) => ({
      value: column.name,
      label: `${used.has(column.name) ? '✓ ' : ''}${columnLabel(column, language)}${column.isOptional ? '' : ` · ${texts.required}`}`,
    })),
  ];
  return (
    <ul class="import-mapping">
      {mapped.map(({ index, title, column, state, samples }) => (
        <li key={index}>
          <div class="import-mapping-source">
            <strong>{title}</strong>
            <span class="muted">{samples.length > 0 ? samples.join(' · ') : texts.noSamples}</span>
          </div>
          {state === 'reject' ? (
            <span />
          ) : (
            <Select
              label={texts.becomes(title)}
              value={column ?? ''}
              options={options}
              error={duplicate.some(({ name }) => name === column) ? texts.duplicate(title) : null}
              onChange={(value) => onChange(title, value || null)}
            />
          )}
          <Badge tone={tones[state]}>{texts[state]}</Badge>
        </li>
      ))}
    </ul>
  );
}
