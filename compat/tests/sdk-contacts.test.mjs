// The vendor's JavaScript SDK, unchanged but for its base URL, with a private integration token.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sdk, serve } from '../harness.mjs';

let server, ghl, locationId;

before(async () => {
  server = await serve();
  locationId = server.demo.locationId;
  ghl = await sdk(server.url, { privateIntegrationToken: server.demo.locationToken });
});
after(() => server?.stop());

const ID = /^[A-Za-z0-9]{20}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('create gives the contact back, normalised', async () => {
  const { contact } = await ghl.contacts.createContact({
    locationId,
    firstName: 'Grace',
    lastName: 'Hopper',
    email: 'Grace.Hopper@Example.com',
    phone: '(202) 555-0143',
    country: 'US',
    tags: [' Navy ', 'COBOL'],
    source: 'sdk test',
  });
  assert.match(contact.id, ID);
  assert.equal(contact.locationId, locationId);
  assert.equal(contact.firstName, 'Grace');
  assert.equal(contact.lastName, 'Hopper');
  assert.equal(contact.email.toLowerCase(), 'grace.hopper@example.com');
  assert.equal(contact.phone, '+12025550143');
  assert.deepEqual(contact.tags, ['navy', 'cobol']);
  assert.equal(contact.source, 'sdk test');
  assert.match(contact.dateAdded, INSTANT);
});

test('get reads what create wrote', async () => {
  const created = await create({ email: 'read@example.com', firstName: 'Read', address1: '1 Main St', city: 'Dolores' });
  const { contact } = await ghl.contacts.getContact({ contactId: created.id });
  assert.equal(contact.id, created.id);
  assert.equal(contact.email, 'read@example.com');
  assert.equal(contact.firstName, 'Read');
  assert.equal(contact.address1, '1 Main St');
  assert.equal(contact.city, 'Dolores');
  assert.equal(contact.dateAdded, created.dateAdded);
});

test('update changes the given fields, replaces the tags and keeps the rest', async () => {
  const { id } = await create({ email: 'update@example.com', firstName: 'Old', lastName: 'Name', tags: ['a', 'b'] });
  const changed = await ghl.contacts.updateContact({ contactId: id }, { firstName: 'New', tags: ['b', 'c'] });
  assert.equal(changed.succeded, true);
  assert.equal(changed.contact.firstName, 'New');
  const { contact } = await ghl.contacts.getContact({ contactId: id });
  assert.equal(contact.firstName, 'New');
  assert.equal(contact.lastName, 'Name');
  assert.equal(contact.email, 'update@example.com');
  assert.deepEqual([...contact.tags].sort(), ['b', 'c']);
});

test('a custom field is defined, written by id and by key, and read back', async () => {
  const { customField } = await ghl.locations.createCustomField(
    { locationId },
    { name: 'Favourite tea', dataType: 'TEXT', model: 'contact' },
  );
  assert.equal(customField.fieldKey, 'contact.favourite_tea');
  const { id } = await create({
    email: 'tea@example.com',
    customFields: [{ id: customField.id, field_value: 'Assam' }],
  });
  const read = async () => (await ghl.contacts.getContact({ contactId: id })).contact.customFields;
  assert.deepEqual(await read(), [{ id: customField.id, key: 'contact.favourite_tea', value: 'Assam' }]);
  await ghl.contacts.updateContact({ contactId: id }, { customFields: [{ key: 'favourite_tea', field_value: 'Sencha' }] });
  assert.deepEqual(await read(), [{ id: customField.id, key: 'contact.favourite_tea', value: 'Sencha' }]);
});

test('search finds a committed contact at once, and only those that match', async () => {
  const { id } = await create({ email: 'find@example.com', firstName: 'Findme', tags: ['needle'] });
  await create({ email: 'other@example.com', firstName: 'Other', tags: ['hay'] });
  const search = filters => ghl.contacts.searchContactsAdvanced({ locationId, page: 1, pageLimit: 20, filters });
  const byEmail = await search([{ field: 'email', operator: 'eq', value: 'find@example.com' }]);
  assert.deepEqual({ total: byEmail.total, ids: byEmail.contacts.map(contact => contact.id) }, { total: 1, ids: [id] });
  const byTag = await search([{ group: 'AND', filters: [{ field: 'tags', operator: 'eq', value: ['needle'] }] }]);
  assert.deepEqual(byTag.contacts.map(contact => contact.email), ['find@example.com']);
  const none = await search([
    { field: 'tags', operator: 'eq', value: 'needle' },
    { field: 'firstNameLowerCase', operator: 'contains', value: 'other' },
  ]);
  assert.deepEqual({ total: none.total, contacts: none.contacts }, { total: 0, contacts: [] });
});

