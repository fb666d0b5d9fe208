// Estimates how much work an operation is for Apollo's planner, before any is done: schema/decisions/0020-fair-planning.md
import {
  isAbstractType,
  type NamedType,
  type Operation,
  type SelectionSet,
} from '@apollo/federation-internals';
import type { Edge, QueryGraph, Vertex } from '@apollo/query-graphs';
import { followedOfVertex, prunedAbove } from '../accelerations/prune-options.ts';

/** Steps for each selection, and for one that can be fetched in several ways: then up to 100 plans with it are compared. */
const stepsPerSelection = 10;
const stepsPerChoice = 100;

/** The paths to a position that go on alike. */
interface Path {
  /** Where they end. */
  vertex: Vertex;
  /** The type at which they entered the subgraph, and where they would end if they had not: the planner makes no detours. */
  entered: { type: string; otherwise: Vertex | null };
  count: number;
}

type Paths = readonly Path[];

/** Where an interface is resolved type by type, a way to a position is one path for each type: any of those there are. */
type Ways = readonly Paths[];

/** A field or fragment over which paths go on. */
interface Step {
  name: string;
  isLeaf: boolean;
  /** Root fields are not reached over keys. */
  isRoot: boolean;
  /** Counts the steps for what fields require. */
  conditions: number;
}

export class PlanningEstimate {
  #graph: QueryGraph;
  #prunesQueries: boolean;
  #keys = new Map<Vertex, readonly Edge[]>();
  #fields = new Map<Vertex, ReadonlyMap<string, Edge>>();
  /** By edge, the steps to resolve what it requires. */
  #conditions = new Map<Edge, number>();

  /** `hasOverrideLabels` says whether a field has an override label: options are not pruned then, nor with contexts. */
  constructor(graph: QueryGraph, hasOverrideLabels: boolean) {
    this.#graph = graph;
    this.#prunesQueries = !hasOverrideLabels && graph.subgraphToArgs.size === 0;
  }

  /** How many steps the operation takes; counting ends soon after `max`. */
  stepsOf({ rootKind, selectionSet }: Operation, max: number): number {
    const root = this.#graph.root(rootKind);
    const paths = root ? this.#graph.outEdges(root).map(({ tail }) => pathFrom(tail, null)) : [];
    const isPruned = this.#prunesQueries && rootKind === 'query';
    return this.#stepsOf(selectionSet, [paths], { isRoot: true, isPruned, max });
  }

