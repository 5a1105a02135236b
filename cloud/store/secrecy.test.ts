import { expect, it } from 'vitest';
import { fleetRows } from './fleet.ts';
import {
  NODE,
  newCoupon,
  newDelivery,
  newEvent,
  newMember,
  nodeDocument,
  openStore,
  storeDocument,
} from './testing.fixture.ts';

it('keeps no code, reply token or key readable in its files', async () => {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument());
  const made = await fleetRows(store).makeCredentials(NODE, false);
  if (typeof made === 'string') throw new Error(made);

  const event = newEvent({ sourceId: 'findable-event', body: { replyToken: 'token-in-a-body' } });
  await store.repos.events.add(event);
  await store.repos.events.close(event.id, 'done', {});
  await store.repos.coupons.issue(newCoupon(await newMember(store), { code: '34679ACDEFGH' }), 'findable-key');
  const messages = [{ type: 'text', text: 'your code: 3467-9ACD-EFGH' }];
  await newDelivery(store, { route: 'reply', replyToken: 'token-of-a-delivery', messages });

  const bytes = await store.bytesOnDisk();
  for (const findable of ['findable-event', 'findable-key']) expect(bytes.includes(findable)).toBe(true);
  const secrets = [
    '34679ACDEFGH',
    '3467-9ACD-EFGH',
    'token-in-a-body',
    'token-of-a-delivery',
    made.dmKeyHex,
    made.mqttPassword,
  ];
  for (const secret of secrets) expect(bytes.includes(secret), secret).toBe(false);
  expect(bytes.includes(Buffer.from(made.dmKeyHex, 'hex'))).toBe(false);
});
