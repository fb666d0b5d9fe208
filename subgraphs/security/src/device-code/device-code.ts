// GB/T 28181 device codes: 20 digits, parsed and validated. Pure: the code tables are parameters.
import type { Bilingual } from '@district-graph/kit/errors';

/** CCCCCCCC II TTT N SSSSSS: centre (division and basic unit), industry, type, network, serial. */
export interface DeviceCodeParts {
  /** Digits 1 to 6. */
  division: string;
  /** Digits 7 and 8. */
  basicUnit: string;
  /** Digits 9 and 10. */
  industry: string;
  /** Digits 11 to 13. */
  type: string;
  /** Digit 14. */
  network: string;
  /** Digits 15 to 20. */
  serial: string;
}

/** The allowed parts: the codes of the tables, and what the device's kind and district allow. */
export interface DeviceCodeRules {
  industries: ReadonlySet<string>;
  /** The types that the kind of device may have, such as 131 and 132 for a camera. */
  types: ReadonlySet<string>;
  networks: ReadonlySet<string>;
  /** The district that digits 1 to 6 must name. */
  district?: string;
}

/** The first fault of a code. */
export interface DeviceCodeFault {
  /** The first digit concerned, 1 to 20; 21 when the code is too long. */
  position: number;
  reason: 'NOT_A_DIGIT' | 'LENGTH' | 'DIVISION' | 'INDUSTRY' | 'TYPE' | 'NETWORK' | 'SERIAL';
  text: Bilingual;
  /** The text, Chinese, then English. */
  message: string;
}

export const typesOfKind: Record<'CAMERA' | 'ALARM_BOX' | 'PLATFORM', ReadonlySet<string>> = {
  CAMERA: new Set(['131', '132']),
  ALARM_BOX: new Set(['134']),
  // The servers of a platform; 215 and 216 are directory groups, not machines.
  PLATFORM: new Set(['200', '201', '203', '204', '205', '206', '207', '208', '209', '210', '211']),
};

/** Splits a code of 20 digits into its parts, without validating them. */
export const deviceCodeParts = (code: string): DeviceCodeParts => ({
  division: code.slice(0, 6),
  basicUnit: code.slice(6, 8),
  industry: code.slice(8, 10),
  type: code.slice(10, 13),
  network: code.slice(13, 14),
  serial: code.slice(14, 20),
});

/** Joins the parts into a code. */
export const deviceCodeOf = (parts: DeviceCodeParts): string =>
  parts.division + parts.basicUnit + parts.industry + parts.type + parts.network + parts.serial;

/** Validates a code from its first digit to its last: null, or the first fault. */
export function checkDeviceCode(code: string, rules: DeviceCodeRules): DeviceCodeFault | null {
  const wrong = [...code].findIndex((character) => !/^[0-9]$/.test(character));
  if (wrong >= 0 && wrong < 20) {
    return fault(
      wrong + 1,
      'NOT_A_DIGIT',
      `第 ${wrong + 1} 位不是数字`,
      `Character ${wrong + 1} is no digit`,
    );
  }
  if (code.length !== 20) {
    const position = Math.min(code.length, 20) + 1;
    return fault(
      position,
      'LENGTH',
      `编码应为 20 位，收到 ${code.length} 位`,
      `Expected 20 digits, received ${code.length}`,
    );
  }
  const parts = deviceCodeParts(code);
  if (rules.district && parts.division !== rules.district) {
    return fault(
      1,
      'DIVISION',
      `第 1–6 位应为所在区县代码 ${rules.district}，收到 ${parts.division}`,
      `Digits 1–6: expected the district ${rules.district}, received ${parts.division}`,
    );
  }
  if (!rules.industries.has(parts.industry)) {
    return fault(
      9,
      'INDUSTRY',
      `第 9–10 位不是行业编码：${parts.industry}`,
      `Digits 9–10 are no industry: ${parts.industry}`,
    );
  }
  if (!rules.types.has(parts.type)) {
    const allowed = [...rules.types].join('、');
    return fault(
      11,
      'TYPE',
      `第 11–13 位应为类型编码 ${allowed}，收到 ${parts.type}`,
      `Digits 11–13: expected one of ${[...rules.types].join(', ')}, received ${parts.type}`,
    );
  }
  if (!rules.networks.has(parts.network)) {
    return fault(
      14,
      'NETWORK',
      `第 14 位不是网络标识：${parts.network}`,
      `Digit 14 is no network: ${parts.network}`,
    );
  }
  if (parts.serial === '000000') {
    return fault(15, 'SERIAL', '第 15–20 位序号从 000001 起', 'Digits 15–20: serial numbers start at 000001');
  }
  return null;
}

const fault = (
  position: number,
  reason: DeviceCodeFault['reason'],
  chinese: string,
  english: string,
): DeviceCodeFault => {
  const text = { zh: `${chinese}。`, en: `${english}.` };
  return { position, reason, text, message: `${text.zh} ${text.en}` };
};
