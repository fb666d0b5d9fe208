// Writes the client's answer by splicing the subgraphs' JSON, compiled for one operation; gives up at any anomaly.

import { type RuntimeType, runtimeType } from '@district-graph/kit/operation/collect-fields';
import { isIntrospection } from '@district-graph/kit/operation/valid-operation';
import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { ResponsePosition } from '../planning/response-positions.ts';
import { AnswerTooLong, type ClientOperation } from './answered-operation.ts';
import { leafWriter } from './leaf-values.ts';
import { compileCheck } from './raw-copy.ts';
import { isAbsent, type MergedObject, type MergedValue } from './shapes.ts';

/** The data as JSON, latin1; null where something is amiss, which `complete` then tells in full. */
export type AnswerWriter = (root: MergedObject, introspected: ReadonlyMap<string, string>) => string | null;

const amiss = { amiss: true };

type Write = (value: MergedObject) => string;
type WriteGathered = (value: MergedValue) => string;

/** `maxLength` bounds the text: entities that lie at many places can make an endless one. */
export function compileAnswerWriter(operation: ClientOperation, maxLength: number): AnswerWriter {
  const compiler = new Compiler(operation, maxLength);
  let write: Write | null = null;
  return (root, introspected) => {
    write ??= compiler.object(operation.rootType, operation.position);
    compiler.run.introspected = introspected;
    compiler.run.texts = [];
    try {
      return write(root);
    } catch (error) {
      if (error === amiss) return null;
      throw error;
    } finally {
      compiler.run.texts = [];
    }
  };
}

class Compiler {
  /**
   * Of the run at hand. The texts are kept here and not in their objects: those may have grown old meanwhile, and what
   * old objects hold is not collected soon.
   */
  readonly run: { introspected: ReadonlyMap<string, string>; texts: string[] } = {
    introspected: new Map(),
    texts: [],
  };
  #operation: ClientOperation;
  #maxLength: number;
  #leaves = new Map<string, WriteGathered>();
  #writers = 0;

  constructor(operation: ClientOperation, maxLength: number) {
    this.#operation = operation;
    this.#maxLength = maxLength;
  }

  /** A function for objects of one type: one string, each leaf as the text it came as. */
  object(type: RuntimeType, position: ResponsePosition): Write {
    if (position.dependsOnObjectType(type))
      return () => {
        throw amiss;
      };
    const used: unknown[] = [];
    const use = (value: unknown) => `u${used.push(value) - 1}`;
    const lines: string[] = [];
    let head = '{';
    for (const [name, { nodes, gathered, inside }] of position.fieldsOf(type)) {
      const [node] = nodes;
      head += `"${name}":`;
      if (node.name.value === '__typename') {
        if (!isObjectType(type)) lines.push('throw amiss;');
        head += `"${type.name}"`;
      } else if (isIntrospection(node)) {
        lines.push(`r+=${JSON.stringify(head)}+${use(() => this.run.introspected.get(name) ?? 'null')}();`);
        head = '';
      } else {
        const definition = type.getFields()[node.name.value];
        if (!definition) throw new Error(`no field ${type.name}.${node.name.value}`);
        lines.push(`r+=${JSON.stringify(head)};`);
        // What nobody gave is amiss, but where a subgraph said that there is no such entity.
        const lost = `if(v0===undefined&&!isAbsent(o,'${gathered}'))throw amiss;`;
        lines.push(this.#value(`o.${gathered}`, definition.type, inside, use, 0, lost));
        head = '';
      }
      head += ',';
    }
    const end = head === '{' ? '{}' : head.endsWith(',') ? `${head.slice(0, -1)}}` : `${head}}`;
    // What is written of an object that lies at several places is written once.
    const id = ++this.#writers;
    const names = used.map((_value, index) => `u${index}`);
    const source = `return function(o){if(o.$by===${id})return run.texts[o.$at];let r='';${lines.join('')}r+=${JSON.stringify(end)};if(r.length>${this.#maxLength})throw new AnswerTooLong();o.$by=${id};o.$at=run.texts.push(r)-1;return r}`;
    // The text holds names of GraphQL only.
    return new Function('amiss', 'AnswerTooLong', 'run', 'isAbsent', ...names, source)(
      amiss,
      AnswerTooLong,
      this.run,
      isAbsent,
      ...used,
    );
  }

