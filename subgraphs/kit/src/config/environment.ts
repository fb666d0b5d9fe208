// Reads settings from environment variables by their definitions and collects every fault before it reports any.
import * as v from 'valibot';
import { type Bilingual, expectedZh } from '../errors.ts';
import type { Form } from './forms.ts';

export interface Setting<Value> {
  /** Without the subgraph's prefix, where it is a subgraph's. */
  variable: string;
  form: Form<Value>;
  /** What it sets, for the documentation. */
  description: Bilingual;
  /** The variable's earlier name, which is still read for one release. */
  earlierVariable?: string;
}

export const setting = <Value>(
  variable: string,
  form: Form<Value>,
  description: Bilingual,
  earlierVariable?: string,
): Setting<Value> => ({ variable, form, description, earlierVariable });

export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The values of settings, by their names in the code. */
export type SettingValues<Group extends Settings> = {
  [Name in keyof Group]: Group[Name] extends Setting<infer Value> ? Value : never;
};

/** Settings of one subject, as the documentation lists them. */
export interface SettingGroup {
  title: Bilingual;
  /** Whether each variable is named with a subgraph's prefix, such as `CULTURE_`. */
  isPrefixed?: boolean;
  settings: Settings;
}

/** A variable that is set by its earlier name. */
export interface RenamedVariable {
  variable: string;
  earlier: string;
}

/** What is wrong with the environment: one line for each fault. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

export class Environment {
  readonly renamed: RenamedVariable[] = [];
  #env: NodeJS.ProcessEnv;
  #faults = new Set<string>();

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.#env = env;
  }

  /**
   * The values of `settings`, whose variables are named with `prefix`. A value that is not accepted adds a fault and is
   * undefined here: what is made of it never leaves, because `check` throws.
   */
  read<Group extends Settings>(settings: Group, prefix = ''): SettingValues<Group> {
    const values = Object.entries(settings).map(([name, each]) => [name, this.#value(each, prefix)]);
    return Object.fromEntries(values) as SettingValues<Group>;
  }

  /** Adds a fault: what is expected of a variable, or why its value cannot be used. */
  addFault(variable: string, fault: { expected: Bilingual; received?: string } | { reason: string }): void {
    if ('reason' in fault) {
      this.#faults.add(`${variable}：${fault.reason}`);
      return;
    }
    const { expected, received } = fault;
    const [zh, en] = received === undefined ? ['', ''] : [`，收到 ${received}`, `, received ${received}`];
    this.#faults.add(
      `${variable} ${expectedZh(expected.zh)}${zh}。 ${variable}: expected ${expected.en}${en}.`,
    );
  }

  /** Throws a `ConfigurationError` with every fault so far. */
  check(): void {
    if (this.#faults.size) throw new ConfigurationError([...this.#faults]);
  }

  /** The text of a variable as it is, for a command that passes it on; undefined where it is not set. */
  textOf(setting: Setting<unknown>, prefix = ''): string | undefined {
    return this.#read(setting, prefix).text;
  }

  /** The variable that is read, which is the earlier one where the current one is not set, and its text. */
  #read(
    { variable, form, earlierVariable }: Setting<unknown>,
    prefix: string,
  ): { name: string; text: string | undefined } {
    const name = `${prefix}${variable}`;
    const textOf = (each: string) =>
      this.#env[each] === '' && !form.acceptsEmpty ? undefined : this.#env[each];
    const text = textOf(name);
    if (earlierVariable === undefined) return { name, text };
    const earlier = `${prefix}${earlierVariable}`;
    const earlierText = textOf(earlier);
    if (earlierText !== undefined) this.renamed.push({ variable: name, earlier });
    return text === undefined && earlierText !== undefined
      ? { name: earlier, text: earlierText }
      : { name, text };
  }

  #value(setting: Setting<unknown>, prefix: string): unknown {
    const { form } = setting;
    const { name, text } = this.#read(setting, prefix);
    const parsed = v.safeParse(form.schema, text, { message: '' });
    if (parsed.success) return parsed.output;
    const reason = parsed.issues.find(({ message }) => message !== '')?.message;
    if (reason !== undefined) this.addFault(name, { reason });
    else {
      const received = form.isSecret ? undefined : JSON.stringify(text ?? '').slice(0, 200);
      this.addFault(name, { expected: form.expected, received });
    }
    return undefined;
  }
}
