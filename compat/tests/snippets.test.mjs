// The commands that integrators paste, run by the real curl: no Version header, no locationId, `customFields` with
// `{id, value}`, a search by e-mail in the query, and the form posted to an inbound hook.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { curl, serve, until } from '../harness.mjs';

let server, api;

before(async () => {
  server = await serve();
  const auth = ['-H', `Authorization: Bearer ${server.demo.locationToken}`];
  const json = ['-H', 'Content-Type: application/json'];
  api = (method, path, body) =>
    curl('-X', method, `${server.url}${path}`, ...auth, ...(body ? [...json, '-d', JSON.stringify(body)] : []));
});
after(() => server?.stop());

test('create, update and search as the snippets do', async () => {
  const { body: fields } = await api('GET', `/locations/${server.demo.locationId}/customFields`);
  const field = fields.customFields.find(({ dataType }) => dataType === 'TEXT');
  const created = await api('POST', '/contacts/', {
    firstName: 'John',
    lastName: 'Doe',
    email: 'john@example.com',
    phone: '+1234567890',
    tags: ['lead', 'website'],
    customFields: [{ id: field.id, value: 'Custom Value' }],
  });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  const { id } = created.body.contact;
  assert.equal(created.body.contact.locationId, server.demo.locationId, "the token's location");
  assert.equal(created.body.contact.phone, '+1234567890', 'a number that no plan knows is kept as given');
  assert.deepEqual(created.body.contact.customFields, [{ id: field.id, key: field.fieldKey, value: 'Custom Value' }]);

  const updated = await api('PUT', `/contacts/${id}`, { firstName: 'Jane', tags: ['lead', 'website', 'qualified'] });
  assert.equal(updated.status, 200, JSON.stringify(updated.body));
  assert.equal(updated.body.contact.firstName, 'Jane');

  const found = await api('GET', '/contacts/search?email=john@example.com');
  assert.equal(found.status, 200);
  assert.deepEqual(found.body.contacts.map(contact => [contact.id, contact.lastName]), [[id, 'Doe']]);
  assert.deepEqual([...found.body.contacts[0].tags].sort(), ['lead', 'qualified', 'website']);
  const nobody = await api('GET', '/contacts/search?email=nobody@example.com');
  assert.deepEqual(nobody.body.contacts, []);
});

test('the dashboard snippet counts contacts and dates them', async () => {
  const before = (await api('GET', '/contacts?limit=100')).body.meta.total;
  await api('POST', '/contacts/', { email: 'dashboard@example.com' });
  const { status, body } = await api('GET', '/contacts?limit=100');
  assert.equal(status, 200);
  assert.equal(body.meta.total, before + 1);
  assert.equal(body.contacts.length, body.meta.total);
  assert.ok(body.contacts.every(contact => !Number.isNaN(Date.parse(contact.dateAdded))));
});

test('a missing and a wrong token are answered in JSON that says so', async () => {
  const none = await curl(`${server.url}/contacts/`);
  assert.deepEqual(none, { status: 401, body: { statusCode: 401, message: 'Invalid JWT' } });
});

test('a web form posted to the inbound hook makes a tagged contact, and signed webhooks leave', async () => {
  const posted = await hook(server.demo.inboundHookPath, {
    firstName: 'Alice',
    email: 'alice@example.com',
    customData: 'any value you want',
  });
  assert.equal(posted.status, 200);
  assert.equal(posted.body.status, 'Success: request sent to trigger execution server');
  assert.match(posted.body.id, /^[A-Za-z0-9]{20}$/);
  const contact = await tagged('alice@example.com');
  assert.equal(contact.firstName, 'Alice');
  for (const type of ['ContactCreate', 'ContactTagUpdate']) {
    const { headers } = await server.receiver.next(type, ({ body }) => body.type === type && body.id === contact.id);
    assert.equal(Buffer.from(headers['x-ghl-signature'], 'base64').length, 64);
  }
});

test("today's form of the hook works too, and a second post finds the same contact", async () => {
  for (const firstName of ['Bob', 'Bobby']) {
    const { status } = await hook(server.demo.inboundHookPathV2, { firstName, email: 'bob@example.com' });
    assert.equal(status, 200);
    await until(`contact named ${firstName}`, () => search('bob@example.com'), ([contact]) => contact?.firstName === firstName);
  }
  assert.equal((await search('bob@example.com')).length, 1);
});

test('an unknown hook answers 200 like the real service and does nothing', async () => {
  const before = (await api('GET', '/contacts?limit=1')).body.meta.total;
  const path = server.demo.inboundHookPathV2.replace(/[0-9a-f-]{36}$/, '00000000-0000-4000-8000-000000000000');
  assert.notEqual(path, server.demo.inboundHookPathV2);
  const { status, body } = await hook(path, { firstName: 'Nobody', email: 'nobody@example.com' });
  assert.deepEqual({ status, body }, { status: 200, body: { status: 'Success: test request received' } });
  // A later hook has been worked off, so the unknown one would have been, too.
  await hook(server.demo.inboundHookPath, { firstName: 'Later', email: 'later@example.com' });
  await tagged('later@example.com');
  assert.equal((await api('GET', '/contacts?limit=1')).body.meta.total, before + 1);
});

const hook = (path, form) =>
  curl('-X', 'POST', `${server.url}${path}`, '-H', 'Content-Type: application/json', '-d', JSON.stringify(form));

const search = async email => (await api('GET', `/contacts/search?email=${encodeURIComponent(email)}`)).body.contacts;

/** The contact of that address, once the demo workflow has tagged it. */
async function tagged(email) {
  const [contact] = await until(`a tagged contact ${email}`, () => search(email), ([contact]) => contact?.tags.length > 0);
  return contact;
}

// The guide's WordPress example calls wp_remote_post; these are the bytes that leave then: PHP's json_encode escapes slashes
// and everything beyond ASCII.
test("what the guide's WordPress example sends makes a contact, and its repetition does not", async () => {
  const body = '{"firstName":"Zo\\u00eb","lastName":"Doe","email":"zoe@example.com","phone":"+12025550143","source":"Contact Form"}';
  const send = (...more) =>
    curl('-X', 'POST', `${server.url}${server.demo.inboundHookPath}`, '--http1.1', '-H', 'Content-Type: application/json',
      '-H', 'User-Agent: WordPress/6.7; https://site.example', '-H', 'Accept: */*', '-H', 'Accept-Encoding: deflate, gzip, br',
      '-H', 'Connection: close', ...more, '--data-binary', body);
  const { status, body: answer } = await send();
  assert.equal(status, 200);
  assert.match(answer.id, /^[A-Za-z0-9]{20}$/);
  const contact = await tagged('zoe@example.com');
  assert.deepEqual([contact.firstName, contact.lastName, contact.phone], ['Zoë', 'Doe', '+12025550143']);
  const named = ['-H', 'X-WC-Webhook-Delivery-ID: 4f2e'];
  assert.deepEqual(await send(...named), await send(...named), 'sent twice, done once');
});