  #stepsOf(
    selectionSet: SelectionSet,
    ways: Ways,
    { isRoot, isPruned, max }: { isRoot: boolean; isPruned: boolean; max: number },
  ): number {
    const before = countOf(ways);
    let steps = 0;
    for (const { element, selectionSet: inner } of selectionSet.selections()) {
      if (steps > max) return steps;
      const isField = element.kind === 'Field';
      const step = { name: isField ? element.name : '', isLeaf: !inner, isRoot, conditions: 0 };
      const after = isField
        ? ways.flatMap((paths) => this.#afterField(paths, step))
        : ways.map((paths) => this.#afterFragment(paths, element.typeCondition?.name));
      const count = countOf(after);
      steps += before + count + step.conditions + (count > 1 ? stepsPerChoice : stepsPerSelection);
      // Where one subgraph resolves all that is inside, the planner does not look at it.
      const isLocal = after.every((paths) =>
        paths.every(({ vertex }) => !vertex.hasReachableCrossSubgraphEdges),
      );
      if (inner && !isLocal) {
        const followed = isPruned && isField ? pruned(after, count) : after;
        steps += this.#stepsOf(inner, followed, { isRoot: isRoot && !isField, isPruned, max: max - steps });
      }
    }
    return steps;
  }

  #afterField(paths: Paths, step: Step): Ways {
    const direct = new Set(paths.flatMap((path) => (isFromRoot(path) ? path.vertex.source : [])));
    const after = new PathsByEnd();
    const byType: Paths[] = [];
    for (const path of paths) {
      const isDirect = this.#advance(path, step, direct, after);
      if (isDirect || !isAbstractType(path.vertex.type as NamedType)) continue;
      for (const { transition, tail } of this.#graph.outEdges(path.vertex)) {
        if (transition.kind !== 'DownCast' || isAbstractType(tail.type as NamedType)) continue;
        const ofType = new PathsByEnd();
        this.#advance({ ...path, vertex: tail }, step, direct, ofType);
        if (ofType.paths.length > 0) byType.push(ofType.paths);
      }
    }
    return after.paths.length > 0 || byType.length === 0 ? [after.paths] : byType;
  }

  /** Adds the paths over the field, there and where keys lead. Returns whether the field is there. */
  #advance(path: Path, step: Step, direct: ReadonlySet<string>, after: PathsByEnd): boolean {
    const { vertex, entered, count } = path;
    const add = (from: Vertex, otherwise: Vertex | null, type: string): boolean => {
      const edge = this.#fieldsOf(from).get(step.name);
      if (!edge) return false;
      step.conditions += this.#conditionsOf(edge);
      const tail = otherwise && this.#fieldsOf(otherwise).get(step.name)?.tail;
      after.add({ vertex: edge.tail, entered: { type, otherwise: tail ?? null }, count });
      return true;
    };
    const isDirect = add(vertex, entered.otherwise, entered.type);
    if (step.isRoot || (isDirect && step.isLeaf)) return isDirect;
    for (const { head, tail } of this.#keysFrom(vertex))
      if (!this.#isDetour(path, tail, direct)) add(tail, head, tail.type.name);
    return isDirect;
  }

  /** Whether the target is reached without having entered the path's subgraph. */
  #isDetour(path: Path, target: Vertex, direct: ReadonlySet<string>): boolean {
    const { type, otherwise } = path.entered;
    if (isFromRoot(path)) return direct.has(target.source);
    if (type === path.vertex.type.name || otherwise?.type.name !== target.type.name) return false;
    return (
      otherwise.source === target.source ||
      this.#keysFrom(otherwise).some(({ head, tail }) => head === otherwise && tail === target)
    );
  }

  #afterFragment(paths: Paths, type: string | undefined): Paths {
    const after = new PathsByEnd();
    for (const path of paths) {
      const otherwise = path.entered.otherwise && (this.#castsOf(path.entered.otherwise, type)[0] ?? null);
      for (const vertex of this.#castsOf(path.vertex, type))
        after.add({ ...path, vertex, entered: { ...path.entered, otherwise } });
    }
    return after.paths;
  }

  #castsOf(vertex: Vertex, type: string | undefined): readonly Vertex[] {
    const tails = this.#graph
      .outEdges(vertex)
      .flatMap(({ transition, tail }) =>
        (transition.kind === 'DownCast' && transition.castedType.name === type) ||
        (transition.kind === 'InterfaceObjectFakeDownCast' && transition.castedTypeName === type)
          ? [tail]
          : [],
      );
    return tails.length ? tails : [vertex];
  }

  #fieldsOf(vertex: Vertex): ReadonlyMap<string, Edge> {
    let fields = this.#fields.get(vertex);
    if (!fields) {
      fields = new Map(
        this.#graph
          .outEdges(vertex)
          .flatMap((edge) =>
            edge.transition.kind === 'FieldCollection' ? [[edge.transition.definition.name, edge]] : [],
          ),
      );
      this.#fields.set(vertex, fields);
    }
    return fields;
  }

  #conditionsOf(edge: Edge): number {
    const { conditions, head } = edge;
    if (!conditions) return 0;
    let steps = this.#conditions.get(edge);
    if (steps === undefined) {
      // Requirements that require each other do not compose.
      this.#conditions.set(edge, 0);
      steps = this.#stepsOf(conditions, [[pathFrom(head, head)]], {
        isRoot: false,
        isPruned: false,
        max: Number.POSITIVE_INFINITY,
      });
      this.#conditions.set(edge, steps);
    }
    return steps;
  }

  /** To each other subgraph, the last key of the shortest way there. */
  #keysFrom(vertex: Vertex): readonly Edge[] {
    let keys = this.#keys.get(vertex);
    if (!keys) {
      const bySubgraph = new Map<string, Edge>();
      const queue = [vertex];
      for (const each of queue)
        for (const edge of this.#graph.outEdges(each)) {
          const { transition, tail } = edge;
          if (transition.collectOperationElements || tail.source === vertex.source) continue;
          if (bySubgraph.has(tail.source)) continue;
          bySubgraph.set(tail.source, edge);
          if (transition.kind === 'KeyResolution') queue.push(tail);
        }
      keys = [...bySubgraph.values()];
      this.#keys.set(vertex, keys);
    }
    return keys;
  }
}

/** Adds up paths that go on alike. */
class PathsByEnd {
  readonly paths: Path[] = [];
  #known = new Map<Vertex, Path[]>();

  add(path: Path): void {
    const { vertex, entered, count } = path;
    const known = this.#known.get(vertex) ?? [];
    this.#known.set(vertex, known);
    const same = known.find(
      (each) => each.entered.type === entered.type && each.entered.otherwise === entered.otherwise,
    );
    if (same) {
      same.count += count;
      return;
    }
    const added = { ...path };
    known.push(added);
    this.paths.push(added);
  }
}

/** `root` is the type of the path's first vertex; the paths of an operation enter each subgraph at its root type. */
const rootType = '';

const pathFrom = (vertex: Vertex, otherwise: Vertex | null): Path => ({
  vertex,
  entered: { type: otherwise ? vertex.type.name : rootType, otherwise },
  count: 1,
});

const isFromRoot = ({ entered }: Path): boolean => entered.type === rootType;

/** The paths that are followed where options are pruned. */
function pruned(ways: Ways, count: number): Ways {
  const [paths] = ways;
  if (!paths || ways.length > 1 || count <= prunedAbove) return ways;
  const left = new Map<Vertex, number>();
  const followed = paths.map((path) => {
    if (isAbstractType(path.vertex.type as NamedType)) return path;
    const most = left.get(path.vertex) ?? followedOfVertex;
    const count = Math.min(path.count, most);
    left.set(path.vertex, most - count);
    return { ...path, count };
  });
  return [followed.filter(({ count }) => count > 0)];
}

function countOf(ways: Ways): number {
  let count = 1;
  for (const paths of ways) count *= paths.reduce((sum, path) => sum + path.count, 0);
  return count;
}
