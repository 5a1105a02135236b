import { expect, it } from 'vitest';
import { type Channel, placesOf, placesText } from './places.ts';
import { dateText } from './valid-until.ts';

const shop = (id: string): Channel => ({ kind: 'store', id, name: id.toUpperCase() });
const SHOPS = ['taipei-1', 'taipei-2', 'taipei-3', 'taipei-4', 'tainan-1'].map(shop);
const ALL: Channel[] = [{ kind: 'web-shop', id: 'web', name: 'WEB', url: 'https://web.example' }, ...SHOPS];

it.each<[string[], string, string]>([
  [['taipei-1'], 'TAIPEI-1', 'TAIPEI-1'],
  [['web', 'tainan-*'], 'TAINAN-1、WEB', 'TAINAN-1, WEB'],
  [['taipei-*'], 'TAIPEI-1、TAIPEI-2等 4 處', 'TAIPEI-1, TAIPEI-2 and 2 more'],
  [['tai*'], '全部 5 家門市', 'all 5 shops'],
  [['*'], '全部 5 家門市、WEB', 'all 5 shops, WEB'],
  [['closed-1'], '請洽店員', 'ask in the shop'],
])('%j reads %s and %s', (patterns, chinese, english) => {
  const places = placesOf(patterns, ALL);
  expect(placesText(places, 'zh-TW')).toBe(chinese);
  expect(placesText(places, 'en')).toBe(english);
});

it('writes a date as its reader does', () => {
  expect(dateText('2026-12-22', 'zh-TW')).toBe('2026年12月22日（週二）');
  expect(dateText('2026-12-22', 'en')).toBe('Tue, 22 Dec 2026');
});
