// The gateway's settings: the only process.env of the gateway, every fault reported at once.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { variablePrefix } from '@district-graph/schema/registry';

export interface GatewayConfig {
  port: number;
  host: string;
  supergraphFile: string;
  subgraphTimeoutMs: number;
  maxAnswerBytes: number;
  maxBodyBytes: number;
  playground: boolean;
  /** The address to use for a subgraph instead of the one in the supergraph, or null. */
  addressOf: (subgraph: string) => string | null;
}

const ownSupergraph = fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url));

/** Reads the settings listed in the gateway's README. Throws one error with every fault. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const faults: string[] = [];
  const whole = (variable: string, fallback: number, min: number, max: number): number => {
    const value = env[variable] ? Number(env[variable]) : fallback;
    if (!Number.isInteger(value) || value < min || value > max) {
      faults.push(`${variable} 应为 ${min} 到 ${max} 的整数。 Expected a whole number, ${min} to ${max}.`);
    }
    return value;
  };
  const supergraphFile = env.SUPERGRAPH ? resolve(env.SUPERGRAPH) : ownSupergraph;
  if (!existsSync(supergraphFile)) {
    faults.push(`SUPERGRAPH：没有文件 ${supergraphFile}。 There is no file ${supergraphFile}.`);
  }
  for (const [variable, value] of Object.entries(env)) {
    if (variable.endsWith('_URL') && !variable.endsWith('_DATABASE_URL') && value && !URL.canParse(value)) {
      faults.push(`${variable} 应为完整地址。 Expected a whole URL.`);
    }
  }
  if (env.PLAYGROUND && !['on', 'off'].includes(env.PLAYGROUND)) {
    faults.push('PLAYGROUND 应为 on 或 off。 Expected on or off.');
  }
  const config = {
    port: whole('PORT', 4000, 0, 65_535),
    host: env.HOST || '127.0.0.1',
    supergraphFile,
    subgraphTimeoutMs: whole('SUBGRAPH_TIMEOUT_MS', 5000, 1, 600_000),
    maxAnswerBytes: whole('MAX_ANSWER_BYTES', 10_485_760, 1024, 1_073_741_824),
    maxBodyBytes: whole('MAX_BODY_BYTES', 262_144, 1024, 1_073_741_824),
    playground: env.PLAYGROUND !== 'off',
    addressOf: (subgraph: string) => env[`${variablePrefix(subgraph)}_URL`] || null,
  };
  if (faults.length) throw new Error(faults.join('\n'));
  return config;
}
