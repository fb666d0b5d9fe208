// Code editors by CodeMirror. Each is in a shadow root: there CodeMirror adds its styles by script instead of by style elements, which the content security policy forbids.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { graphql, updateSchema } from 'cm6-graphql';
import type { GraphQLSchema } from 'graphql';

export interface EditorOptions {
  parent: HTMLElement;
  kind: 'graphql' | 'json' | 'answer';
  text: string;
  /** The name for screen readers. */
  label: string;
  onChange?: (text: string) => void;
  onRun?: () => void;
}

export interface CodeEditor {
  show: (text: string) => void;
  setSchema: (schema: GraphQLSchema) => void;
  destroy: () => void;
}

export function createEditor({ parent, kind, text, label, onChange, onRun }: EditorOptions): CodeEditor {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
  const isShown = kind === 'answer';
  const view = new EditorView({
    root,
    parent: root,
    doc: text,
    extensions: [
      look,
      lineNumbers(),
      foldGutter(),
      bracketMatching(),
      EditorView.lineWrapping,
      // What scrolls must be reachable with the keyboard, also for tools that do not know editable content.
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      ...(isShown
        ? [EditorState.readOnly.of(true), keymap.of(foldKeymap)]
        : [
            ...editing,
            highlightActiveLine(),
            runKey(onRun),
            EditorView.updateListener.of((update) => {
              if (update.docChanged) onChange?.(update.state.doc.toString());
            }),
          ]),
      kind === 'graphql' ? [graphql(), lintGutter()] : json(),
    ],
  });
  return {
    show: (next) => {
      if (next !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    setSchema: (schema) => updateSchema(view, schema),
    destroy: () => view.destroy(),
  };
}

/** Tab goes on to the next control: keyboards must not be caught. */
const editing: Extension[] = [
  history(),
  closeBrackets(),
  autocompletion(),
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...lintKeymap,
    ...foldKeymap,
    ...historyKeymap,
    ...defaultKeymap,
  ]),
];

const runKey = (onRun?: () => void): Extension =>
  Prec.highest(
    keymap.of([
      {
        key: 'Mod-Enter',
        run: () => {
          onRun?.();
          return true;
        },
      },
    ]),
  );

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.definitionKeyword, tags.modifier], color: 'var(--series-4)' },
  { tag: [tags.propertyName, tags.attributeName, tags.special(tags.name)], color: 'var(--series-1)' },
  { tag: [tags.variableName, tags.atom, tags.special(tags.variableName)], color: 'var(--series-2)' },
  { tag: tags.string, color: 'var(--series-3)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--series-2)' },
  { tag: [tags.typeName, tags.labelName], color: 'var(--series-5)' },
  { tag: tags.comment, color: 'var(--text-muted)' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);

const look: Extension = [
  syntaxHighlighting(highlight),
  EditorView.theme({
    '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '14px' },
    '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.55' },
    '.cm-content': { caretColor: 'var(--text)' },
    '.cm-gutters': {
      backgroundColor: 'var(--surface-sunken)',
      color: 'var(--text-muted)',
      borderColor: 'var(--border)',
    },
    '.cm-activeLine': { backgroundColor: 'transparent' },
    '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
    '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--surface-hover)' },
    '.cm-cursor': { borderLeftColor: 'var(--text)' },
    '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
    '.cm-tooltip': {
      backgroundColor: 'var(--surface)',
      color: 'var(--text)',
      border: '1px solid var(--border-strong)',
    },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      backgroundColor: 'var(--accent)',
      color: 'var(--on-accent)',
    },
    '.cm-completionDetail, .cm-completionInfo': { color: 'inherit' },
    '.cm-foldPlaceholder': {
      backgroundColor: 'var(--surface-sunken)',
      color: 'var(--text-muted)',
      border: '0',
    },
  }),
];
