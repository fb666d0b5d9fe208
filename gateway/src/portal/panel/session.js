// Lets operations of the playground carry the token that was chosen on the pages, unless a window has one of its own, and shows whose it is.
const texts = navigator.language.startsWith('zh')
  ? { pages: '首页', signedOut: '未登录，公开数据', signedIn: '身份：' }
  : { pages: 'Start page', signedOut: 'Not signed in: public data', signedIn: 'Signed in: ' };

/** As the pages store it (portal/src/session/session.ts): for this tab only. */
function readSession() {
  try {
    const session = JSON.parse(sessionStorage.getItem('district-graph.session') ?? 'null');
    return session && !(session.expiresAt !== null && session.expiresAt <= Date.now()) ? session : null;
  } catch {
    return null;
  }
}

const sendPlain = window.fetch;
window.fetch = (resource, options) => {
  const session = readSession();
  const isGraph = typeof resource === 'string' && resource.split('?', 1)[0] === `${location.origin}/graphql`;
  if (!session || !isGraph) return sendPlain(resource, options);
  const headers = new Headers(options?.headers);
  if (headers.has('authorization')) return sendPlain(resource, options);
  headers.set('authorization', `Bearer ${session.token}`);
  if (session.purpose && !headers.has('x-purpose')) headers.set('x-purpose', session.purpose);
  return sendPlain(resource, { ...options, headers });
};

const session = readSession();
const bar = document.createElement('p');
const link = document.createElement('a');
const viewer = document.createElement('span');
bar.className = 'session';
link.href = '/#token';
link.textContent = texts.pages;
viewer.textContent = session ? `${texts.signedIn}${session.name}` : texts.signedOut;
bar.append(link, viewer);
document.body.append(bar);