  #value(
    from: string,
    type: GraphQLOutputType,
    position: ResponsePosition | null,
    use: (value: unknown) => string,
    depth: number,
    lost = '',
  ): string {
    const nonNull = isNonNullType(type);
    const inner = nonNull ? type.ofType : type;
    const v = `v${depth}`;
    const missing = nonNull ? 'throw amiss' : `${lost}r+='null'`;
    let write: string;
    if (isListType(inner)) {
      if (leafOf(inner)) write = `r+=${use(this.#leafList(inner))}(${v});`;
      else {
        const i = `i${depth}`;
        const entry = this.#value(`${v}[${i}]`, inner.ofType, position, use, depth + 1);
        write = `if(typeof ${v}==='string'){if(${v}.charCodeAt(0)!==91)throw amiss;r+=${v};}else{if(!Array.isArray(${v}))throw amiss;r+='[';for(let ${i}=0;${i}<${v}.length;${i}++){if(${i})r+=',';${entry}}r+=']';}`;
      }
    } else if (isLeafType(inner)) write = `r+=${use(this.#leaf(inner))}(${v});`;
    else {
      if (!position) throw new Error(`nothing is asked of objects of ${inner.name}`);
      const object = isObjectType(inner)
        ? this.object(inner, position)
        : this.#abstract(inner.name, position);
      // Text is what was taken verbatim, or something else than an object.
      write = `if(typeof ${v}==='string'){if(${v}.charCodeAt(0)!==123)throw amiss;r+=${v};}else{if(Array.isArray(${v}))throw amiss;r+=${use(object)}(${v});}`;
    }
    return `{const ${v}=${from};if(${v}===undefined||${v}===null){${missing}}else{${write}}}`;
  }

  /** By the object's type name; each type is compiled when it is first met. */
  #abstract(abstract: string, position: ResponsePosition): Write {
    const writers = new Map<string, Write>();
    return (value) => {
      const { __typename: typename } = value;
      const key = typeof typename === 'string' ? typename : '';
      let write = writers.get(key);
      if (!write) {
        const type = runtimeType(this.#operation.schema, abstract, key === '' ? null : key.slice(1, -1));
        if (!type) throw amiss;
        write = this.object(type, position);
        writers.set(key, write);
      }
      return write(value);
    };
  }

  #leaf(type: GraphQLLeafType): WriteGathered {
    let write = this.#leaves.get(type.name);
    if (!write) {
      write = compileLeaf(type);
      this.#leaves.set(type.name, write);
    }
    return write;
  }

  /** A list of leaves is one piece of JSON, taken whole where each entry is as it is answered. */
  #leafList(type: GraphQLOutputType): WriteGathered {
    const name = String(type);
    let write = this.#leaves.get(name);
    if (!write) {
      const fits = compileCheck(type);
      write = (value) => {
        if (typeof value !== 'string' || !fits(value)) throw amiss;
        return value;
      };
      this.#leaves.set(name, write);
    }
    return write;
  }
}

function leafOf(type: GraphQLOutputType): GraphQLLeafType | null {
  if (isNonNullType(type) || isListType(type)) return leafOf(type.ofType);
  return isLeafType(type) ? type : null;
}

function compileLeaf(type: GraphQLLeafType): WriteGathered {
  const write = leafWriter(type);
  return (value) => {
    const text = typeof value === 'string' ? write(value) : null;
    if (text === null) throw amiss;
    return text;
  };
}
