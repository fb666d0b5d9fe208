// What the tests of sample records share: their input, and a subgraph to write to.
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph } from '../subgraph.ts';

export const newRecord = {
  divisionCode: '410105007003',
  name: '示例记录一',
  kind: 'GENERAL',
  contactPhone: '00000000123',
};

export const writableSampleRecords = (): Promise<WritableSubgraph> =>
  writableSubgraph(subgraph, {
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    SampleRecord: 'id status version name kind contactPhone registeredOn closedOn',
  });
