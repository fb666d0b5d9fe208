// Parts of a subgraph's answer that are the client's answer as they stand: one fetch gives them whole, in the client's
// names and order. They are checked where they lie, and copied as one piece.
import { isIntrospection } from '@district-graph/kit/operation/valid-operation';
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { ResponsePosition } from '../planning/response-positions.ts';
import type { ClientOperation } from './answered-operation.ts';
import { valueEnd } from './json-text.ts';
import type { RawCopy, RawCopyField, Shape, Wanted } from './shapes.ts';

/** Marks the places below the root that can be taken verbatim. */
export function markRawCopies(client: ClientOperation, root: Shape): void {
  const seen = new Map<Shape, readonly SelectionSetNode[]>();
  const refused = new Set<Shape>();
  const visit = (type: GraphQLObjectType, position: ResponsePosition, shape: Shape): void => {
    for (const { nodes, gathered, inside } of position.fieldsOf(type).values()) {
      const [node] = nodes;
      const definition = type.getFields()[node.name.value];
      const child = shape.existing(gathered);
      if (!definition || !inside || !child || refused.has(child)) continue;
      const inner = inside.selectionSets;
      const named = getNamedType(definition.type);
      const before = seen.get(child);
      const isSame =
        !before || (before.length === inner.length && before.every((each, at) => each === inner[at]));
      const verbatim =
        isSame && isObjectType(named) ? verbatimOf(definition.type, named, inside, child.wanted) : null;
      // Where its parent is of several types, one way of reading it must do for all.
      if (before && String(child.rawCopy?.type) !== String(verbatim?.type)) {
        child.rawCopy = null;
        refused.add(child);
        continue;
      }
      seen.set(child, inner);
      child.rawCopy = verbatim;
      if (verbatim) continue;
      if (isObjectType(named)) visit(named, inside, child);
      else if (isAbstractType(named))
        for (const possible of client.schema.getPossibleTypes(named)) visit(possible, inside, child);
    }
  };
  visit(client.rootType, client.position, root);
}

function verbatimOf(
  type: GraphQLOutputType,
  object: GraphQLObjectType,
  position: ResponsePosition,
  wanted: Wanted | null,
): RawCopy | null {
  if (wanted?.shape.givers !== 1 || wanted.shape.isEntered) return null;
  const asked = [...wanted.fields];
  const fields: RawCopyField[] = [];
  for (const [name, { nodes, gathered, inside }] of position.fieldsOf(object)) {
    const [node] = nodes;
    const [askedName, given] = asked[fields.length] ?? [];
    if (isIntrospection(node) || gathered !== name) return null;
    if (askedName !== name || given?.to !== name) return null;
    if (name === '__typename') {
      fields.push({ name, type: object, typename: object.name, inside: null });
      continue;
    }
    const definition = object.getFields()[node.name.value];
    if (!definition) return null;
    const named = getNamedType(definition.type);
    const whole =
      inside && isObjectType(named) ? verbatimOf(definition.type, named, inside, given.child) : null;
    if (inside && !whole) return null;
    fields.push({ name, type: definition.type, typename: null, inside: whole });
  }
  return fields.length === asked.length ? { type, fields } : null;
}

/**
 * Functions for a generated reader, each from the index where a value begins to the index behind it; they throw
 * `unexpected` at what is not of the type, and stand on the reader's `t`, `V`, `leaf` and `stringEnd`.
 */
export class Checks {
  readonly enums: ReadonlySet<string>[] = [];
  readonly functions: string[] = [numberCheck];

  /** The name of the function that checks a value of the type. */
  value(type: GraphQLOutputType, fields: readonly RawCopyField[] | null): string {
    if (isNonNullType(type)) return this.#nonNull(type.ofType, fields);
    const inner = this.#nonNull(type, fields);
    return this.#define(`if(t.charCodeAt(i)===110&&t.startsWith('null',i))return i+4;return ${inner}(i)`);
  }

