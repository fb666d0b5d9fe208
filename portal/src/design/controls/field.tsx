// Form fields: each with a visible label, and its hint and error announced with it. Native controls, so that they work everywhere.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  hint?: string;
  /** What is wrong and what was expected. */
  error?: string | null;
}

interface Labelled extends FieldProps {
  children: (attributes: {
    id: string;
    'aria-describedby'?: string;
    'aria-invalid'?: 'true';
  }) => ComponentChildren;
}

/** The label, hint and error around any control. */
export function Field({ label, hint, error, children }: Labelled) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {hint && (
        <span class="field-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(error && { 'aria-invalid': 'true' as const }),
      })}
      {error && (
        <span class="field-error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}

interface InputProps extends FieldProps {
  /** The name in the form. */
  name?: string;
  value?: string;
  type?: 'text' | 'search' | 'tel' | 'number' | 'email' | 'url' | 'month';
  placeholder?: string;
  autocomplete?: string;
  required?: boolean;
  disabled?: boolean;
  min?: string | number;
  max?: string | number;
  maxLength?: number;
  onInput?: (value: string) => void;
}

const changes = (onInput: InputProps['onInput']) =>
  onInput && {
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onInput(event.currentTarget.value),
  };

export const TextField = ({ label, hint, error, type = 'text', onInput, ...rest }: InputProps) => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) => (
      <input class="input" type={type as 'text'} {...rest} {...changes(onInput)} {...attributes} />
    )}
  </Field>
);

interface TextAreaProps extends Omit<InputProps, 'type' | 'min' | 'max'> {
  rows?: number;
}

export const TextArea = ({ label, hint, error, rows = 4, onInput, ...rest }: TextAreaProps) => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) => <textarea class="input" rows={rows} {...rest} {...changes(onInput)} {...attributes} />}
  </Field>
);

/** The browser's own date picker; values such as `2026-11-28`. */
export const DatePicker = ({ label, hint, error, onInput, type: _, ...rest }: InputProps) => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) => (
      <input class="input number" type="date" {...rest} {...changes(onInput)} {...attributes} />
    )}
  </Field>
);

interface Option {
  value: string;
  label: string;
  /** The heading under which it stands together with its neighbours of the same group. */
  group?: string;
}

interface SelectProps extends FieldProps {
  name?: string;
  options: readonly Option[];
  value: string;
  disabled?: boolean;
  /** Without it, the choice is read from the form. */
  onChange?: (value: string) => void;
}

export const Select = ({ label, hint, error, options, value, onChange, ...rest }: SelectProps) => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) => (
      <select
        class="input"
        onChange={onChange && ((event) => onChange(event.currentTarget.value))}
        {...rest}
        {...attributes}
      >
        {[...new Set(options.map(({ group }) => group))].map((group) => {
          const grouped = options.filter((option) => option.group === group);
          const elements = grouped.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ));
          return group === undefined ? (
            elements
          ) : (
            <optgroup key={group} label={group}>
              {elements}
            </optgroup>
          );
        })}
      </select>
    )}
  </Field>
);

interface CheckboxProps {
  label: string;
  name?: string;
  checked?: boolean;
  disabled?: boolean;
  onChange?: (isChecked: boolean) => void;
}

export const Checkbox = ({ label, onChange, ...rest }: CheckboxProps) => (
  <label class="check">
    <input
      type="checkbox"
      onChange={onChange && ((event) => onChange(event.currentTarget.checked))}
      {...rest}
    />
    {label}
  </label>
);
