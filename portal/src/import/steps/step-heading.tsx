// The heading of a step. It takes the focus when the step is reached, so that keyboards and screen readers continue there.
import { useEffect, useRef } from 'preact/hooks';

/** The first step after the page has loaded leaves the focus where it is. */
let isLoaded = false;

export function StepHeading({ id, children }: { id: string; children: string }) {
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isLoaded) element.current?.focus();
    isLoaded = true;
  }, []);
  return (
    <h2 class="import-heading" id={id} ref={element} tabIndex={-1}>
      {children}
    </h2>
  );
}