  #nonNull(type: GraphQLOutputType, fields: readonly RawCopyField[] | null): string {
    if (isListType(type)) {
      const entry = this.value(type.ofType, fields);
      return this.#define(
        `if(t.charCodeAt(i)!==91)throw unexpected;if(t.charCodeAt(++i)===93)return i+1;for(;;){i=${entry}(i);const c=t.charCodeAt(i++);if(c===44)continue;if(c===93)return i;throw unexpected}`,
      );
    }
    if (fields) return this.#object(fields);
    if (isEnumType(type)) {
      const known = this.enums.push(new Set(type.getValues().map(({ name }) => `"${name}"`))) - 1;
      return this.#define(
        `if(t.charCodeAt(i)!==34)throw unexpected;const e=stringEnd(i);if(!enums[${known}].has(t.slice(i,e)))throw unexpected;return e`,
      );
    }
    switch (String(type)) {
      case 'String':
      case 'ID':
        return this.#define('if(t.charCodeAt(i)!==34)throw unexpected;return stringEnd(i)');
      case 'Int':
        return 'wholeNumber';
      case 'Float':
        return this.#define(
          'const c=t.charCodeAt(i);if(c!==45&&(c<48||c>57))throw unexpected;return leaf(i)',
        );
      case 'Boolean':
        return this.#define(
          `if(t.startsWith('true',i))return i+4;if(t.startsWith('false',i))return i+5;throw unexpected`,
        );
      default:
        return this.#define('i=leaf(i);if(V===null)throw unexpected;return i');
    }
  }

  #object(fields: readonly RawCopyField[]): string {
    const steps = fields.map(({ name, type, typename, inside }, index) => {
      const key = `${index ? ',' : '{'}"${name}":`;
      if (typename) {
        const text = `${key}"${typename}"`;
        return `if(!t.startsWith(${JSON.stringify(text)},i))throw unexpected;i+=${text.length};`;
      }
      const check = this.value(type, inside?.fields ?? null);
      return `if(!t.startsWith(${JSON.stringify(key)},i))throw unexpected;i=${check}(i+${key.length});`;
    });
    return this.#define(`${steps.join('')}if(t.charCodeAt(i)!==125)throw unexpected;return i+1`);
  }

  #define(body: string): string {
    const name = `check${this.functions.length}`;
    this.functions.push(`function ${name}(i){${body}}`);
    return name;
  }
}

/** Tells whether JSON text, known to be valid, is a value of a type of leaves as it is answered. */
export function compileCheck(type: GraphQLOutputType): (text: string) => boolean {
  const checks = new Checks();
  const check = checks.value(type, null);
  // The text holds nothing from outside.
  return new Function(
    'unexpected',
    'enums',
    'valueEnd',
    `let t='',V=null;
    ${checks.functions.join('\n')}
    function leaf(i){const e=valueEnd(t,i);V=t.startsWith('null',i)?null:'';return e}
    const stringEnd=i=>valueEnd(t,i);
    return text=>{
      t=text;
      try{return ${check}(0)===text.length}
      catch(error){if(error!==unexpected)throw error;return false}
      finally{t=''}
    }`,
  )(unexpected, checks.enums, valueEnd);
}

/** Thrown by a check at what is not of its type; its reader then reads the whole answer another way. */
export const unexpected = { unexpected: true };

/** Up to nine digits: longer ones are left to the general reader, which knows how large they may be. */
const numberCheck = `function wholeNumber(i){
  let e=i,c=t.charCodeAt(e);
  if(c===45)c=t.charCodeAt(++e);
  const first=e;
  while(c>=48&&c<=57)c=t.charCodeAt(++e);
  const digits=e-first;
  if(digits===0||digits>9||(digits>1&&t.charCodeAt(first)===48)||c===46||c===69||c===101)throw unexpected;
  return e;
}`;
