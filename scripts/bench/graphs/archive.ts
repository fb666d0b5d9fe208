// One subgraph with a long list of wide records: a response of about 8 MB.
import { type Graph, numbers, text } from './graph.ts';

const random = numbers(11);
const count = 20_000;

const records = () =>
  Array.from({ length: count }, (_, index) => ({
    id: `record-${index}`,
    title: text(random, 40),
    summary: text(random, 160),
    kind: ['BOOK', 'MAP', 'LETTER', 'PHOTO'][index % 4],
    pages: Math.floor(random() * 900),
    weight: Math.round(random() * 100_000) / 100,
    isLent: random() < 0.3,
    note: random() < 0.5 ? null : text(random, 30),
    shelf: { subgraph: `subgraph ${index % 40}`, row: index % 90 },
    tags: [text(random, 8), text(random, 9), text(random, 7)],
  }));

let kept: ReturnType<typeof records> | null = null;

export const archive: Graph = {
  name: 'archive',
  subgraphs: [
    {
      name: 'archive',
      sdl: `
type Query { records: [Record!]! }
enum Kind { BOOK MAP LETTER PHOTO }
type Shelf { subgraph: String! row: Int! }
type Record @key(fields: "id") {
  id: ID! title: String! summary: String! kind: Kind! pages: Int! weight: Float! isLent: Boolean! note: String shelf: Shelf! tags: [String!]!
}
`,
      resolvers: {
        Query: {
          records: () => {
            kept ??= records();
            return kept;
          },
        },
      },
    },
  ],
};

export const archiveQuery = `
query Archive {
  records { id title summary kind pages weight isLent note shelf { subgraph row } tags }
}`;
