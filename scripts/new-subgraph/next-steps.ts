// What is left to do after a subgraph was created, in Chinese, then English.
import { camel, kebab, roleOf, type SubgraphNames } from './names.ts';

interface Step {
  zh: string;
  en: string;
  commands?: readonly string[];
}

function stepsOf({ name, type, port }: SubgraphNames, hasMatrix: boolean): Step[] {
  const module = `subgraphs/${name}/src/${kebab(type)}`;
  return [
    ...(hasMatrix
      ? []
      : [
          {
            zh: '更新权限矩阵，并审阅其变化。',
            en: 'Update the access matrix, and read what it changed.',
            commands: ['npm run access:matrix'],
          },
        ]),
    {
      zh: '运行它的测试；查看生成了什么。',
      en: 'Run its tests, and look at what was created.',
      commands: [`npx vitest run subgraphs/${name}`, 'git status --short'],
    },
    {
      zh: `启动全图（重启正在运行的 npm start）；子图 ${name} 在端口 ${port}，概览为 Division.${camel(name)}。`,
      en: `Start the graph (restart a running npm start); ${name} is on port ${port}, its overview is Division.${camel(name)}.`,
      commands: ['npm start'],
    },
    {
      zh: `按实际业务改写 ${module}：字段、状态、描述；改表后生成迁移，改模式后重新组合并发布 SDL。`,
      en: `Make ${module} your own: fields, statuses, descriptions. Generate a migration after a change of tables; compose and publish the SDL after a change of the schema.`,
      commands: [
        `SUBGRAPH=${name} npm run migration -- --name <what>`,
        'npm run compose',
        'npm run publish:sdl',
        'npm run codegen',
      ],
    },
    {
      zh: `在 subgraphs/kit/src/identity/roles.ts 中审定角色 ${roleOf(name)}、权限 ${name}:read 与 ${name}:write，及其可声明的用途。`,
      en: `Decide in subgraphs/kit/src/identity/roles.ts on the role ${roleOf(name)}, the scopes ${name}:read and ${name}:write, and the purposes.`,
      commands: ['npm run access:matrix'],
    },
    {
      zh: `在 subgraphs/${name}/src/personal-data.ts 中写明个人数据及保存期限。`,
      en: `State in subgraphs/${name}/src/personal-data.ts which personal data there is, and how long it is kept.`,
      commands: ['npm run retention -- --list'],
    },
    {
      zh: `改写 subgraphs/${name}/README.md；其余步骤见 docs/zh-CN/new-subgraph.md。`,
      en: `Write subgraphs/${name}/README.md; the other steps are in docs/new-subgraph.md.`,
    },
  ];
}

export function nextSteps(names: SubgraphNames, hasMatrix: boolean): string {
  const lines = stepsOf(names, hasMatrix).flatMap(({ zh, en, commands = [] }, index) => [
    `${index + 1}. ${zh}`,
    `   ${en}`,
    ...commands.map((command) => `     ${command}`),
  ]);
  return `已创建子图 ${names.name}。接下来： Created the subgraph ${names.name}. What comes next:\n\n${lines.join('\n')}\n`;
}
