// Reads a subgraph's answer into gathered data: structure is read, leaves stay the JSON text that they are.
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';
import { JsonCursor } from './json-text.ts';
import { Checks, unexpected } from './raw-copy.ts';
import type { MergedObject, MergedValue, Wanted } from './shapes.ts';

export interface SubgraphError {
  message?: unknown;
  path?: unknown;
  extensions?: unknown;
}

export interface Answer {
  /** The root object, or for entities their list; null or undefined where there is none. */
  data: MergedValue;
  errors: SubgraphError[];
}

export type ReadAnswer = (text: string) => Answer;

/** Answers that are read by generated code though nothing else of their operation is generated. */
export interface LongAnswers {
  /** How long they are at least. */
  fromBytes: number;
  /** Called before one is read. */
  onLong: () => void;
}

/**
 * The reader of one fetch, generated for all its answers, or for long ones only. The text is latin1: one character for each
 * byte. Throws SyntaxError for what is no JSON.
 */
export function compileReader(wanted: Wanted, isEntities: boolean, long: LongAnswers | null): ReadAnswer {
  const generated = generatedReader(wanted, isEntities);
  if (!long) return generated;
  return (text) => {
    if (text.length < long.fromBytes) return readGenerally(text, wanted, isEntities);
    long.onLong();
    return generated(text);
  };
}

function generatedReader(wanted: Wanted, isEntities: boolean): ReadAnswer {
  let fast: ((text: string) => MergedValue) | null = null;
  let refusals = 0;
  return (text) => {
    fast ??= compileFast(wanted, isEntities, refusals < maxRefusals);
    try {
      return { data: fast(text), errors: [] };
    } catch (error) {
      if (error !== unexpected) throw error;
      refusals += 1;
      if (refusals === maxRefusals) fast = null;
      return readGenerally(text, wanted, isEntities);
    }
  };
}

/** Latin1 text of UTF-8 bytes as the text it means. */
const decoded = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

/** Any text as latin1 text of its UTF-8 bytes. */
export function encoded(text: string): string {
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) > 127) return Buffer.from(text, 'utf8').toString('latin1');
  return text;
}

/** Reads any JSON. Throws SyntaxError for what is no answer of GraphQL, or one that has neither data nor errors. */
function readGenerally(text: string, wanted: Wanted, isEntities: boolean): Answer {
  JSON.parse(text);
  const body = new JsonCursor(text);
  if (!body.isObject) throw new SyntaxError('no object');
  let data: MergedValue;
  let errors: SubgraphError[] = [];
  body.members((name) => {
    if (name === 'errors') errors = errorsOf(body.raw());
    else if (name !== 'data' || body.isNull) body.raw();
    else if (!body.isObject) throw new SyntaxError('data is no object');
    else data = isEntities ? entitiesIn(body, wanted) : gather(body, wanted);
  });
  if (!data && errors.length === 0) throw new SyntaxError('neither data nor errors');
  return { data, errors };
}

function entitiesIn(data: JsonCursor, wanted: Wanted): MergedValue {
  let entities: MergedValue;
  data.members((name) => {
    if (name !== '_entities' || data.isNull) data.raw();
    else if (!data.isList) throw new SyntaxError('_entities is no list');
    else entities = gather(data, wanted);
  });
  return entities;
}

function errorsOf(text: string): SubgraphError[] {
  const errors: unknown = parseExactly(decoded(text));
  if (errors === null) return [];
  // What is no list of errors says all the same that something is amiss.
  return [errors].flat().map((error) => (error && typeof error === 'object' ? error : {}));
}

/** A value where an object belongs stays text: completion tells that it is none. */
function gather(from: JsonCursor, wanted: Wanted): MergedValue {
  if (from.isList) {
    const list: MergedValue[] = [];
    from.entries(() => list.push(gather(from, wanted)));
    return list;
  }
  if (!from.isObject) return leaf(from);
  const object = wanted.shape.make();
  from.members((name) => {
    const field = wanted.fields.get(name);
    if (!field) from.raw();
    else object[field.to] = field.child ? gather(from, field.child) : leaf(from);
  });
  return object;
}

function leaf(from: JsonCursor): string | null {
  const text = from.raw();
  return text === 'null' ? null : text;
}

/** After so many answers that could not be taken verbatim, such as with numbers for identifiers, no more are tried. */
const maxRefusals = 3;

/** Objects with so few fields are looked up by their text before they are read. */
const maxReferenceFields = 4;

