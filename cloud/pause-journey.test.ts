import { expect, it } from 'vitest';
import { campaign, openWorld, said } from './cloud.fixture.ts';

it('gives nothing from the moment a campaign is paused, says so, and goes on when it is resumed', async () => {
  const world = await openWorld(campaign('tea'));
  const friend = await world.friend();
  const step = async (action: string): Promise<number> =>
    (await world.admin('POST', `/campaigns/tea/${action}`, { why: 'a typing error' })).status;
  // Both are in the memory of whoever decides: a decision was made before.
  expect(said(await world.enters(await world.friend()))).toEqual({ tea: 'granted' });
  expect(await step('pause')).toBe(200);
  expect(said(await world.enters(friend))).toEqual({ tea: 'campaign_inactive' });
  expect(await step('resume')).toBe(200);
  expect(said(await world.enters(friend))).toEqual({ tea: 'granted' });
  const { body } = await world.admin('GET', '/campaigns');
  expect(body['campaigns']).toMatchObject([{ id: 'tea', state: 'running', given: 2, changed: { action: 'resume' } }]);
});
