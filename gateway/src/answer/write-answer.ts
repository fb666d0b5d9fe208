// Writes the response's data by joining the JSON texts of the subgraphs' responses, with code generated for one operation. Gives up at
// any error, which complete-value.ts then reports.

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
import { type ClientOperation, ResponseTooLong } from './client-operation.ts';
import { leafWriter } from './leaf-values.ts';
import { isAbsent, type MergedObject, type MergedValue } from './merged-result.ts';
import { compileCheck } from './raw-copy.ts';

/** Returns the data as JSON, latin1; null where a value is missing or invalid, so that `completeAnswer` has to report it. */
export type AnswerWriter = (root: MergedObject, introspection: ReadonlyMap<string, string>) => string | null;

/** Thrown where a value is missing or invalid. */
const invalid = { invalid: true };

type WriteObject = (value: MergedObject) => string;
type WriteValue = (value: MergedValue) => string;

/** `maxLength` limits the text: entities that occur at many paths could make it arbitrarily long. Throws ResponseTooLong beyond it. */
export function compileAnswerWriter(operation: ClientOperation, maxLength: number): AnswerWriter {
  const compiler = new WriterCompiler(operation, maxLength);
  let write: WriteObject | null = null;
  return (root, introspection) => {
    write ??= compiler.object(operation.rootType, operation.position);
    compiler.run.introspection = introspection;
    compiler.run.texts = [];
    try {
      return write(root);
    } catch (error) {
      if (error === invalid) return null;
      throw error;
    } finally {
      compiler.run.texts = [];
    }
  };
}

class WriterCompiler {
  /**
   * State of the current run. The texts of objects are kept here and not in the objects: those may be in the old generation by now,
   * and what an old object refers to is collected late.
   */
  readonly run: { introspection: ReadonlyMap<string, string>; texts: string[] } = {
    introspection: new Map(),
    texts: [],
  };
  #operation: ClientOperation;
  #maxLength: number;
  #leaves = new Map<string, WriteValue>();
  #writers = 0;

  constructor(operation: ClientOperation, maxLength: number) {
    this.#operation = operation;
    this.#maxLength = maxLength;
  }

  /** A function for objects of one type. It writes each leaf as the text that was received. */
  object(type: RuntimeType, position: ResponsePosition): WriteObject {
    if (position.dependsOnObjectType(type))
      return () => {
        throw invalid;
      };
    const used: unknown[] = [];
    const use = (value: unknown) => `u${used.push(value) - 1}`;
    const lines: string[] = [];
    let head = '{';
    for (const [name, { nodes, mergedName, child }] of position.fieldsOf(type)) {
      const [node] = nodes;
      head += `"${name}":`;
      if (node.name.value === '__typename') {
        if (!isObjectType(type)) lines.push('throw invalid;');
        head += `"${type.name}"`;
      } else if (isIntrospection(node)) {
        lines.push(`r+=${JSON.stringify(head)}+${use(() => this.run.introspection.get(name) ?? 'null')}();`);
        head = '';
      } else {
        const definition = type.getFields()[node.name.value];
        if (!definition) throw new Error(`no field ${type.name}.${node.name.value}`);
        lines.push(`r+=${JSON.stringify(head)};`);
        // A field that no subgraph returned is an error, unless its subgraph has no such entity.
        const missing = `if(v0===undefined&&!isAbsent(o,'${mergedName}'))throw invalid;`;
        lines.push(this.#value(`o.${mergedName}`, definition.type, child, use, 0, missing));
        head = '';
      }
      head += ',';
    }
    const end = head === '{' ? '{}' : head.endsWith(',') ? `${head.slice(0, -1)}}` : `${head}}`;
    // An object that occurs at several paths is written once.
    const id = ++this.#writers;
    const names = used.map((_value, index) => `u${index}`);
    const source = `return function(o){if(o.$by===${id})return run.texts[o.$at];let r='';${lines.join('')}r+=${JSON.stringify(end)};if(r.length>${this.#maxLength})throw new ResponseTooLong();o.$by=${id};o.$at=run.texts.push(r)-1;return r}`;
    // The text contains only code from here and GraphQL names.
    return new Function('invalid', 'ResponseTooLong', 'run', 'isAbsent', ...names, source)(
      invalid,
      ResponseTooLong,
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
    ifMissing = '',
  ): string {
    const nonNull = isNonNullType(type);
    const inner = nonNull ? type.ofType : type;
    const v = `v${depth}`;
    const writeNull = nonNull ? 'throw invalid' : `${ifMissing}r+='null'`;
    let write: string;
    if (isListType(inner)) {
      if (leafOf(inner)) write = `r+=${use(this.#leafList(inner))}(${v});`;
      else {
        const i = `i${depth}`;
        const entry = this.#value(`${v}[${i}]`, inner.ofType, position, use, depth + 1);
        write = `if(typeof ${v}==='string'){if(${v}.charCodeAt(0)!==91)throw invalid;r+=${v};}else{if(!Array.isArray(${v}))throw invalid;r+='[';for(let ${i}=0;${i}<${v}.length;${i}++){if(${i})r+=',';${entry}}r+=']';}`;
      }
    } else if (isLeafType(inner)) write = `r+=${use(this.#leaf(inner))}(${v});`;
    else {
      if (!position) throw new Error(`nothing is selected of objects of ${inner.name}`);
      const object = isObjectType(inner)
        ? this.object(inner, position)
        : this.#abstract(inner.name, position);
      // Text is a raw copy, or a leaf where an object belongs.
      write = `if(typeof ${v}==='string'){if(${v}.charCodeAt(0)!==123)throw invalid;r+=${v};}else{if(Array.isArray(${v}))throw invalid;r+=${use(object)}(${v});}`;
    }
    return `{const ${v}=${from};if(${v}===undefined||${v}===null){${writeNull}}else{${write}}}`;
  }

  /** Writes objects of an interface or union by their type name. Each type is compiled when it first occurs. */
  #abstract(abstract: string, position: ResponsePosition): WriteObject {
    const writers = new Map<string, WriteObject>();
    return (value) => {
      const { __typename: typename } = value;
      const key = typeof typename === 'string' ? typename : '';
      let write = writers.get(key);
      if (!write) {
        const type = runtimeType(this.#operation.schema, abstract, key === '' ? null : key.slice(1, -1));
        if (!type) throw invalid;
        write = this.object(type, position);
        writers.set(key, write);
      }
      return write(value);
    };
  }

  #leaf(type: GraphQLLeafType): WriteValue {
    let write = this.#leaves.get(type.name);
    if (!write) {
      write = compileLeaf(type);
      this.#leaves.set(type.name, write);
    }
    return write;
  }

  /** A list of leaves is one piece of JSON, copied where each entry is written exactly as in the response. */
  #leafList(type: GraphQLOutputType): WriteValue {
    const name = String(type);
    let write = this.#leaves.get(name);
    if (!write) {
      const fits = compileCheck(type);
      write = (value) => {
        if (typeof value !== 'string' || !fits(value)) throw invalid;
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

function compileLeaf(type: GraphQLLeafType): WriteValue {
  const write = leafWriter(type);
  return (value) => {
    const text = typeof value === 'string' ? write(value) : null;
    if (text === null) throw invalid;
    return text;
  };
}
