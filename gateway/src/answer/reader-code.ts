// Generates the code that reads the responses of one fetch: compact JSON with the fields in the order of the selection, as
// GraphQL servers write it. At anything else the code throws `unexpected`.
import type { FetchSelection, Shape } from './fetch-selections.ts';
import type { MergedObject, MergedValue } from './merged-result.ts';
import { unexpected, ValueChecks } from './raw-copy.ts';

/** The largest number of fields of objects that are looked up by their text before they are read. */
const maxReferenceFields = 4;

/** `copiesRaw`: whether values that can be copied as text are copied instead of parsed. */
export function generateReader(
  selection: FetchSelection,
  isEntities: boolean,
  copiesRaw: boolean,
): (text: string) => MergedValue {
  const objects = new ObjectReaders(copiesRaw);
  const root = objects.add(selection);
  const { checks, makers } = objects;
  // The text contains only code from here, GraphQL names and numbers.
  const source = [
    readerState,
    ...objects.functions,
    ...checks.functions,
    valueFunction,
    leafFunction,
    stringEndFunction,
    nestedFunction,
    indexAfterFunction,
    entryFunction(root, isEntities),
  ].join('\n');
  const makerNames = makers.map((_make, id) => `make${id}`);
  return new Function('unexpected', 'number', 'string', 'enums', ...makerNames, source)(
    unexpected,
    number,
    string,
    checks.enums,
    ...makers,
  );
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const string = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** The functions `object0`, `object1`, … that read the objects of one position each, from the index where an object starts. */
class ObjectReaders {
  readonly makers: (() => MergedObject)[] = [];
  readonly functions: string[] = [];
  readonly checks = new ValueChecks();
  readonly #copiesRaw: boolean;

  constructor(copiesRaw: boolean) {
    this.#copiesRaw = copiesRaw;
  }

  /** Adds the function for a selection, and those of the selections inside it; returns its number. */
  add(selection: FetchSelection): number {
    const { shape, fields } = selection;
    const id = this.makers.length;
    this.makers.push(shape.make);
    this.functions.push('');
    const branches = [...fields].map(([name, { mergedName, child }], index) =>
      fieldBranch(index, name, this.#readField(name, mergedName, child)),
    );
    this.functions[id] = isReference(selection)
      ? referenceFunction(id) + objectFunction(`read${id}`, id, branches)
      : objectFunction(`object${id}`, id, branches);
    return id;
  }

  /** Code that reads the field at `i`, where its name starts, into `o`, and moves `i` past its value. */
  #readField(name: string, mergedName: string, child: FetchSelection | null): string {
    const value = `i+${name.length + 3}`;
    if (name === '__typename')
      return `if(t.startsWith(T,${value})){o.__typename=T;i+=${name.length + 3}+T.length}else{i=leaf(${value});o.__typename=T=V}`;
    if (!child) return `i=leaf(${value});o.${mergedName}=V;`;
    const { rawCopy }: Shape = child.shape;
    if (this.#copiesRaw && rawCopy) {
      const check = this.checks.value(rawCopy.type, rawCopy.fields);
      return `const e=${check}(${value});o.${mergedName}=t.charCodeAt(${value})===110?null:t.slice(${value},e);i=e;`;
    }
    return `o.${mergedName}=value(${value},object${this.add(child)});i=P;`;
  }
}

/**
 * A short object without objects inside is most often a reference to an entity, the same one at many paths. All that is merged
 * into it follows from its text, so equal texts are read as one object; unless another fetch returns objects at the position too.
 */
const isReference = ({ shape, fields }: FetchSelection): boolean =>
  fields.size <= maxReferenceFields &&
  [...fields.values()].every(({ child }) => !child) &&
  shape.fetchCount <= 1;

/**
 * `t` is the text of the response, `P` the index after the last object or list, `V` the last leaf, `T` the last `__typename`. `backslash` and
 * `control` are the indexes of the next backslash and of the first control character: strings before both need no check.
 */
const readerState = `let t='',P=0,V=null,T='""',backslash=0,control=0,references=null;`;

/** `n` is the number of the next field: fields come in the order of the selection, some may be missing. */
const fieldBranch = (index: number, name: string, read: string): string =>
  `if(n<=${index}&&t.startsWith(${JSON.stringify(`"${name}":`)},i)){${read}n=${index + 1}}`;

const objectFunction = (
  name: string,
  id: number,
  branches: readonly string[],
): string => `function ${name}(i){
      const o=make${id}();
      if(t.charCodeAt(++i)===125){P=i+1;return o}
      for(let n=0;;){
        ${branches.join('else ')}else throw unexpected;
        const c=t.charCodeAt(i++);
        if(c===44)continue;
        if(c===125){P=i;return o}
        throw unexpected;
      }
    }`;

const referenceFunction = (id: number): string => `function object${id}(i){
          const text=t.slice(i,t.indexOf('}',i)+1);
          let o=references.get(text);
          if(o!==undefined&&o.$shape===${id}){P=i+text.length;return o}
          o=read${id}(i);
          if(P===i+text.length){o.$shape=${id};references.set(text,o)}
          return o;
        }`;

/** Reads an object, a list of them in any depth, or null. */
const valueFunction = `function value(i,object){
      const c=t.charCodeAt(i);
      if(c===123)return object(i);
      if(c===91){
        const list=[];
        if(t.charCodeAt(++i)===93){P=i+1;return list}
        for(;;){
          list.push(value(i,object));
          const d=t.charCodeAt(P);
          if(d===44){i=P+1;continue}
          if(d===93){P++;return list}
          throw unexpected;
        }
      }
      if(c===110&&t.startsWith('null',i)){P=i+4;return null}
      throw unexpected;
    }`;

/** Reads a leaf into `V` and returns the index after it. */
const leafFunction = `function leaf(i){
      const c=t.charCodeAt(i);
      if(c===34){
        const end=stringEnd(i);
        V=t.slice(i,end);
        return end;
      }
      if(c===45||(c>=48&&c<=57)){
        let end=i+1,d=0,plain=true;
        for(;;end++){
          d=t.charCodeAt(end);
          if(d>=48&&d<=57)continue;
          if(d===46||d===43||d===45||d===101||d===69){plain=false;continue}
          break;
        }
        V=t.slice(i,end);
        if(!plain||c===45||(c===48&&end>i+1))if(!number.test(V))throw unexpected;
        return end;
      }
      if(c===110&&t.startsWith('null',i)){V=null;return i+4}
      if(c===116&&t.startsWith('true',i)){V='true';return i+4}
      if(c===102&&t.startsWith('false',i)){V='false';return i+5}
      if(c===91||c===123){const end=nested(i);V=t.slice(i,end);return end}
      throw unexpected;
    }`;

const stringEndFunction = `function stringEnd(i){
      let end=t.indexOf('"',i+1);
      if(end<0)throw unexpected;
      if(end>backslash||end>control){
        if(backslash<i)backslash=after('\\\\',i);
        if(end>control)throw unexpected;
        if(end>backslash){string.lastIndex=i;if(!string.test(t))throw unexpected;end=string.lastIndex-1}
      }
      return end+1;
    }`;

/** A list or an object inside a custom scalar: parsed once, only to know that it is valid JSON. */
const nestedFunction = `function nested(i){
      let depth=0;
      for(let end=i;end<t.length;){
        const c=t.charCodeAt(end);
        if(c===34){end=stringEnd(end);continue}
        end++;
        if(c===91||c===123)depth++;
        else if((c===93||c===125)&&--depth===0){
          try{JSON.parse(t.slice(i,end))}catch{throw unexpected}
          return end;
        }
      }
      throw unexpected;
    }`;

const indexAfterFunction =
  'function after(what,i){const found=t.indexOf(what,i);return found<0?Infinity:found}';

/**
 * `references` is a new Map for each response: a Map that is cleared leaves its old table behind, linked to the new one, and a table
 * that has been promoted to the old generation keeps all that follow alive.
 */
function entryFunction(root: number, isEntities: boolean): string {
  const head = isEntities ? '{"data":{"_entities":' : '{"data":';
  const tail = isEntities ? '}}' : '}';
  return `return text=>{
      t=text;
      references=new Map();
      try{
        if(!t.startsWith(${JSON.stringify(head)}))throw unexpected;
        backslash=after('\\\\',0);
        control=Math.min(after('\\n',0),after('\\t',0),after('\\r',0),after('\\0',0));
        const data=value(${head.length},object${root});
        if(data===null)throw unexpected;
        if(t.length!==P+${tail.length}||!t.endsWith(${JSON.stringify(tail)}))throw unexpected;
        return data;
      }finally{t='';V=null;references=null}
    };`;
}
