// Shows /api/v1/openapi.json. Text only ever goes in as text.
const element = (name, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(name), attributes);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
};

// What stands between backticks is code.
const prose = (text) => (text ?? '').split('`').map((part, at) => (at % 2 ? element('code', {}, part) : part));

const separated = (parts, separator) => parts.flatMap((part, at) => (at ? [separator, part] : [part]));

// A type, as text and links to objects.
const type = (schema) => {
  if (!schema) return [];
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    return [element('a', { href: `#object-${name}` }, name)];
  }
  if (schema.oneOf) return separated(schema.oneOf.filter((one) => one.type !== 'null').map(type), ' or ').flat();
  if (schema.format === 'binary') return ['bytes'];
  const names = [schema.type].flat().filter((name) => name && name !== 'null');
  if (names.includes('array')) return ['list of ', ...type(schema.items)];
  return [names.join(' or ') || 'any JSON'];
};

const body = (content) =>
  separated(Object.entries(content ?? {}).map(([mime, { schema }]) =>
    // A file is described as a list of numbers.
    (schema && mime !== 'application/octet-stream' ? [...type(schema), ' as ', element('code', {}, mime)] : [element('code', {}, mime)])), ', ').flat();

const table = (title, rows) =>
  rows.length === 0
    ? []
    : [element('h3', {}, title), element('table', { className: title.toLowerCase() }, ...rows.map((row) => element('tr', {}, ...row.map((cell) => element('td', {}, cell)))))];

const name = (text, required) => element('code', { className: required ? 'required' : '' }, text);

const operation = (path, method, spec) =>
  element('details', { id: spec.operationId, className: 'operation' },
    element('summary', {}, element('span', { className: `method ${method}` }, method.toUpperCase()), element('code', {}, path),
      element('span', { className: 'what' }, prose(spec.summary ?? spec.description))),
    element('div', { className: 'inside' },
      spec.summary && spec.description && spec.description !== spec.summary ? element('p', {}, prose(spec.description)) : null,
      table('Parameters', (spec.parameters ?? []).map((p) =>
        [name(p.name, p.required), [...type(p.schema), p.in === 'query' ? '' : ` in ${p.in}`], prose(p.description)])),
      spec.requestBody ? [element('h3', {}, 'Body'), element('div', {}, body(spec.requestBody.content))] : null,
      table('Answers', Object.entries(spec.responses ?? {}).map(([status, answer]) =>
        [element('code', {}, status), prose(answer.description), body(answer.content)]))));

const object = (title, spec) =>
  element('details', { id: `object-${title}`, className: 'object' },
    element('summary', {}, element('code', {}, title), element('span', { className: 'what' }, prose(spec.description))),
    element('div', { className: 'inside' }, table('Members', Object.entries(spec.properties ?? {}).map(([member, value]) =>
      [name(member, spec.required?.includes(member)), type(value), prose(value.description)]))));

const section = (title, about, nodes) => [element('h2', { id: `all-${title}` }, title), element('p', { className: 'what' }, prose(about)), ...nodes];

const show = (api) => {
  const sections = new Map((api.tags ?? []).map((tag) => [tag.name, { about: tag.description, nodes: [] }]));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, spec] of Object.entries(methods)) {
      const tag = spec.tags?.[0] ?? 'other';
      if (!sections.has(tag)) sections.set(tag, { about: '', nodes: [] });
      sections.get(tag).nodes.push(operation(path, method, spec));
    }
  }
  sections.set('objects', {
    about: 'What goes in and out',
    nodes: Object.entries(api.components?.schemas ?? {}).map(([title, spec]) => object(title, spec)),
  });
  document.querySelector('#about').replaceChildren(...prose(api.info.description));
  document.querySelector('#operations').replaceChildren(
    element('nav', {}, ...[...sections.keys()].map((title) => element('a', { href: `#all-${title}` }, title))),
    ...[...sections].flatMap(([title, { about, nodes }]) => section(title, about, nodes)));
};

// A link to something folded unfolds it.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.localName === 'details') target.open = true;
  target?.scrollIntoView();
};

const answer = await fetch('/api/v1/openapi.json');
if (answer.ok) {
  show(await answer.json());
  unfold();
  addEventListener('hashchange', unfold);
} else {
  document.querySelector('#operations').textContent = `The API document is not available (${answer.status}).`;
}
