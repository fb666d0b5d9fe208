// The panel below the playground that shows query plans. While it is open, the playground requests the plan of each operation.
const texts = navigator.language.startsWith('zh')
  ? {
      title: '查询计划',
      waiting: '发送一个操作，这里会显示网关如何执行它。',
      refused: '操作未执行，没有查询计划。',
      withheld: '答复中没有查询计划：生产环境中需要权限 operation:explain。',
      planners: { own: '自有规划器', apollo: 'Apollo 的规划器' },
      summary: ({ planner, planningMs, fetches, stages, estimatedCost }) =>
        `由${texts.planners[planner] ?? planner}规划，用时 ${milliseconds(planningMs)} 毫秒；${fetches} 次取数，${stages} 个先后阶段；预估代价 ${estimatedCost}`,
    }
  : {
      title: 'Query plan',
      waiting: 'Send an operation: this panel shows how the gateway answers it.',
      refused: 'The operation was not executed, so it has no query plan.',
      withheld: 'The answer has no query plan: in production it needs the scope operation:explain.',
      planners: { own: 'the gateway’s own planner', apollo: 'Apollo’s planner' },
      summary: ({ planner, planningMs, fetches, stages, estimatedCost }) =>
        `Planned by ${texts.planners[planner] ?? planner} in ${milliseconds(planningMs)} ms. Fetches: ${fetches}, in sequential stages: ${stages}; estimated cost: ${estimatedCost}`,
    };

const milliseconds = (duration) => duration.toFixed(2);

const storageKey = 'district_graph_query_plan';
let isOpen = localStorage.getItem(storageKey) === 'open';

const button = document.createElement('button');
const summary = document.createElement('p');
const text = document.createElement('pre');
const panel = document.createElement('section');
panel.className = 'query-plan';
panel.append(button, summary, text);
document.body.append(panel);

function render() {
  button.textContent = `${isOpen ? '▾' : '▸'} ${texts.title}`;
  button.setAttribute('aria-expanded', String(isOpen));
  document.body.classList.toggle('shows-query-plan', isOpen);
}

function show({ data, extensions }) {
  const plan = extensions?.queryPlan;
  summary.textContent = plan ? texts.summary(plan) : data === undefined ? texts.refused : texts.withheld;
  text.textContent = plan?.text ?? '';
}

button.addEventListener('click', () => {
  isOpen = !isOpen;
  localStorage.setItem(storageKey, isOpen ? 'open' : 'closed');
  render();
});

/** Whether the request sends an operation of a window to this gateway. The playground reads the schema by itself. */
const isOperation = (resource, options) =>
  typeof resource === 'string' &&
  resource.split('?', 1)[0] === `${location.origin}/graphql` &&
  !`${resource} ${options?.body}`.includes('IntrospectionQuery');

const isJson = (response) => /[/+]json/.test(response.headers.get('content-type') ?? '');

const sendRequest = window.fetch;
window.fetch = (resource, options) => {
  if (!isOpen || !isOperation(resource, options)) return sendRequest(resource, options);
  const headers = new Headers(options?.headers);
  headers.set('x-query-plan', 'on');
  return sendRequest(resource, { ...options, headers }).then((response) => {
    if (!isJson(response)) return response;
    // Before the playground gets the response: it aborts the request as soon as it has read it.
    return response
      .clone()
      .json()
      .then(show)
      .catch(() => {})
      .then(() => response);
  });
};

summary.textContent = texts.waiting;
render();
