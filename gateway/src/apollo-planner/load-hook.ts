// Changes the source texts of CommonJS packages while they are loaded.
import Module from 'node:module';

/** Returns the text to load instead of a file's; null where it stays. */
export type Correct = (file: string, text: () => string) => string | null;

interface Compiling {
  _compile: (this: unknown, text: string, file: string, ...others: unknown[]) => unknown;
}

/** Calls `correct` for each file that is loaded until the returned function is called. */
export const hookLoading = (correct: Correct): (() => void) =>
  // Node before 22.15 has no hooks: there, the method is replaced that compiles the files of CommonJS packages.
  typeof Module.registerHooks === 'function' ? registerHook(correct) : replaceCompile(correct);

function registerHook(correct: Correct): () => void {
  const hooks = Module.registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const { source } = loaded;
      const text = source ? correct(url, () => source.toString()) : null;
      return text === null ? loaded : { ...loaded, source: text };
    },
  });
  return () => hooks.deregister();
}

function replaceCompile(correct: Correct): () => void {
  const prototype = Module.prototype as unknown as Compiling;
  const { _compile } = prototype;
  prototype._compile = function (text, file, ...others) {
    return _compile.call(this, correct(file.replaceAll('\\', '/'), () => text) ?? text, file, ...others);
  };
  return () => {
    prototype._compile = _compile;
  };
}
