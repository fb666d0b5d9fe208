// The personal data in this subgraph's tables: incidents, which the police retain, and the history of devices, which
// is kept for a short time.
import type { Erasure, PersonalData } from '@district-graph/kit/personal-data/personal-data';

const retainedByPolice: Erasure = {
  rule: 'HOLD',
  hold: {
    basis:
      '公安机关接处警记录，依法归档保存；《个人信息保护法》第四十七条：除存储外停止处理。 Records of police response, archived by law; by article 47 of the Personal Information Protection Law they are stored and nothing else.',
  },
};

export const personalData: PersonalData = {
  tables: [
    {
      table: 'incident_timeline',
      type: 'Incident',
      description:
        '事件处置经过，备注可能涉及个人。 What was done about an incident; notes may concern persons.',
      elder: { column: 'incident_id', of: 'incident', elder: 'elder_id' },
      erasure: retainedByPolice,
      retention: { rule: '与事件同期，只追加。 As long as the incident; append-only.' },
    },
    {
      table: 'incident',
      type: 'Incident',
      description: '事件：涉及的老年人、事由、地点。 Incidents: the elder, what happened, where.',
      elder: 'elder_id',
      erasure: retainedByPolice,
      retention: { rule: '按公安机关档案期限。 By the archive schedule of the public security bureau.' },
    },
    {
      table: 'device_status_change',
      type: 'SecurityDevice',
      description: '设备状态历史，不涉及个人。 The history of devices; of nobody.',
      elder: null,
      erasure: { rule: 'HOLD', hold: { basis: '不涉及个人。 Of nobody.' } },
      retention: {
        rule: '1 年；每台设备保留最近一条。 1 year; the last of each device stays.',
        over: {
          after: '1 year',
          since: 'at',
          where:
            'exists (select from device_status_change n where n.device_id = t.device_id and n.at > t.at)',
        },
      },
    },
  ],
  impersonal: [
    'device_heartbeat',
    'device_industry',
    'device_network',
    'device_type',
    'monitoring_platform',
    'platform_device_count',
    'platform_heartbeat',
    'safety_inspection',
    'security_device',
  ],
};