/** Writes a reader for compact JSON with the names in the order that was asked for, as GraphQL servers answer. */
function compileFast(
  wanted: Wanted,
  isEntities: boolean,
  takesVerbatim: boolean,
): (text: string) => MergedValue {
  const makers: (() => MergedObject)[] = [];
  const functions: string[] = [];
  const checks = new Checks();
  const write = ({ shape, fields }: Wanted): number => {
    const id = makers.length;
    makers.push(shape.make);
    functions.push('');
    const steps = [...fields].map(([name, { to, child }], index) => {
      const key = JSON.stringify(`"${name}":`);
      const read =
        name === '__typename'
          ? `if(t.startsWith(T,i+13)){o.__typename=T;i+=13+T.length}else{i=leaf(i+13);o.__typename=T=V}`
          : takesVerbatim && child?.shape.rawCopy
            ? `const e=${checks.value(child.shape.rawCopy.type, child.shape.rawCopy.fields)}(i+${name.length + 3});o.${to}=t.charCodeAt(i+${name.length + 3})===110?null:t.slice(i+${name.length + 3},e);i=e;`
            : child
              ? `o.${to}=value(i+${name.length + 3},object${write(child)});i=P;`
              : `i=leaf(i+${name.length + 3});o.${to}=V;`;
      return `if(n<=${index}&&t.startsWith(${key},i)){${read}n=${index + 1}}`;
    });
    // A short object without objects inside is most often a reference, and the same one at many places. Then all that
    // is added to it follows from what it says; unless another fetch gives objects of the place, too.
    const isLeaf = fields.size <= maxReferenceFields && [...fields.values()].every(({ child }) => !child);
    const shared = isLeaf && shape.givers <= 1;
    const body = shared ? `read${id}` : `object${id}`;
    const reference = shared
      ? `function object${id}(i){
          const text=t.slice(i,t.indexOf('}',i)+1);
          let o=references.get(text);
          if(o!==undefined&&o.$shape===${id}){P=i+text.length;return o}
          o=read${id}(i);
          if(P===i+text.length){o.$shape=${id};references.set(text,o)}
          return o;
        }`
      : '';
    functions[id] = `${reference}function ${body}(i){
      const o=make${id}();
      if(t.charCodeAt(++i)===125){P=i+1;return o}
      for(let n=0;;){
        ${steps.join('else ')}else throw unexpected;
        const c=t.charCodeAt(i++);
        if(c===44)continue;
        if(c===125){P=i;return o}
        throw unexpected;
      }
    }`;
    return id;
  };
  const root = write(wanted);
  const head = isEntities ? '{"data":{"_entities":' : '{"data":';
  const tail = isEntities ? '}}' : '}';
  const source = `
    let t='',P=0,V=null,T='""',slash=0,flaw=0,references=null;
    ${functions.join('\n')}
    ${checks.functions.join('\n')}
    function value(i,object){
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
    }
    function leaf(i){
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
    }
    function stringEnd(i){
      let end=t.indexOf('"',i+1);
      if(end<0)throw unexpected;
      if(end>slash||end>flaw){
        if(slash<i)slash=after('\\\\',i);
        if(end>flaw)throw unexpected;
        if(end>slash){string.lastIndex=i;if(!string.test(t))throw unexpected;end=string.lastIndex-1}
      }
      return end+1;
    }
    function nested(i){
      // A list or an object of a scalar's own: read once to know that it is JSON.
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
    }
    function after(what,i){const found=t.indexOf(what,i);return found<0?Infinity:found}
    return text=>{
      t=text;
      // A Map that is cleared leaves its old table behind, linked to the new one: one that has grown old keeps all that follow.
      references=new Map();
      try{
        if(!t.startsWith(${JSON.stringify(head)}))throw unexpected;
        slash=after('\\\\',0);
        flaw=Math.min(after('\\n',0),after('\\t',0),after('\\r',0),after('\\0',0));
        const data=value(${head.length},object${root});
        if(data===null)throw unexpected;
        if(t.length!==P+${tail.length}||!t.endsWith(${JSON.stringify(tail)}))throw unexpected;
        return data;
      }finally{t='';V=null;references=null}
    };`;
  const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
  const string = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
  // The text holds names of GraphQL and numbers only.
  const names = makers.map((_make, id) => `make${id}`);
  return new Function('unexpected', 'number', 'string', 'enums', ...names, source)(
    unexpected,
    number,
    string,
    checks.enums,
    ...makers,
  );
}
