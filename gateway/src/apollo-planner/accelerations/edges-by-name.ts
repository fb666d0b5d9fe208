// Makes Apollo's planner find the edges of a vertex by name, and keep what it derives from a vertex, instead of filtering all edges of
// the vertex for each path and field.
import type { Edge, OpGraphPath, QueryGraph, Vertex } from '@apollo/query-graphs';
import { type QueryGraphs, type Restore, replaceMethods } from './replace-methods.ts';

/** What is derived from a vertex. A graph does not change after it was built. */
interface VertexEdges {
  /** Without the edges of keys and root types to the vertex itself. */
  edges: readonly Edge[];
  /** By the name of the field, edges in their order. */
  fields: ReadonlyMap<string, readonly Edge[]>;
  /** By the name of the type, edges to an implementation, also of an interface object. */
  casts: ReadonlyMap<string, readonly Edge[]>;
}

const edgesOfVertices = new WeakMap<Vertex, VertexEdges>();
const interfaceObjects = new WeakMap<Vertex, boolean>();
const none: readonly Edge[] = [];

const castedTypeOf = ({ transition }: Edge): string | undefined => {
  if (transition.kind === 'DownCast') return transition.castedType.name;
  return transition.kind === 'InterfaceObjectFakeDownCast' ? transition.castedTypeName : undefined;
};

const grouped = (edges: readonly Edge[], nameOf: (edge: Edge) => string | undefined) => {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const name = nameOf(edge);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(edge);
    else groups.set(name, [edge]);
  }
  return groups;
};

/** `fieldEdges` and `castEdges` are called by the planner's corrected text. */
export function findEdgesByName({ QueryGraph: Graph, GraphPath }: QueryGraphs): Restore {
  const { outEdges } = Graph.prototype;
  const { tailIsInterfaceObject } = GraphPath.prototype;
  const edgesOf = (graph: QueryGraph, vertex: Vertex): VertexEdges => {
    let found = edgesOfVertices.get(vertex);
    if (!found) {
      const edges = outEdges.call(graph, vertex);
      const fields = grouped(edges, ({ transition }) =>
        transition.kind === 'FieldCollection' ? transition.definition.name : undefined,
      );
      found = { edges, fields, casts: grouped(edges, castedTypeOf) };
      edgesOfVertices.set(vertex, found);
    }
    return found;
  };
  const restoreGraph = replaceMethods(Graph.prototype, {
    outEdges(this: QueryGraph, vertex: Vertex, withEdgesToSelf = false) {
      return withEdgesToSelf ? outEdges.call(this, vertex, true) : edgesOf(this, vertex).edges;
    },
    fieldEdges(this: QueryGraph, vertex: Vertex, name: string) {
      return edgesOf(this, vertex).fields.get(name) ?? none;
    },
    castEdges(this: QueryGraph, vertex: Vertex, name: string) {
      return edgesOf(this, vertex).casts.get(name) ?? none;
    },
  });
  const restorePath = replaceMethods(GraphPath.prototype, {
    tailIsInterfaceObject(this: OpGraphPath) {
      let is = interfaceObjects.get(this.tail);
      if (is === undefined) {
        is = tailIsInterfaceObject.call(this);
        interfaceObjects.set(this.tail, is);
      }
      return is;
    },
  });
  return () => {
    restoreGraph();
    restorePath();
  };
}
