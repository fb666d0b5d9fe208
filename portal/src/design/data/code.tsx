// Code or data as text, in a container that scrolls with the keyboard too.

/** `label` names it for screen readers. */
export const Code = ({ text, label }: { text: string; label: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
  <section class="code" tabIndex={0} aria-label={label}>
    <pre translate={false}>
      <code>{text}</code>
    </pre>
  </section>
);
