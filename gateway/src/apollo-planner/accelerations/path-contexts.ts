// Makes paths of Apollo's planner that use no @context share their arrays of contexts, instead of copying two arrays for each edge.
import { type QueryGraphs, type Restore, replaceMethods } from './replace-methods.ts';

interface EdgeConditions {
  edgeConditions: readonly unknown[];
  contextToSelection: readonly unknown[];
  parameterToContext: readonly unknown[];
}

interface Path {
  props: EdgeConditions;
}

interface Resolution {
  pathTree?: unknown;
  contextMap?: ReadonlyMap<string, unknown>;
}

/** By length, an array of nulls: one for each length of a path that occurred. */
const nulls: (readonly null[])[] = [[]];

const nullsOf = (length: number): readonly null[] => {
  for (let next = nulls.length; next <= length; next += 1)
    nulls.push(Array.from({ length: next }, () => null));
  return nulls[length] ?? [];
};

const isOfNulls = (array: readonly unknown[]) => array.length === 0 || array === nulls[array.length];

export function shareContexts({ GraphPath }: QueryGraphs): Restore {
  const methods = GraphPath.prototype as unknown as {
    mergeEdgeConditionsWithResolution(resolution: Resolution): EdgeConditions;
  };
  const { mergeEdgeConditionsWithResolution: merge } = methods;
  return replaceMethods(methods, {
    mergeEdgeConditionsWithResolution(this: Path, resolution: Resolution): EdgeConditions {
      const { edgeConditions, contextToSelection, parameterToContext } = this.props;
      if (resolution.contextMap?.size || !isOfNulls(contextToSelection) || !isOfNulls(parameterToContext))
        return merge.call(this, resolution);
      return {
        edgeConditions: [...edgeConditions, resolution.pathTree ?? null],
        contextToSelection: nullsOf(contextToSelection.length + 1),
        parameterToContext: nullsOf(parameterToContext.length + 1),
      };
    },
  });
}
