// How operations are validated, planned, prepared and answered.
import { resolve } from 'node:path';
import { type Environment, setting } from '@district-graph/kit/config/environment';
import {
  bytes,
  milliseconds,
  oneOf,
  onOrOff,
  optionalText,
  wholeNumber,
} from '@district-graph/kit/config/forms';
import { limitSettings, readLimits } from '@district-graph/kit/config/operation-limits';
import { clientLimits } from '@district-graph/kit/operation/limits';
import type { EngineOptions } from '../engine/engine.ts';
import type { KeptPlansOptions } from '../kept-plans/kept-plans.ts';
import type { PlannerOptions } from '../planning/planner.ts';
import { readExposedErrors } from './fetching.ts';

export const plannerSettings = {
  planner: setting('PLANNER', oneOf(['own', 'apollo'], 'own'), {
    zh: '`own`：只经键到达字段的操作由网关自己的规划器规划，其余由 Apollo 的规划器规划。`apollo`：全部由 Apollo 的规划器规划。更改后，保留的查询计划作废。',
    en: "`own`: operations whose fields are reached by keys alone are planned by the gateway's own planner, the others by Apollo's. `apollo`: all are planned by Apollo's. A change discards the kept plans.",
  }),
  threads: setting('PLANNER_THREADS', wholeNumber(2, [1, 64]), {
    zh: '规划用的线程数。',
    en: 'Threads that plan operations.',
  }),
  timeoutMs: setting('PLANNING_TIMEOUT_MS', wholeNumber(500, [10, 600_000], milliseconds), {
    zh: '一次规划可用的处理器时间；估计需要更久的操作不规划。',
    en: 'Processor time that one plan may take. Operations that are estimated to take longer are refused before planning.',
  }),
  maxHeapMegabytes: setting('PLANNING_HEAP_MB', wholeNumber(512, [64, 4000], { zh: 'MB', en: 'MB' }), {
    zh: '一次规划可用的内存。',
    en: 'Memory that one plan may take.',
  }),
  maxWaiting: setting(
    'PLANNING_MAX_QUEUED',
    wholeNumber(256, [1, 100_000]),
    { zh: '可排队等待规划的操作数。', en: 'Operations that may be queued for planning.' },
    'PLANNING_WAITING',
  ),
  maxSelections: setting('MAX_PLANNED_SELECTIONS', wholeNumber(2000, [1, 10_000_000]), {
    zh: '规划时的选择数；超出时不规划。',
    en: 'Selections of an operation in the form that is planned. Operations with more are refused.',
  }),
  maxTypeConditions: setting('MAX_TYPE_CONDITIONS', wholeNumber(200, [0, 1_000_000]), {
    zh: '规划时仍保留的、针对其他类型的片段数；超出时不规划。',
    en: 'Fragments on other types that are left in that form. Operations with more are refused.',
  }),
};

const megabyte = 1_048_576;

export const keptPlanSettings = {
  file: setting('PLANS_FILE', optionalText({ zh: '文件', en: 'a file' }), {
    zh: '保存查询计划的文件，供网关重启后使用；只保存用时较长、由规划线程得出的计划，文件在得出第一个计划五秒后创建。它决定查询哪些子图，因此只能由网关的用户写入，否则不予采用。不设置则只在内存中保留；`npm start` 默认为 `DATA_DIR/gateway/plans`。',
    en: 'File in which query plans are kept for the next start of the gateway: those that take long, made in a planner thread. It is created five seconds after the first of them. It decides which subgraphs are requested: a file that users other than the gateway’s can write is not used. Without it plans are kept in memory alone; `npm start` uses `DATA_DIR/gateway/plans`.',
  }),
  megabytes: setting('KEPT_PLANS_MB', wholeNumber(8, [0, 256], { zh: 'MB', en: 'MB' }), {
    zh: '为重启与更换超图而保留的查询计划的总大小；最久未用的先舍弃，0 为不保留，也不读取已有的文件。',
    en: 'Size of the query plans that are kept for restarts and changes of the supergraph. Those not used for longest are dropped first; 0 keeps none, and does not read an existing file.',
  }),
};

