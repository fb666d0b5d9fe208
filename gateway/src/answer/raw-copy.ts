// Raw copies: parts of a subgraph's response that are written to the client unchanged, because one fetch returns all of their
// fields under the client's names and in the client's order. The generated reader checks them in place and copies them as one text.
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
import type { ClientOperation } from './client-operation.ts';
import type { FetchSelection, RawCopy, RawCopyField, Shape } from './fetch-selections.ts';
import { valueEnd } from './json-text.ts';

/** Marks the fields below the root whose values can be copied. */
export function markRawCopies(client: ClientOperation, root: Shape): void {
  const seen = new Map<Shape, readonly SelectionSetNode[]>();
  const excluded = new Set<Shape>();
  const visit = (type: GraphQLObjectType, position: ResponsePosition, shape: Shape): void => {
    for (const field of position.fieldsOf(type).values()) {
      const definition = type.getFields()[field.nodes[0].name.value];
      const child = shape.existingChild(field.mergedName);
      if (!definition || !field.child || !child || excluded.has(child)) continue;
      const { selectionSets } = field.child;
      const named = getNamedType(definition.type);
      const previous = seen.get(child);
      const isSame =
        !previous ||
        (previous.length === selectionSets.length &&
          previous.every((each, index) => each === selectionSets[index]));
      const rawCopy =
        isSame && isObjectType(named)
          ? rawCopyOf(definition.type, named, field.child, child.selection)
          : null;
      // Where the parent can have several types, one way of reading must serve all of them.
      if (previous && String(child.rawCopy?.type) !== String(rawCopy?.type)) {
        child.rawCopy = null;
        excluded.add(child);
        continue;
      }
      seen.set(child, selectionSets);
      child.rawCopy = rawCopy;
      if (rawCopy) continue;
      if (isObjectType(named)) visit(named, field.child, child);
      else if (isAbstractType(named))
        for (const possible of client.schema.getPossibleTypes(named)) visit(possible, field.child, child);
    }
  };
  visit(client.rootType, client.position, root);
}

/** The raw copy of a field's value, or null where the fetch does not select exactly what the client does. */
function rawCopyOf(
  type: GraphQLOutputType,
  objectType: GraphQLObjectType,
  position: ResponsePosition,
  selection: FetchSelection | null,
): RawCopy | null {
  if (selection?.shape.fetchCount !== 1 || selection.shape.mustBeParsed) return null;
  const selected = [...selection.fields];
  const fields: RawCopyField[] = [];
  for (const [name, { nodes, mergedName, child }] of position.fieldsOf(objectType)) {
    const [node] = nodes;
    const [selectedName, selectedField] = selected[fields.length] ?? [];
    if (isIntrospection(node) || mergedName !== name) return null;
    if (selectedName !== name || selectedField?.mergedName !== name) return null;
    if (name === '__typename') {
      fields.push({ name, type: objectType, typename: objectType.name, child: null });
      continue;
    }
    const definition = objectType.getFields()[node.name.value];
    if (!definition) return null;
    const named = getNamedType(definition.type);
    const childCopy =
      child && isObjectType(named) ? rawCopyOf(definition.type, named, child, selectedField.child) : null;
    if (child && !childCopy) return null;
    fields.push({ name, type: definition.type, typename: null, child: childCopy });
  }
  return fields.length === selected.length ? { type, fields } : null;
}

/**
 * Code of the functions that check a value in place. Each takes the index where the value starts and returns the index after it,
 * or throws `unexpected` where the value does not fit the type. They use the reader's `t`, `V`, `leaf` and `stringEnd`.
 */
export class ValueChecks {
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
      const id = this.enums.push(new Set(type.getValues().map(({ name }) => `"${name}"`))) - 1;
      return this.#define(
        `if(t.charCodeAt(i)!==34)throw unexpected;const e=stringEnd(i);if(!enums[${id}].has(t.slice(i,e)))throw unexpected;return e`,
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
    const steps = fields.map(({ name, type, typename, child }, index) => {
      const key = `${index ? ',' : '{'}"${name}":`;
      if (typename) {
        const text = `${key}"${typename}"`;
        return `if(!t.startsWith(${JSON.stringify(text)},i))throw unexpected;i+=${text.length};`;
      }
      const check = this.value(type, child?.fields ?? null);
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

/** Returns whether valid JSON text is a value of a list of leaves exactly as the response would write it. */
export function compileCheck(type: GraphQLOutputType): (text: string) => boolean {
  const checks = new ValueChecks();
  const check = checks.value(type, null);
  // The text contains only code from this file.
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

/** Thrown where a response is not what the generated reader expects; the general reader then reads the whole response. */
export const unexpected = { unexpected: true };

/** Accepts up to nine digits. Longer integers are left to the general reader, which checks the range of Int. */
const numberCheck = `function wholeNumber(i){
  let e=i,c=t.charCodeAt(e);
  if(c===45)c=t.charCodeAt(++e);
  const first=e;
  while(c>=48&&c<=57)c=t.charCodeAt(++e);
  const digits=e-first;
  if(digits===0||digits>9||(digits>1&&t.charCodeAt(first)===48)||c===46||c===69||c===101)throw unexpected;
  return e;
}`;
