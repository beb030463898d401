// Shows /api/v1/openapi.json. Text only ever goes in as text.
const element = (name, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(name), attributes);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

const typeOf = (schema) => {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.oneOf) return schema.oneOf.map(typeOf).filter((type) => type !== 'null').join(' | ');
  const type = [schema.type].flat().filter((name) => name && name !== 'null').join(' | ');
  return type === 'array' ? `${typeOf(schema.items)}[]` : type || 'any';
};

const table = (heads, rows) =>
  rows.length === 0
    ? null
    : element('table', {}, element('tr', {}, ...heads.map((head) => element('th', {}, head))),
        ...rows.map((row) => element('tr', {}, ...row.map((cell) => element('td', {}, cell ?? '')))));

const body = (content) => Object.entries(content ?? {}).map(([mime, { schema }]) => `${typeOf(schema)} as ${mime}`).join(', ');

const operation = (path, method, spec) =>
  element('details', { id: spec.operationId },
    element('summary', {}, element('span', { className: `method ${method}` }, method.toUpperCase()), element('code', {}, path),
      element('span', { className: 'what' }, spec.summary ?? spec.description ?? '')),
    spec.summary && spec.description && spec.description !== spec.summary ? element('p', {}, spec.description) : null,
    table(['Parameter', 'In', 'Type', ''], (spec.parameters ?? []).map((p) =>
      [element('code', {}, p.name), p.in, typeOf(p.schema), p.description ?? (p.required ? 'required' : '')])),
    spec.requestBody ? element('p', {}, 'Body: ', body(spec.requestBody.content)) : null,
    table(['Status', 'Meaning', 'Body'], Object.entries(spec.responses ?? {}).map(([status, answer]) =>
      [element('code', {}, status), answer.description ?? '', body(answer.content)])));

const schema = (name, spec) =>
  element('details', { id: `schema-${name}` },
    element('summary', {}, element('code', {}, name), element('span', { className: 'what' }, spec.description ?? '')),
    table(['Member', 'Type', ''], Object.entries(spec.properties ?? {}).map(([member, value]) =>
      [element('code', {}, member), typeOf(value), value.description ?? ''])));

const show = (document_) => {
  const by_tag = new Map((document_.tags ?? []).map((tag) => [tag.name, { about: tag.description, nodes: [] }]));
  for (const [path, methods] of Object.entries(document_.paths)) {
    for (const [method, spec] of Object.entries(methods)) {
      const tag = spec.tags?.[0] ?? 'other';
      if (!by_tag.has(tag)) by_tag.set(tag, { about: '', nodes: [] });
      by_tag.get(tag).nodes.push(operation(path, method, spec));
    }
  }
  document.querySelector('#about').textContent = document_.info.description ?? '';
  document.querySelector('#operations').replaceChildren(
    ...[...by_tag].flatMap(([tag, { about, nodes }]) => [element('h2', {}, tag), element('p', { className: 'what' }, about ?? ''), ...nodes]),
    element('h2', {}, 'Objects'), ...Object.entries(document_.components?.schemas ?? {}).map(([name, spec]) => schema(name, spec)));
};

const answer = await fetch('/api/v1/openapi.json');
if (answer.ok) show(await answer.json());
else document.querySelector('#operations').textContent = `The API document is not available (${answer.status}).`;
