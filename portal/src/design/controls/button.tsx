// Buttons, and links that look like them. A button does something here; a link goes somewhere.
import type { ComponentChildren, JSX } from 'preact';

interface Look {
  /** `primary` for the one main action of a view. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'normal' | 'small';
  children: ComponentChildren;
}

type ButtonProps = Look &
  Omit<JSX.IntrinsicElements['button'], 'size'> & {
    /** While what it started runs: it stays focusable and does nothing. */
    isBusy?: boolean;
  };

export function Button({
  kind = 'secondary',
  size = 'normal',
  isBusy = false,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      class="button"
      data-kind={kind}
      data-size={size}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    />
  );
}

interface LinkButtonProps extends Look {
  href: string;
  /** The name of the file where the link is a download. */
  download?: string;
  onClick?: (event: MouseEvent) => void;
}

export const LinkButton = ({ kind = 'secondary', size = 'normal', ...rest }: LinkButtonProps) => (
  <a class="button" data-kind={kind} data-size={size} {...rest} />
);

interface SegmentsProps<Value extends string> {
  label: string;
  options: readonly { value: Value; label: string }[];
  value: Value;
  onChange: (value: Value) => void;
}

/** A choice between a few views, such as chart and table. */
export const Segments = <Value extends string>({ label, options, value, onChange }: SegmentsProps<Value>) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset would be the group of a form.
  <div class="segments" role="group" aria-label={label}>
    {options.map((option) => (
      <button
        type="button"
        key={option.value}
        aria-pressed={option.value === value}
        onClick={() => onChange(option.value)}
      >
        {option.label}
      </button>
    ))}
  </div>
);