test('the list counts and pages through everything once', async () => {
  for (const n of [1, 2, 3]) await create({ email: `page${n}@example.com` });
  const first = await ghl.contacts.getContacts({ locationId, limit: 2 });
  const ids = new Set(first.contacts.map(contact => contact.id));
  assert.equal(ids.size, 2);
  let { meta } = first;
  while (meta.startAfterId) {
    const { startAfter, startAfterId } = meta;
    const page = await ghl.contacts.getContacts({ locationId, limit: 2, startAfter, startAfterId });
    for (const { id } of page.contacts) {
      assert.ok(!ids.has(id), `contact ${id} is on two pages`);
      ids.add(id);
    }
    meta = page.contacts.length ? page.meta : {};
  }
  assert.equal(ids.size, first.meta.total);
});

test('upsert creates, then updates the same contact', async () => {
  const first = await ghl.contacts.upsertContact({ locationId, email: 'upsert@example.com', firstName: 'One' });
  assert.equal(first.new, true);
  const second = await ghl.contacts.upsertContact({ locationId, email: 'UPSERT@example.com', firstName: 'Two' });
  assert.equal(second.new, false);
  assert.equal(second.contact.id, first.contact.id);
  assert.equal(second.contact.firstName, 'Two');
});

test('a duplicate is refused and named, and found by the duplicate search', async () => {
  const { id } = await create({ email: 'twin@example.com' });
  await assert.rejects(create({ email: 'Twin@example.com' }), error => {
    assert.equal(error.statusCode, 400);
    assert.equal(error.message, 'This location does not allow duplicated contacts.');
    assert.equal(error.response.meta.contactId, id);
    assert.equal(error.response.meta.matchingField, 'email');
    return true;
  });
  const { contact } = await ghl.contacts.getDuplicateContact({ locationId, email: 'twin@example.com' });
  assert.equal(contact.id, id);
});

test('tags are added and removed one by one', async () => {
  const { id } = await create({ email: 'tags@example.com', tags: ['first'] });
  const added = await ghl.contacts.addTags({ contactId: id }, { tags: ['Second', 'first'] });
  assert.deepEqual(added.tags, ['first', 'second']);
  const removed = await ghl.contacts.removeTags({ contactId: id }, { tags: ['first'] });
  assert.deepEqual(removed.tags, ['second']);
  const { contact } = await ghl.contacts.getContact({ contactId: id });
  assert.deepEqual(contact.tags, ['second']);
  const { tags } = await ghl.locations.getLocationTags({ locationId });
  const names = tags.map(tag => tag.name);
  assert.ok(names.includes('first') && names.includes('second'), `the location knows ${names}`);
});

test('delete removes the contact for good', async () => {
  const { id } = await create({ email: 'gone@example.com' });
  const deleted = await ghl.contacts.deleteContact({ contactId: id });
  assert.equal(deleted.succeded, true);
  await assert.rejects(ghl.contacts.getContact({ contactId: id }), error => {
    assert.equal(error.statusCode, 400);
    assert.match(error.message, new RegExp(`Contact with id ${id} not found`));
    return true;
  });
});

test('a wrong token and a token of another agency are refused in the real words', async () => {
  const { id } = await create({ email: 'private@example.com', firstName: 'Secretname' });
  const wrong = await sdk(server.url, { privateIntegrationToken: 'pit-00000000-0000-4000-8000-000000000000' });
  await assert.rejects(wrong.contacts.getContact({ contactId: id }), {
    statusCode: 401,
    message: 'Invalid Private Integration token',
  });
  const stranger = await sdk(server.url, { privateIntegrationToken: server.demo.otherAgency.locationToken });
  await assert.rejects(stranger.contacts.getContact({ contactId: id }), error => {
    assert.ok([400, 401, 403, 404].includes(error.statusCode), `status ${error.statusCode}`);
    assert.doesNotMatch(JSON.stringify(error.response), /Secretname|private@example/);
    return true;
  });
  await assert.rejects(stranger.contacts.createContact({ locationId, email: 'intruder@example.com' }), {
    statusCode: 403,
    message: 'The token does not have access to this location.',
  });
});

test('pipelines and workflows of the demo are listed', async () => {
  const { pipelines } = await ghl.opportunities.getPipelines({ locationId });
  assert.deepEqual(pipelines.map(pipeline => pipeline.id), [server.demo.pipelineId]);
  assert.deepEqual(pipelines[0].stages.map(stage => stage.id), server.demo.pipelineStageIds);
  const { workflows } = await ghl.workflows.getWorkflow({ locationId });
  const demo = workflows.find(workflow => workflow.id === server.demo.workflowId);
  assert.equal(demo?.status, 'published');
});

async function create(fields) {
  const { contact } = await ghl.contacts.createContact({ locationId, ...fields });
  return contact;
}