export const clientLimitSettings = limitSettings(clientLimits);

export const preparationSettings = {
  validationTimeoutMs: setting('VALIDATION_TIMEOUT_MS', wholeNumber(1000, [10, 600_000], milliseconds), {
    zh: '在单独线程中校验长文档可用的处理器时间。',
    en: 'Processor time that the validation of a long document may take, in a thread of its own.',
  }),
  maxResponseBytes: setting('MAX_RESPONSE_BYTES', wholeNumber(33_554_432, [1024, 268_435_456], bytes), {
    zh: '一个答复的上限。',
    en: 'Size of a response to a client.',
  }),
  maxOperations: setting('MAX_OPERATIONS', wholeNumber(2000, [1, 1_000_000]), {
    zh: '保留的已准备操作数。',
    en: 'Prepared operations that are kept.',
  }),
  generateAfter: setting(
    'COMPILE_AFTER',
    wholeNumber(8, [0, 1_000_000]),
    {
      zh: '一个操作执行多少次后为其生成代码；生成所用的时间约为每次节省的十到二十倍，许多操作同时到期时逐个生成，至多占用 5% 的时间。64 KB 以上的响应从第一次起就由生成的代码读取。',
      en: 'Executions of an operation before code is generated for it. Generating takes ten to twenty times as long as it saves in each execution, and where many operations are due at once, it is done one by one, within 5 % of the time. Responses of 64 KB or more are read by generated code from the first execution.',
    },
    'GENERATE_AFTER',
  ),
};

export const warmUpSettings = {
  warmUpOperations: setting('WARM_UP_OPERATIONS', wholeNumber(200, [0, 10_000]), {
    zh: '监听之前执行的、按超图生成的操作数，使代码先行编译，至多三秒；不调用子图。',
    en: 'Operations, generated from the supergraph, that are run before the gateway listens, so that its code is compiled, for at most three seconds. No subgraph is called.',
  }),
};

export const serverSettings = {
  server: setting('GATEWAY_SERVER', oneOf(['own', 'apollo'], 'own'), {
    zh: '`own`：操作由网关自己的服务器执行。`apollo`：操作经 Apollo Server 执行，身份、准入与访问规则不变；用于比较，或逐步迁移。',
    en: '`own`: operations are executed by the gateway’s own server. `apollo`: operations pass Apollo Server, with the same identity, admission and access rules; to compare, or to migrate step by step.',
  }),
};

export const deduplicationSettings = {
  shareIdentical: setting(
    'DEDUPLICATE_QUERIES',
    onOrOff('on'),
    {
      zh: '同一查看者（匿名客户端按地址）一秒内再次发出同一查询，而前一次仍在执行时，是否共用那次执行。',
      en: 'Whether a query that the same viewer (anonymous clients: the same address) sends again within a second, while the first is still running, shares its execution.',
    },
    'SHARE_IDENTICAL',
  ),
};

/**
 * Characters of the operations that are kept, and that have generated code; `engine.ts` has what they cost. Generated code takes about ten
 * times as long to run for the first time as to generate: together that is 5 % of the time.
 */
const fixedOptions = {
  maxOperationBytes: 524_288,
  maxGeneratedBytes: 262_144,
  generateFromBytes: 65_536,
  generateShare: 0.005,
};

export const readPlannerOptions = (environment: Environment): Omit<PlannerOptions, 'log'> =>
  environment.read(plannerSettings);

export const readOperationOptions = (
  environment: Environment,
): Omit<EngineOptions, 'planner' | 'log'> & Required<Pick<EngineOptions, 'exposedErrors'>> => ({
  ...environment.read(preparationSettings),
  ...fixedOptions,
  limits: readLimits(environment, clientLimitSettings),
  exposedErrors: readExposedErrors(environment),
});

/** Null where no plans are kept. */
export function readKeptPlanOptions(
  environment: Environment,
): Pick<KeptPlansOptions, 'file' | 'maxBytes'> | null {
  const { file, megabytes } = environment.read(keptPlanSettings);
  return megabytes === 0 ? null : { file: file && resolve(file), maxBytes: megabytes * megabyte };
}
