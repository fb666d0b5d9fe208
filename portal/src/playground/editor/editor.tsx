// A code editor as a component. Its code is loaded when the page is shown: the gateway cannot run it.
import { useEffect, useRef } from 'preact/hooks';
import type { CodeEditor, EditorOptions } from './code-editor.ts';
import { schema } from './schema.ts';

interface EditorProps extends Pick<EditorOptions, 'kind' | 'label' | 'onChange' | 'onRun'> {
  /** What it shows at first, and again whenever `version` changes. */
  text: string;
  version: number | string;
}

export function Editor({ kind, label, text, version, onChange, onRun }: EditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const latest = useRef({ text, onChange, onRun });
  latest.current = { text, onChange, onRun };
  useEffect(() => {
    let isGone = false;
    let unsubscribe = (): void => {};
    void import('./code-editor.ts').then(({ createEditor }) => {
      if (isGone || !parent.current) return;
      const created = createEditor({
        parent: parent.current,
        kind,
        label,
        text: latest.current.text,
        onChange: (changed) => latest.current.onChange?.(changed),
        onRun: () => latest.current.onRun?.(),
      });
      editor.current = created;
      if (kind === 'graphql')
        unsubscribe = schema.subscribe((value) => {
          if (value) created.setSchema(value);
        });
    });
    return () => {
      isGone = true;
      unsubscribe();
      editor.current?.destroy();
      editor.current = null;
    };
  }, [kind, label]);
  useEffect(() => {
    editor.current?.show(latest.current.text);
  }, [version]);
  return <div class="code-editor" ref={parent} />;
}
